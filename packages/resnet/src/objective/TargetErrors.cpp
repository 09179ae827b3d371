#include "objective/TargetErrors.hpp"

#include "parameters/DeviceCopies.hpp"

#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace::resnet::detail {
namespace {

// Scaled rows of outputs or targets in the units of the samples' targets.
std::vector<double> inUnits(std::vector<double> rows, const SampleSet& samples) {
  if (samples.targetScale().extent(0) == 0) return rows;
  DataScaling units;
  units.shift = toHost(samples.targetShift());
  units.scale = toHost(samples.targetScale());
  units.logarithm = samples.targetLogarithm();
  units.invert(rows);
  return rows;
}

// Squares of numbers divided by these neither overflow nor vanish, and the division loses no digit.
std::vector<double> unitsOf(const std::vector<double>& rows, std::size_t columns,
                            const Teuchos::Comm<int>& comm) {
  std::vector<double> local(columns, 0.0), units(columns);
  for (std::size_t i = 0; i < rows.size(); ++i)
    local[i % columns] = std::max(local[i % columns], std::abs(rows[i]));
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, static_cast<int>(columns), local.data(), units.data());
  for (double& unit : units) unit = unit > 0 && std::isfinite(unit) ? std::ldexp(1.0, std::ilogb(unit)) : 1.0;
  return units;
}

} // namespace

TargetErrors::TargetErrors(const std::vector<double>& outputs, const SampleSet& samples)
    : TargetErrors(inUnits(outputs, samples), inUnits(samples.targetRows(), samples),
                   static_cast<std::size_t>(samples.outputs()), 1, *samples.comm()) {}

TargetErrors TargetErrors::ofDerivatives(const std::vector<double>& outputs,
                                         const std::vector<double>& tangents, const SampleSet& samples) {
  const auto y = inUnits(outputs, samples), t = inUnits(samples.targetRows(), samples);
  const auto columns = static_cast<std::size_t>(samples.outputs()),
             directions = static_cast<std::size_t>(samples.directions());
  const auto scale = toHost(samples.targetScale());
  const auto derivativesInUnits = [&](std::vector<double> rows, const std::vector<double>& values) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t c = i % columns, sample = i / (columns * directions);
      if (!scale.empty()) rows[i] *= scale[c];
      if (samples.targetLogarithm()) rows[i] *= values[sample * columns + c]; // d exp(l) = exp(l) dl
    }
    return rows;
  };
  return {derivativesInUnits(tangents, y), derivativesInUnits(samples.derivativeRows(), t), columns,
          directions, *samples.comm()};
}

TargetErrors::TargetErrors(const std::vector<double>& y, const std::vector<double>& t, std::size_t columns,
                           std::size_t rowsOfSample, const Teuchos::Comm<int>& comm) {
  units_ = unitsOf(t, columns, comm);
  std::vector<CompensatedSum> sums(2 * columns);
  const std::size_t together = samplesOfGroup * rowsOfSample;
  const std::size_t count = t.size() / columns;
  for (std::size_t group = 0; group < count; group += together)
    for (std::size_t j = 0; j < columns; ++j) {
      double errors = 0, targets = 0;
      for (std::size_t i = group; i < std::min(group + together, count); ++i) {
        const double target = t[i * columns + j] / units_[j], error = y[i * columns + j] / units_[j] - target;
        errors += error * error;
        targets += target * target;
      }
      sums[j].add(errors);
      sums[columns + j].add(targets);
    }
  sumOverRanks(comm, sums.data(), static_cast<int>(sums.size()));
  const auto middle = sums.begin() + static_cast<std::ptrdiff_t>(columns);
  errors_.assign(sums.begin(), middle);
  targets_.assign(middle, sums.end());
}

double TargetErrors::relative() const {
  CompensatedSum errors, targets;
  const double largest = *std::max_element(units_.begin(), units_.end());
  const auto inLargest = [largest](CompensatedSum sum, double unit) {
    const double factor = unit / largest;
    sum.high *= factor * factor;
    sum.low *= factor * factor;
    return sum;
  };
  for (std::size_t j = 0; j < units_.size(); ++j) {
    errors.add(inLargest(errors_[j], units_[j]));
    targets.add(inLargest(targets_[j], units_[j]));
  }
  // The exponential of a wild output is infinite, and the compensated sum then none.
  return std::isfinite(errors.value()) ? std::sqrt(errors.value() / targets.value())
                                       : std::numeric_limits<double>::infinity();
}

std::vector<double> TargetErrors::relativeOfEach() const {
  std::vector<double> relative(errors_.size());
  for (std::size_t j = 0; j < relative.size(); ++j)
    relative[j] = std::sqrt(errors_[j].value() / targets_[j].value());
  return relative;
}

} // namespace terrace::resnet::detail
