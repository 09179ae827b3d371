#include "commands/predict/ModelClasses.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace terrace::program {
namespace {

// NaN if a text is no number.
double numberOf(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() ? value
                                                            : std::numeric_limits<double>::quiet_NaN();
}

bool areNumbers(const std::vector<std::string>& names) {
  return !names.empty() && std::none_of(names.begin(), names.end(),
                                        [](const auto& name) { return std::isnan(numberOf(name)); });
}

} // namespace

int ModelClasses::named(const std::string& label) const {
  const auto& names = model_.outputNames;
  auto found = std::find(names.begin(), names.end(), label);
  if (found == names.end()) {
    const double value = numberOf(label);
    found = std::find_if(names.begin(), names.end(),
                         [value](const auto& name) { return numberOf(name) == value; });
  }
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

// Where the names are numbers themselves, a number that is none of them is no class.
int ModelClasses::valued(double label, double first, const std::string& place, std::size_t row) const {
  const std::string text = shortestText(label);
  const int found = named(text);
  if (found >= 0) return found;
  const double index = label - first;
  if (areNumbers(model_.outputNames) || index != std::floor(index) || index < 0 || index >= model_.outputs)
    reject(text, place, row);
  return static_cast<int>(index);
}

void ModelClasses::reject(const std::string& label, const std::string& place, std::size_t row) const {
  constexpr std::size_t most = 20;
  std::string names;
  for (std::size_t i = 0; i < std::min(most, model_.outputNames.size()); ++i)
    names += (i == 0 ? "" : ", ") + model_.outputNames[i];
  if (model_.outputNames.size() > most) names += ", ...";
  throw std::invalid_argument(place + ": sample " + std::to_string(row) + " has the label \"" + label +
                              "\"; the classes of the model are " +
                              (names.empty() ? "0.." + std::to_string(model_.outputs - 1) : names) + ".");
}

std::vector<int> ModelClasses::ofNames(const std::vector<std::string>& labels,
                                       const std::string& place) const {
  std::vector<int> classes;
  for (const auto& label : labels) {
    const int found = named(label);
    const double value = numberOf(label);
    if (found < 0 && std::isnan(value)) reject(label, place, classes.size());
    classes.push_back(found >= 0 ? found : valued(value, 0, place, classes.size()));
  }
  return classes;
}

std::vector<int> ModelClasses::ofValues(const std::vector<double>& labels, const std::string& place) const {
  std::vector<int> classes;
  for (const double label : labels) classes.push_back(valued(label, 0, place, classes.size()));
  return classes;
}

std::vector<int> ModelClasses::ofNumbers(const std::vector<int>& labels, const std::string& place) const {
  for (std::size_t row = 0; row < labels.size(); ++row)
    if (labels[row] < 0 || labels[row] >= model_.outputs) reject(std::to_string(labels[row]), place, row);
  return labels;
}

std::vector<int> ModelClasses::ofMap(const std::vector<double>& labels, const std::string& place) const {
  std::vector<int> classes;
  for (const double label : labels)
    classes.push_back(label == 0 ? -1 : valued(label, 1, place, classes.size()));
  return classes;
}

} // namespace terrace::program
