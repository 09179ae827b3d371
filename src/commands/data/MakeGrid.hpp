#pragma once

#include "commands/Command.hpp"

#include <string>
#include <vector>

namespace terrace::program {

struct GridOptions {
  std::vector<double> lower{-1, -1}; ///< one for each feature
  std::vector<double> upper{1, 1};
  int points = 100; ///< in each direction, ends included
  std::string file; ///< to write
};

/// Adds `terrace data make grid`.
void addGrid(CLI::App& parent, Action& chosen);

/// Writes inputs on a regular grid, for `terrace predict`: points^features rows, the last feature runs
/// fastest. Collective, rank 0 works. \throws std::invalid_argument if the bounds do not fit or the grid has
/// more than 10^8 points.
void makeGrid(const GridOptions& options, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
