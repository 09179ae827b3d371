#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace terrace::program {

/// One row of a run's history; NaN where a metric was not computed.
struct HistoryRow {
  std::int64_t iteration = 0;
  std::int64_t cycle = 0;
  std::int64_t level = 0;
  std::int64_t coarsestLevel = 0;
  double value = 0;
  double gradientNorm = 0;
  double stepNorm = 0;
  double radius = 0;
  double ratio = 0;
  std::int64_t accepted = 0;
  std::int64_t samples = 0;
  double work = 0;
  double seconds = 0;
  double trainMetric = 0;
  double testMetric = 0;
};

/// The history of a run, a row an iteration.
class History {
public:
  /// \param metric           what train and test metrics are: "accuracy" or "error".
  /// \param trainingSamples  of the problem: a value on fewer is not that of the full loss.
  History(std::string metric, long trainingSamples)
      : metric_(std::move(metric)), trainingSamples_(trainingSamples) {}

  void add(const HistoryRow& row) { rows_.push_back(row); }
  bool empty() const { return rows_.empty(); }
  const HistoryRow& back() const { return rows_.back(); }

  /// Writes history.h5: one one-dimensional dataset a column, each with its meaning as attribute
  /// `description`; the file's attribute `training_samples`.
  void write(const std::string& file) const;

private:
  std::string metric_;
  std::int64_t trainingSamples_;
  std::vector<HistoryRow> rows_;
};

/// Reads a history file and gives it as text: a line of column names, then a row an iteration, tab-separated.
/// \throws std::invalid_argument if the file is no history.
std::string historyText(const std::string& file);

} // namespace terrace::program
