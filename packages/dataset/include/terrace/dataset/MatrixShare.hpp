#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::dataset {

class Hdf5File;

/// Samples are dealt to the ranks in turn, so many consecutive positions of the run's order at a time:
/// position p is on rank (p / together) % ranks. So every leading subset of the order is spread evenly and is
/// a leading part of every rank's rows, and the same samples lie together whatever the number of ranks.
struct SampleDealing {
  std::size_t together = 1; ///< Consecutive positions that a rank gets at a time, at least 1.

  /// The rank of \p ranks that gets position \p position.
  constexpr std::size_t ownerOf(std::size_t position, std::size_t ranks) const {
    return position / together % ranks;
  }
};

/// The rows of a matrix that one rank works on.
struct MatrixShare {
  std::size_t columns = 0;    ///< Of the dataset: all ranks have all of them.
  std::vector<double> values; ///< local rows x columns, row-major, in the order of their positions.
};

/// The entries of \p order that this rank gets.
std::vector<std::int64_t> shareOf(const std::vector<std::int64_t>& order, SampleDealing dealing,
                                  const Teuchos::Comm<int>& comm);

/// Rows [first, first + count) of a two-dimensional dataset of floating-point numbers, or of integers with an
/// attribute `scale`, by which they are multiplied; for one rank.
/// \throws std::invalid_argument if it is something else, or holds a value there that is NaN or infinite.
std::vector<double> readMatrixRows(const Hdf5File& file, const std::string& dataset, std::size_t first,
                                   std::size_t count);

/// What a row is: of a matrix, or all that a sample has of an array of three dimensions.
enum class RowsOf { Matrix, Array };

/// Reads the rows \p order of a two-dimensional floating-point dataset (\p rowsOf) and deals them to the
/// ranks; collective.
///
/// Every rank reads one contiguous slab of the file and sends its rows to where they belong, so that no rank
/// ever holds more than a few times its share.
/// \param[in] order  rows in the order of their positions, the same on all ranks, none twice.
/// \throws std::invalid_argument on all ranks if the dataset is missing, has another rank or type, or holds a
///       value that is NaN or infinite, whether in \p order or not.
MatrixShare readMatrixShare(const std::string& path, const std::string& dataset,
                            const std::vector<std::int64_t>& order, SampleDealing dealing,
                            const Teuchos::Comm<int>& comm, RowsOf rowsOf = RowsOf::Matrix);

} // namespace terrace::dataset
