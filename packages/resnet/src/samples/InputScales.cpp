#include "samples/InputScales.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace terrace::resnet::detail {
namespace {

constexpr long mostSamples = 2048;

template <class Scalar>
std::vector<CompensatedSum> sumsOfSquares(const SampleSet& samples) {
  const auto inputs =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), samples.arrays<Scalar>().inputs);
  std::vector<CompensatedSum> sums(static_cast<std::size_t>(samples.features()));
  for (std::size_t i = 0; i < sums.size(); ++i)
    for (std::size_t s = 0; s < static_cast<std::size_t>(samples.localCount()); ++s) {
      const auto value = static_cast<double>(inputs(i, s));
      sums[i].add(value * value);
    }
  return sums;
}

std::vector<double> rootMeanSquares(const SampleSet& samples) {
  auto sums = samples.scalar() == SweepScalar::Double ? sumsOfSquares<double>(samples)
                                                      : sumsOfSquares<float>(samples);
  sumOverRanks(*samples.comm(), sums.data(), static_cast<int>(sums.size()));
  std::vector<double> roots;
  for (const CompensatedSum& sum : sums)
    roots.push_back(std::sqrt(sum.value() / static_cast<double>(samples.globalCount())));
  return roots;
}

// Of those that are not zero.
double median(std::vector<double> values) {
  values.erase(std::remove(values.begin(), values.end(), 0.0), values.end());
  if (values.empty()) return 1;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace

std::vector<double> inputScales(const SampleSet& samples) {
  constexpr double usual = 10;
  std::vector<double> scales = rootMeanSquares(samples.leading(std::min(samples.globalCount(), mostSamples)));
  const double middle = median(scales), typical = middle > usual ? middle : 1;
  for (double& scale : scales) scale = scale > usual * typical ? scale : typical;
  if (std::all_of(scales.begin(), scales.end(), [](double scale) { return scale == 1; })) return {};
  return scales;
}

void divideLift(ParameterVector& x, const ParameterSpace& space, const std::vector<double>& scales) {
  const ParameterRun* lift = space.layout().lift();
  if (lift == nullptr || static_cast<int>(scales.size()) != lift->inputs()) return;
  std::vector<double> values = space.gatherToAll(x);
  auto weight = values.begin() + lift->offset;
  for (int i = 0; i < lift->outputs(); ++i)
    for (int j = 0; j < lift->inputs(); ++j, ++weight) *weight /= scales[static_cast<std::size_t>(j)];
  space.assign(values, x);
}

} // namespace terrace::resnet::detail
