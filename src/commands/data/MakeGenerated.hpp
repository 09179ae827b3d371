#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::dataset {
struct Dataset;
}

namespace terrace::program {

/// Inputs on a regular grid, for `terrace predict`.
struct GridOptions {
  std::vector<double> lower{-1, -1}; ///< one a feature
  std::vector<double> upper{1, 1};
  int points = 100; ///< in each direction, ends included
};

/// Makes the folder of a data set that the user named, and checks that the file can be written there.
/// For one rank. \throws std::invalid_argument
void requireWritable(const std::string& file);

/// Writes `inputs` (samples x features), for `terrace predict`, and says so; for one rank.
/// \param names  of the features; may be empty.
void writeInputs(const std::string& file, const std::vector<double>& inputs, std::size_t features,
                 const std::vector<std::string>& names = {});

/// `terrace data make spiral|smiley|peaks`: writes a generated data set and prints what it is; collective,
/// rank 0 works.
void makeData(const dataset::Dataset& data, const std::string& file, const Teuchos::Comm<int>& comm);

/// `terrace data make grid`: writes `inputs` (points^features x features), the last feature running fastest.
/// \throws std::invalid_argument if the bounds do not fit or the grid has more than 10^8 points.
void makeGrid(const GridOptions& options, const std::string& file, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
