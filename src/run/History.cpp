#include "run/History.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Hdf5File;

// A column that a history has only if a row has a number in it.
struct OptionalColumn {
  const char* name;
  double HistoryRow::*member;
  const char* meaning;
};
constexpr OptionalColumn optionalColumns[]{
    {"train_derivative_error", &HistoryRow::trainDerivativeError,
     "relative error of the derivatives in the L2 norm, training samples; NaN: not computed"},
    {"test_derivative_error", &HistoryRow::testDerivativeError,
     "relative error of the derivatives in the L2 norm, test samples; NaN: not computed"},
    {"validation_loss", &HistoryRow::validationLoss,
     "loss without regularisation, held-out samples; NaN: not computed"},
    {"step_length", &HistoryRow::stepLength, "step length alpha of stochastic steps; NaN: none"},
    {"slope", &HistoryRow::slope,
     "S, mean of s<g, u> of stochastic steps; the loss is least at 1 - S/(2c) of the way from x to y"},
    {"curvature", &HistoryRow::curvature, "c, mean of s<g, u> - f(y) + f(x) of stochastic steps"}};

// Calls `column(name, member of HistoryRow, meaning)` for every column, of the optional ones for those that
// `isWanted(optional column)`.
template <class Wanted, class Column>
void forEachColumn(const std::string& metric, Wanted isWanted, Column column) {
  using Row = HistoryRow;
  column("iteration", &Row::iteration, "row number; 0 is the first evaluation");
  column("cycle", &Row::cycle, "cycles done on the finest level; 0 during nested iteration");
  column("level", &Row::level, "level of value, gradient_norm and samples; 0 is the finest");
  column("coarsest_level", &Row::coarsestLevel, "coarsest level that the iteration visited");
  column("value", &Row::value, "loss with regularisation on the level's training samples");
  column("gradient_norm", &Row::gradientNorm, "norm of the gradient in the network's metric");
  column("step_norm", &Row::stepNorm, "norm of the iteration's step; 0 if none was accepted");
  column("radius", &Row::radius, "trust-region radius after the iteration");
  column("ratio", &Row::ratio, "actual over predicted reduction of the last trial step");
  column("accepted", &Row::accepted, "1 if the iterate moved, else 0");
  column("samples", &Row::samples, "training samples of the level");
  column("work", &Row::work,
         "work units: forward-and-backward sweeps of the finest network over all training samples");
  column("seconds", &Row::seconds, "wall-clock seconds since the start of the training");
  const std::string meaning = metric == "accuracy" ? "part of the samples whose class is predicted right"
                                                   : "relative error in the L2 norm";
  column("train_" + metric, &Row::trainMetric, meaning + ", training samples; NaN: not computed");
  column("test_" + metric, &Row::testMetric, meaning + ", test samples; NaN: not computed");
  for (const OptionalColumn& optional : optionalColumns)
    if (isWanted(optional)) column(optional.name, optional.member, optional.meaning);
}

// The columns of a history file, in the order of forEachColumn().
std::vector<std::string> columnNames(const Hdf5File& file) {
  std::vector<std::string> names{"iteration",     "cycle",     "level",  "coarsest_level", "value",
                                 "gradient_norm", "step_norm", "radius", "ratio",          "accepted",
                                 "samples",       "work",      "seconds"};
  for (const auto* name : {"train_accuracy", "test_accuracy", "train_error", "test_error"})
    if (file.exists(name)) names.push_back(name);
  for (const OptionalColumn& optional : optionalColumns)
    if (file.exists(optional.name)) names.push_back(optional.name);
  return names;
}

} // namespace

void History::write(const std::string& path, const std::string& shownAs) const {
  Hdf5File file = Hdf5File::create(path, shownAs);
  write(file, "/");
  file.close();
}

void History::write(Hdf5File& file, const std::string& group) const {
  if (group != "/") file.createGroup(group);
  file.writeAttribute(group, "training_samples", trainingSamples_);
  const auto hasNumbers = [&](const OptionalColumn& column) {
    return std::any_of(rows_.begin(), rows_.end(),
                       [&](const HistoryRow& row) { return !std::isnan(row.*column.member); });
  };
  forEachColumn(metric_, hasNumbers, [&](const std::string& column, auto member, const std::string& meaning) {
    std::vector<std::decay_t<decltype(HistoryRow().*member)>> values;
    values.reserve(rows_.size());
    for (const auto& row : rows_) values.push_back(row.*member);
    const std::string name = group == "/" ? column : group + "/" + column;
    file.write(name, {values.size()}, values);
    file.writeAttribute(name, "description", meaning);
  });
}

void History::read(const Hdf5File& file, const std::string& group) {
  const auto shape = file.shape(group + "/iteration");
  if (shape.size() != 1)
    throw std::invalid_argument(file.path() + ": " + group + "/iteration is not a column of numbers.");
  std::vector<HistoryRow> rows(shape.front());
  const auto isThere = [&](const OptionalColumn& column) { return file.exists(group + "/" + column.name); };
  forEachColumn(metric_, isThere, [&](const std::string& column, auto member, const std::string&) {
    const std::string name = group + "/" + column;
    const auto values = file.read<std::decay_t<decltype(HistoryRow().*member)>>(name).values;
    if (values.size() != rows.size())
      throw std::invalid_argument(file.path() + ": " + name + " has " + std::to_string(values.size()) +
                                  " rows; expected " + std::to_string(rows.size()) + ".");
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*member = values[i];
  });
  rows_ = std::move(rows);
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
