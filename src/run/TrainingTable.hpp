#pragma once

#include "run/History.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

/// Prints the rows of a history as they come, with levels, samples and metrics; the header is repeated.
///
/// On a terminal a progress line shows below the table while an iteration runs. The next row replaces it. The
/// table that a solver prints itself (terrace/multilevel/run/IterationTable.hpp) has ROL's columns instead.
class TrainingTable {
public:
  /// \param metric         "accuracy" or "error".
  /// \param rowsPerHeader  rows between two headers; 0: no rows, the progress line alone.
  /// \param terminal       whether \p out is a terminal and shows a progress line.
  TrainingTable(std::ostream& out, const std::string& metric, int rowsPerHeader, bool terminal);

  void add(const HistoryRow& row);

  /// Replaces the progress line, at most some times a second. It may be called often.
  /// \param limit  work units at which the run ends; 0: no limit.
  void showProgress(double work, double limit, double seconds);

  /// Removes the progress line.
  void finish();

private:
  void printHeader();

  std::ostream& out_;
  std::string metric_;
  int rowsPerHeader_;
  bool terminal_;
  bool progressShown_ = false;
  int rows_ = 0;
  double lastProgress_ = 0;
  double lastRow_ = 0;
};

} // namespace terrace::program
