#include "parameters/NormalNumbers.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/samples/SampleDerivatives.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

namespace terrace::resnet {
namespace {

using Vector = std::vector<double>;

std::size_t size(long count) {
  return static_cast<std::size_t>(count);
}

// A seed of its own for each sample: a step of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t seed, std::int64_t sample) {
  std::uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (static_cast<std::uint64_t>(sample) + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// count x length, row-major: orthonormal rows, uniformly distributed (normal numbers, Gram-Schmidt twice).
Vector orthonormalRows(int count, int length, std::uint64_t seed) {
  detail::NormalNumbers normal(seed);
  const auto columns = size(length);
  Vector rows(size(count) * columns);
  std::generate(rows.begin(), rows.end(), [&] { return normal(); });
  for (std::size_t i = 0; i < size(count); ++i) {
    double* const row = rows.data() + i * columns;
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t k = 0; k < i; ++k) {
        const double* const other = rows.data() + k * columns;
        double product = 0;
        for (std::size_t j = 0; j < columns; ++j) product += row[j] * other[j];
        for (std::size_t j = 0; j < columns; ++j) row[j] -= product * other[j];
      }
    double square = 0;
    for (std::size_t j = 0; j < columns; ++j) square += row[j] * row[j];
    for (std::size_t j = 0; j < columns; ++j) row[j] /= std::sqrt(square);
  }
  return rows;
}

// The first `kept` of every `all` runs of `length` numbers.
Vector firstRuns(const Vector& values, int all, int kept, int length) {
  Vector result;
  const auto stride = static_cast<std::ptrdiff_t>(all) * length;
  for (auto run = values.begin(); run != values.end(); run += stride)
    result.insert(result.end(), run, run + static_cast<std::ptrdiff_t>(kept) * length);
  return result;
}

// Adds the terms of a rank's samples, row by row of so many numbers: groups first, as a sweep does.
template <class Term>
void addSquares(CompensatedSum& sum, const Vector& rows, std::size_t length, const Term& term) {
  const std::size_t group = samplesOfGroup * length;
  for (std::size_t first = 0; first < rows.size(); first += group) {
    double squares = 0;
    for (std::size_t i = first; i < std::min(first + group, rows.size()); ++i) {
      const double value = term(i);
      squares += value * value;
    }
    sum.add(squares);
  }
}

// The means of the columns over all ranks.
Vector meansOf(const Vector& rows, std::size_t columns, const Teuchos::Comm<int>& comm) {
  std::vector<CompensatedSum> sums(columns + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) sums[i % columns].add(rows[i]);
  sums[columns].add(static_cast<double>(rows.size() / columns));
  sumOverRanks(comm, sums.data(), static_cast<int>(sums.size()));
  Vector means(columns);
  for (std::size_t j = 0; j < columns; ++j) means[j] = sums[j].value() / sums[columns].value();
  return means;
}

} // namespace

SampleDerivatives SampleDerivatives::ofJacobians(const Vector& jacobians, int outputs, int features) {
  const auto m = size(outputs), n = size(features);
  SampleDerivatives derivatives;
  derivatives.directions = features;
  derivatives.values.resize(jacobians.size());
  for (std::size_t first = 0; first < jacobians.size(); first += m * n)
    for (std::size_t c = 0; c < m; ++c)
      for (std::size_t d = 0; d < n; ++d)
        derivatives.values[first + d * m + c] = jacobians[first + c * n + d];
  return derivatives;
}

void SampleDerivatives::scale(const DataScaling& inputs, const DataScaling& targets,
                              const Vector& targetRows) {
  const std::size_t m = targets.scale.size(), n = inputs.scale.size(), k = size(directions);
  for (std::size_t i = 0; i < along.size(); ++i) along[i] /= inputs.scale[i % n];
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = i % m, d = i / m % k, sample = i / (m * k);
    if (alongUnitVectors) values[i] *= inputs.scale[d];
    if (targets.logarithm) values[i] /= targetRows[sample * m + c];
    values[i] /= targets.scale[c];
  }
}

void SampleDerivatives::reduceTo(int count, int features, const std::vector<std::int64_t>& samples,
                                 std::uint64_t seed) {
  if (count >= directions || count < 1) return;
  if (!alongUnitVectors) {
    const auto outputs = samples.empty() ? 0 : values.size() / (samples.size() * size(directions));
    values = firstRuns(values, directions, count, static_cast<int>(outputs));
    along = firstRuns(along, directions, count, features);
    directions = count;
    return;
  }
  const std::size_t k = size(count), n = size(features);
  const std::size_t m = samples.empty() ? 0 : values.size() / (samples.size() * n);
  Vector reduced(samples.size() * k * m, 0.0);
  along.resize(samples.size() * k * n);
  const double length = std::sqrt(static_cast<double>(n) / static_cast<double>(k));
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const Vector rows = orthonormalRows(count, features, mixed(seed, samples[s]));
    for (std::size_t i = 0; i < k; ++i)
      for (std::size_t d = 0; d < n; ++d) {
        const double factor = length * rows[i * n + d];
        along[(s * k + i) * n + d] = factor;
        for (std::size_t c = 0; c < m; ++c)
          reduced[(s * k + i) * m + c] += factor * values[(s * n + d) * m + c];
      }
  }
  values = std::move(reduced);
  directions = count;
  alongUnitVectors = false;
}

SampleDerivatives SampleDerivatives::leading(long samples, int features, int outputs) const {
  const auto first = [&](const Vector& rows, int length) {
    return Vector(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(samples) * directions * length);
  };
  SampleDerivatives some{directions, alongUnitVectors, {}, first(values, outputs)};
  if (!alongUnitVectors) some.along = first(along, features);
  return some;
}

DerivativeOptions DerivativeOptions::fromParameters(const Teuchos::ParameterList& network) {
  DerivativeOptions options;
  options.weight = network.get<double>("Derivative Weight");
  options.directions = network.get<int>("Derivative Directions");
  options.isDense = network.get<std::string>("Type") == "Dense";
  return options;
}

void DerivativeOptions::requireDense() const {
  if (weight > 0 && !isDense)
    throw ParameterError("Network: \"Type\" = \"Convolutional\" cannot use the derivatives of the data set; "
                         "expected \"Derivative Weight\" = 0, which leaves them out.");
}

double balancedWeight(const SampleDerivatives& derivatives, const Vector& targetRows, int outputs,
                      const Teuchos::Comm<int>& comm) {
  const auto m = size(outputs);
  const Vector means = meansOf(targetRows, m, comm);
  CompensatedSum sums[2];
  addSquares(sums[0], targetRows, m, [&](std::size_t i) { return targetRows[i] - means[i % m]; });
  addSquares(sums[1], derivatives.values, m * size(derivatives.directions),
             [&](std::size_t i) { return derivatives.values[i]; });
  sumOverRanks(comm, sums, 2);
  const double deviations = sums[0].value(), slopes = sums[1].value();
  return deviations > 0 && slopes > 0 ? deviations / slopes : 1.0;
}

} // namespace terrace::resnet
