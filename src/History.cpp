#include "History.hpp"

#include "ParameterText.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <algorithm>
#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Hdf5File;

template <class Number>
void writeColumn(Hdf5File& file, const std::vector<HistoryRow>& rows, const std::string& name,
                 Number HistoryRow::*column, const std::string& description) {
  std::vector<Number> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(row.*column);
  file.write(name, {values.size()}, values);
  file.writeAttribute(name, "description", description);
}

// The columns of a history file in the order in which people read them.
std::vector<std::string> columnNames(const Hdf5File& file) {
  std::vector<std::string> names{"iteration",     "cycle",     "level",  "coarsest_level", "value",
                                 "gradient_norm", "step_norm", "radius", "ratio",          "accepted",
                                 "samples",       "work",      "seconds"};
  for (const auto* name : {"train_accuracy", "test_accuracy", "train_error", "test_error"})
    if (file.exists(name)) names.push_back(name);
  return names;
}

} // namespace

void History::write(const std::string& path) const {
  Hdf5File file = Hdf5File::create(path);
  file.writeAttribute("/", "training_samples", trainingSamples_);
  using Row = HistoryRow;
  writeColumn(file, rows_, "iteration", &Row::iteration, "row number; 0 is the first evaluation");
  writeColumn(file, rows_, "cycle", &Row::cycle,
              "cycles done on the finest level; 0 during nested iteration");
  writeColumn(file, rows_, "level", &Row::level,
              "level that value, gradient_norm and samples are of; 0 is the finest");
  writeColumn(file, rows_, "coarsest_level", &Row::coarsestLevel,
              "coarsest level that the iteration visited");
  writeColumn(file, rows_, "value", &Row::value, "loss with regularisation on the level's training samples");
  writeColumn(file, rows_, "gradient_norm", &Row::gradientNorm,
              "norm of the gradient in the network's metric");
  writeColumn(file, rows_, "step_norm", &Row::stepNorm,
              "norm of the iteration's step; 0 if none was accepted");
  writeColumn(file, rows_, "radius", &Row::radius, "trust-region radius after the iteration");
  writeColumn(file, rows_, "ratio", &Row::ratio, "actual over predicted reduction of the last trial step");
  writeColumn(file, rows_, "accepted", &Row::accepted, "1 if the iterate moved, else 0");
  writeColumn(file, rows_, "samples", &Row::samples, "training samples of the level");
  writeColumn(file, rows_, "work", &Row::work,
              "work units: forward-and-backward sweeps of the finest network over all training samples");
  writeColumn(file, rows_, "seconds", &Row::seconds, "wall-clock seconds since the start of the training");
  const std::string meaning = metric_ == "accuracy" ? "part of the samples whose class is predicted right"
                                                    : "relative error in the L2 norm";
  writeColumn(file, rows_, "train_" + metric_, &Row::trainMetric,
              meaning + ", training samples; NaN: not computed");
  writeColumn(file, rows_, "test_" + metric_, &Row::testMetric,
              meaning + ", test samples; NaN: not computed");
  file.close();
}

bool HistoryColumns::has(const std::string& name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::vector<double>& HistoryColumns::column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::invalid_argument("the history has no column \"" + name + "\".");
  return values[static_cast<std::size_t>(found - names.begin())];
}

HistoryColumns readHistory(const std::string& path) {
  const Hdf5File file = Hdf5File::open(path);
  HistoryColumns history;
  history.names = columnNames(file);
  for (const auto& name : history.names) {
    history.values.push_back(file.read<double>(name).values);
    if (history.values.back().size() != history.rows())
      throw std::invalid_argument(path + ": " + name + " has " +
                                  std::to_string(history.values.back().size()) + " rows; expected " +
                                  std::to_string(history.rows()) + ".");
  }
  return history;
}

std::string historyText(const std::string& path) {
  const HistoryColumns history = readHistory(path);
  std::string text;
  for (const auto& name : history.names) text += (text.empty() ? "" : "\t") + name;
  for (std::size_t row = 0; row < history.rows(); ++row) {
    text += '\n';
    for (std::size_t i = 0; i < history.values.size(); ++i)
      text += (i ? "\t" : "") + shortestText(history.values[i][row]);
  }
  return text + '\n';
}

} // namespace terrace::program
