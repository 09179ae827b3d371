#pragma once

#include "arrays/ArrayFile.hpp"
#include "arrays/ByteSource.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace terrace::program {

/// Reads an array in NumPy's format NPY (versions 1 to 3) from its first byte on.
/// \param name  of the array, for messages.
/// \throws std::invalid_argument if the array has no numbers, or more than so many \p dimensions.
std::unique_ptr<ArrayReader> readNpy(std::unique_ptr<ByteSource> bytes, const std::string& name,
                                     std::size_t dimensions = 2);

/// An array of any number of dimensions; values in C order.
struct NpyTensor {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};

/// Reads all of an array. \throws std::invalid_argument if it has no numbers.
NpyTensor readNpyTensor(ByteSource& bytes, const std::string& name);

/// Reads an array that is a single text, in UTF-8. \throws std::invalid_argument if it is none.
std::string readNpyText(ByteSource& bytes, const std::string& name);

} // namespace terrace::program
