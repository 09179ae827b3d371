#pragma once

#include "arrays/ArrayFile.hpp"
#include "arrays/ByteSource.hpp"

#include <memory>
#include <string>

namespace terrace::program {

/// Reads an array in NumPy's format NPY (versions 1 to 3) from its first byte on.
/// \param name  of the array, for messages.
/// \throws std::invalid_argument if the array has no numbers, or more than two dimensions.
std::unique_ptr<ArrayReader> readNpy(std::unique_ptr<ByteSource> bytes, const std::string& name);

} // namespace terrace::program
