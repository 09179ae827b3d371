#include "run/TrainingTable.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <ostream>

namespace terrace::program {
namespace {

constexpr double secondsBetweenProgress = 0.2;
constexpr double secondsBeforeProgress = 1.0; // that an iteration takes

template <class... Values>
std::string format(const char* pattern, Values... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof(buffer), pattern, values...);
  return buffer;
}

// Formats a number by a pattern with a width, " %*.3e"; "-" for NaN.
std::string numberText(const char* pattern, int width, double value) {
  return std::isnan(value) ? format(" %*s", width, "-") : format(pattern, width, value);
}

// "0" or, with coarser levels visited, "0-3".
std::string levelsText(const HistoryRow& row) {
  std::string text = std::to_string(row.level);
  if (row.coarsestLevel > row.level) text += "-" + std::to_string(row.coarsestLevel);
  return text;
}

} // namespace

TrainingTable::TrainingTable(std::ostream& out, const std::string& metric, int rowsPerHeader, bool terminal)
    : out_(out), metric_(metric), rowsPerHeader_(rowsPerHeader), terminal_(terminal) {}

void TrainingTable::printHeader() {
  const bool accuracy = metric_ == "accuracy";
  const char* pattern = "%6s %6s %8s %14s %11s %11s %11s %10s %10s %9s %9s\n";
  out_ << format(pattern, "", "", "", "", "gradient", "step", "", "", "work", "train", "test");
  out_ << format(pattern, "iter", "levels", "samples", "value", "norm", "norm", "radius", "ratio", "units",
                 accuracy ? "accuracy" : "error", accuracy ? "accuracy" : "error");
}

void TrainingTable::add(const HistoryRow& row) {
  if (rowsPerHeader_ == 0) return;
  finish();
  if (rows_ % rowsPerHeader_ == 0) printHeader();
  ++rows_;
  const char* metricPattern = metric_ == "accuracy" ? " %*.4f" : " %*.3e";
  out_ << format("%6lld %6s %8lld %14.6e", static_cast<long long>(row.iteration), levelsText(row).c_str(),
                 static_cast<long long>(row.samples), row.value)
       << numberText(" %*.3e", 11, row.gradientNorm);
  const double none = std::numeric_limits<double>::quiet_NaN();
  const bool first = row.iteration == 0; // before any trial step
  out_ << numberText(" %*.3e", 11, first ? none : row.stepNorm) << numberText(" %*.3e", 11, row.radius)
       << numberText(" %*.2e", 10, first ? none : row.ratio);
  out_ << format(" %10.2f", row.work) << numberText(metricPattern, 9, row.trainMetric)
       << numberText(metricPattern, 9, row.testMetric) << std::endl;
  lastRow_ = row.seconds;
}

void TrainingTable::showProgress(double work, double limit, double seconds) {
  if (!terminal_ || seconds - lastRow_ < secondsBeforeProgress ||
      seconds - lastProgress_ < secondsBetweenProgress)
    return;
  lastProgress_ = seconds;
  out_ << "\r\x1b[K  " << format("work %.2f", work);
  if (limit > 0) out_ << format(" of %g units (%.0f %%)", limit, std::min(100.0, 100 * work / limit));
  out_ << format(", %.0f s", seconds) << std::flush;
  progressShown_ = true;
}

void TrainingTable::finish() {
  if (progressShown_) out_ << "\r\x1b[K";
  progressShown_ = false;
}

} // namespace terrace::program
