#include "arrays/ClassValues.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

namespace terrace::program {

ClassValues::ClassValues(const std::vector<double>& labels, const std::string& name) {
  const auto broken =
      std::find_if(labels.begin(), labels.end(), [](double value) { return value != std::floor(value); });
  if (broken != labels.end())
    throw std::invalid_argument(name + ": row " + std::to_string(broken - labels.begin()) +
                                " has the label " + shortestText(*broken) +
                                "; expected whole numbers (for regression: --targets).");
  const std::set<double> different(labels.begin(), labels.end());
  values_.assign(different.begin(), different.end());
  if (values_.size() < 2)
    throw std::invalid_argument(
        name + ": has " + (values_.empty() ? "no class" : "only the class " + shortestText(values_.front())) +
        "; expected at least two.");
}

std::vector<int> ClassValues::labelsOf(const std::vector<double>& labels, const std::string& name) const {
  std::vector<int> classes;
  classes.reserve(labels.size());
  for (const double value : labels) {
    const auto found = std::lower_bound(values_.begin(), values_.end(), value);
    if (found == values_.end() || *found != value)
      throw std::invalid_argument(name + ": row " + std::to_string(classes.size()) + " has the label " +
                                  shortestText(value) + ", which no training sample has.");
    classes.push_back(static_cast<int>(found - values_.begin()));
  }
  return classes;
}

std::vector<std::string> ClassValues::names() const {
  if (values_.front() == 0 && values_.back() == static_cast<double>(values_.size() - 1)) return {};
  std::vector<std::string> names;
  for (const double value : values_) names.push_back(shortestText(value));
  return names;
}

} // namespace terrace::program
