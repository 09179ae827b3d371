#include "detail/OptionChecks.hpp"

#include <terrace/pde/ParameterTable.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace::pde {

void ParameterTable::add(const std::string& name, const std::string& unit, Range range, Scale scale) {
  if (scale == Scale::Logarithmic) {
    detail::requirePositive(name, range);
  } else {
    constexpr double largest = std::numeric_limits<double>::max();
    detail::requireRange(name, range, -largest, largest);
  }
  if (range.lowest == range.highest) {
    parameters_.push_back({-1, scale, range.lowest});
    return;
  }
  parameters_.push_back({static_cast<int>(inputs_.size()), scale, 0});
  if (scale == Scale::Logarithmic) {
    inputs_.push_back({"log10 " + name, unit, std::log10(range.lowest), std::log10(range.highest)});
  } else {
    inputs_.push_back({name, unit, range.lowest, range.highest});
  }
}

std::vector<double> ParameterTable::values(const std::vector<double>& inputs) const {
  if (inputs.size() != inputs_.size())
    throw std::invalid_argument(std::to_string(inputs.size()) + " inputs were given; expected " +
                                std::to_string(inputs_.size()) + ".");
  std::vector<double> values;
  values.reserve(parameters_.size());
  for (const Parameter& parameter : parameters_) {
    if (parameter.input < 0) {
      values.push_back(parameter.value);
      continue;
    }
    const auto index = static_cast<std::size_t>(parameter.input);
    const double input = inputs[index];
    if (!std::isfinite(input))
      throw std::invalid_argument("The input \"" + inputs_[index].name + "\" is not finite.");
    values.push_back(parameter.scale == Scale::Logarithmic ? std::pow(10.0, input) : input);
  }
  return values;
}

std::vector<double> ParameterTable::byInputs(const std::vector<double>& byParameters,
                                             const std::vector<double>& values) const {
  std::vector<double> derivatives(inputs_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (parameter.input < 0) continue;
    const double chain = parameter.scale == Scale::Logarithmic ? std::log(10.0) * values[i] : 1.0;
    derivatives[static_cast<std::size_t>(parameter.input)] = chain * byParameters[i];
  }
  return derivatives;
}

} // namespace terrace::pde
