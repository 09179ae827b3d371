#pragma once

#include "run/History.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

/// Prints the rows of a history as they come, in the manner of ROL; the header is repeated now and then.
///
/// On a terminal a progress line shows below the table while an iteration runs; it is gone when the row
/// comes.
class TrainingTable {
public:
  /// \param metric         "accuracy" or "error".
  /// \param rowsPerHeader  rows after which the header is repeated; 0: no rows, the progress line alone.
  /// \param terminal       whether \p out is a terminal and wants a progress line.
  TrainingTable(std::ostream& out, const std::string& metric, int rowsPerHeader, bool terminal);

  void add(const HistoryRow& row);

  /// Replaces the progress line; at most some times a second, so it can be called often.
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
