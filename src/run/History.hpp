#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

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
  double trainDerivativeError = std::numeric_limits<double>::quiet_NaN();
  double testDerivativeError = std::numeric_limits<double>::quiet_NaN();
  double validationLoss = std::numeric_limits<double>::quiet_NaN();
  double stepLength = std::numeric_limits<double>::quiet_NaN();
  double slope = std::numeric_limits<double>::quiet_NaN();
  double curvature = std::numeric_limits<double>::quiet_NaN();
};

/// The history of a run, a row for each iteration.
class History {
public:
  /// \param metric           what train and test metrics are: "accuracy" or "error".
  /// \param trainingSamples  of the problem: a row with fewer samples does not have the full loss.
  History(std::string metric, long trainingSamples)
      : metric_(std::move(metric)), trainingSamples_(trainingSamples) {}

  void add(const HistoryRow& row) { rows_.push_back(row); }
  const std::vector<HistoryRow>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  const HistoryRow& back() const { return rows_.back(); }

  /// Writes history.h5: a one-dimensional dataset for each column, with its meaning as attribute
  /// `description`, and the attribute `training_samples` of the file. Errors of derivatives, the validation
  /// loss, and what steers stochastic steps, are columns if a row has them. \param shownAs  the file's name
  /// in messages.
  void write(const std::string& file, const std::string& shownAs = "") const;
  /// Writes the same into a group of a file.
  void write(dataset::Hdf5File& file, const std::string& group) const;
  /// Reads rows back from a group. \throws std::invalid_argument if the group is not a history with this
  /// metric.
  void read(const dataset::Hdf5File& file, const std::string& group);

private:
  std::string metric_;
  std::int64_t trainingSamples_;
  std::vector<HistoryRow> rows_;
};

/// The columns of a history file as numbers; NaN where a metric was not computed.
struct HistoryColumns {
  std::vector<std::string> names;          ///< in the order of the text
  std::vector<std::vector<double>> values; ///< a column for each name, all of one length

  bool has(const std::string& name) const;
  /// \throws std::invalid_argument if there is no such column.
  const std::vector<double>& column(const std::string& name) const;
  std::size_t rows() const { return values.front().size(); }
};

/// \throws std::invalid_argument if the file is not a history.
HistoryColumns readHistory(const std::string& file);

/// The text of a history file: a line of column names, then a line for each iteration, separated by tabs.
/// \throws std::invalid_argument if the file is not a history.
std::string historyText(const std::string& file);

} // namespace terrace::program
