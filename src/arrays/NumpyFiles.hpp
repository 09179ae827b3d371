#pragma once

#include "arrays/ArrayFile.hpp"
#include "arrays/ByteSource.hpp"

#include <memory>
#include <string>

namespace terrace::program {

/// A .npy file, which has one array, without a name.
std::unique_ptr<ArrayFile> openNpy(const std::string& path);

/// A .npz archive, compressed or not. \throws std::invalid_argument if it is damaged or has no arrays.
std::unique_ptr<ArrayFile> openNpz(const std::string& path);

/// Bytes of the array \p name of a .npz archive. \throws std::invalid_argument if there is none.
std::unique_ptr<ByteSource> openNpzArray(const std::string& path, const std::string& name);

} // namespace terrace::program
