#pragma once

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace terrace::dataset::detail {

/// Values that break a rule: how many, and the first.
struct Offence {
  std::int64_t count = 0;
  std::int64_t first = 0; ///< index of the first in the whole dataset; meaningless if there is none.
};

/// \name Values of a dataset, or of the part of it that begins at index \p begin of the whole.
/// @{
Offence findNonFinite(const std::vector<double>& values, std::int64_t begin);
Offence findOutside(const std::vector<std::int64_t>& labels, int classes);
/// @}

/// "2 of 10000 values are NaN or infinite (first: row 3, column 1)"
std::string nonFiniteText(const Offence& offence, std::size_t rows, std::size_t columns);

/// "3 of 5000 labels are outside 0..4 (first: row 17, value 9)"
std::string outsideText(const Offence& offence, const std::vector<std::int64_t>& labels, int classes);

/// Reads the attributes and the shapes and checks that they fit together.
DatasetDescription describe(const Hdf5File& file);

/// Number of samples of a split of a file described by \p description.
/// \throws std::invalid_argument if it is neither "train" nor "test" or the file lacks it.
std::size_t samplesOf(const std::string& path, const DatasetDescription& description,
                      const std::string& split);

/// Extents of a matrix of floating-point numbers, or of integers with an attribute `scale`.
/// \throws std::invalid_argument if it is missing or something else.
std::vector<std::size_t> matrixShape(const Hdf5File& file, const std::string& dataset);

/// The same of an array of three dimensions whose first are samples: samples, and the product of the others.
std::vector<std::size_t> arrayShape(const Hdf5File& file, const std::string& dataset);

/// Rows of such a matrix; integers are multiplied by `scale`.
std::vector<double> readMatrixRows(const Hdf5File& file, const std::string& dataset, std::size_t first,
                                   std::size_t count);

/// The labels of a whole split. \throws std::invalid_argument if one is outside 0..classes-1.
std::vector<int> readLabels(const Hdf5File& file, const std::string& split, int classes);

/// \throws std::invalid_argument if \p dataset could not be read back as it is.
void requireValid(const std::string& path, const Dataset& dataset);

} // namespace terrace::dataset::detail
