#include "sweep/PlainSweep.hpp"

#include "parameters/DeviceCopies.hpp"
#include "plain/PlainLoss.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <utility>

namespace terrace::resnet::detail {
namespace {

using Vector = std::vector<double>;

// Column `sample` of a matrix.
template <class Matrix>
Vector column(const Matrix& matrix, int sample) {
  Vector values(matrix.extent(0));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(matrix(i, sample));
  return values;
}

// Calls f(sample, inputs, truth) for the local samples, and g() after each sample group.
template <class Scalar, class OnSample, class OnGroup>
void forEachSampleOf(const SampleSet& samples, const OnSample& onSample, const OnGroup& onGroupEnd) {
  const auto host = [](const auto& view) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  };
  const auto inputs = host(samples.template arrays<Scalar>().inputs);
  const auto targets = host(samples.template arrays<Scalar>().targets);
  const auto labels = host(samples.labels());
  PlainTruth truth;
  truth.shift = toHost(samples.targetShift());
  truth.scale = toHost(samples.targetScale());
  for (int sample = 0; sample < samples.localCount(); ++sample) {
    if (samples.hasLabels()) truth.label = labels(static_cast<std::size_t>(sample));
    if (samples.hasTargets()) truth.targets = column(targets, sample);
    onSample(sample, column(inputs, sample), truth);
    if ((sample + 1) % samplesOfGroup == 0 || sample + 1 == samples.localCount()) onGroupEnd();
  }
}

template <class OnSample, class OnGroup>
void forEachSample(const SampleSet& samples, const OnSample& onSample, const OnGroup& onGroupEnd) {
  samples.scalar() == SweepScalar::Double ? forEachSampleOf<double>(samples, onSample, onGroupEnd)
                                          : forEachSampleOf<float>(samples, onSample, onGroupEnd);
}

// Sums over the samples of a group, moved into compensated ones at its end.
class GroupedSums {
public:
  explicit GroupedSums(std::size_t count) : group_(count), sums_(count) {}
  Vector& group() { return group_; }
  void endGroup() {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i].add(std::exchange(group_[i], 0.0));
  }
  const CompensatedSum& operator[](std::size_t i) const { return sums_[i]; }
  void copyTo(const CompensatedView& view) const {
    const auto host = Kokkos::create_mirror_view(view);
    std::copy(sums_.begin(), sums_.end(), host.data());
    Kokkos::deep_copy(view, host);
  }

private:
  Vector group_;
  std::vector<CompensatedSum> sums_;
};

std::vector<Dual> withDirection(const Vector& values, const Vector& direction) {
  std::vector<Dual> dual(values.size());
  for (std::size_t i = 0; i < dual.size(); ++i) dual[i] = {values[i], direction[i]};
  return dual;
}

std::vector<Dual> toDual(const Vector& values) {
  return {values.begin(), values.end()};
}

} // namespace

PlainSweep::PlainSweep(const Network& network, int) : network_(network), plain_(network), dual_(network) {}

SweepSums PlainSweep::value(const ConstParameterView& theta, const SampleSet& samples) {
  return valueAndGradient(theta, samples, CompensatedView());
}

SweepSums PlainSweep::valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                                       const CompensatedView& gradient, FactorMoments* /*moments*/) {
  const Vector parameters = toHost(theta);
  const bool wantsGradient = gradient.extent(0) > 0;
  GroupedSums totals(3), derivatives(wantsGradient ? parameters.size() : 0);
  Vector delta;
  forEachSample(
      samples,
      [&](int, const Vector& x, const PlainTruth& truth) {
        const Vector y = plain_.forward(parameters, x);
        totals.group()[0] += plainLoss(network_.loss, truth, y, delta);
        totals.group()[1] += plainScore(truth, y);
        totals.group()[2] += plainSquaredTargets(network_.loss, truth, y.size());
        if (!wantsGradient) return;
        for (double& d : delta) d /= static_cast<double>(samples.globalCount());
        plain_.backward(parameters, delta, &derivatives.group());
      },
      [&] {
        totals.endGroup();
        derivatives.endGroup();
      });
  if (wantsGradient) derivatives.copyTo(gradient);
  return {totals[0], totals[1], totals[2]};
}

// Exact: the derivative of the gradient along the direction. Gauss-Newton: J^T (H_loss J v).
void PlainSweep::hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                                const SampleSet& samples, HessianKind kind, const CompensatedView& product) {
  const Vector parameters = toHost(theta);
  const auto dual = withDirection(parameters, toHost(direction));
  GroupedSums sums(parameters.size());
  std::vector<Dual> delta, gradient(kind == HessianKind::Exact ? parameters.size() : 0);
  const Dual count(static_cast<double>(samples.globalCount()));
  forEachSample(
      samples,
      [&](int, const Vector& x, const PlainTruth& truth) {
        plainLoss(network_.loss, truth, dual_.forward(dual, toDual(x)), delta);
        for (Dual& d : delta) d = d / count;
        if (kind == HessianKind::Exact) {
          dual_.backward(dual, delta, &gradient);
          return;
        }
        Vector tangent;
        for (const Dual& d : delta) tangent.push_back(d.derivative);
        plain_.forward(parameters, x);
        plain_.backward(parameters, tangent, &sums.group());
      },
      [&] {
        for (std::size_t i = 0; i < gradient.size(); ++i)
          sums.group()[i] = std::exchange(gradient[i], Dual()).derivative;
        sums.endGroup();
      });
  sums.copyTo(product);
}

std::vector<double> PlainSweep::outputs(const ConstParameterView& theta, const SampleSet& samples) {
  const Vector parameters = toHost(theta);
  std::vector<double> rows;
  forEachSample(
      samples,
      [&](int, const Vector& x, const PlainTruth&) {
        const Vector& y = plain_.forward(parameters, x);
        rows.insert(rows.end(), y.begin(), y.end());
      },
      [] {});
  return rows;
}

} // namespace terrace::resnet::detail
