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

// The samples of a group.
struct PlainGroup {
  std::vector<Vector> inputs;
  std::vector<PlainTruth> truths;
};

// Calls f(group) for the sample groups of the local samples.
template <class Scalar, class OnGroup>
void forEachGroupOf(const SampleSet& samples, const OnGroup& f) {
  const auto host = [](const auto& view) {
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  };
  const auto inputs = host(samples.template arrays<Scalar>().inputs);
  const auto targets = host(samples.template arrays<Scalar>().targets);
  const auto labels = host(samples.labels());
  PlainTruth truth;
  truth.shift = toHost(samples.targetShift());
  truth.scale = toHost(samples.targetScale());
  for (int first = 0; first < samples.localCount(); first += samplesOfGroup) {
    PlainGroup group;
    for (int s = first; s < std::min(first + samplesOfGroup, samples.localCount()); ++s) {
      if (samples.hasLabels()) truth.label = labels(static_cast<std::size_t>(s));
      if (samples.hasTargets()) truth.targets = column(targets, s);
      group.inputs.push_back(column(inputs, s));
      group.truths.push_back(truth);
    }
    f(group);
  }
}

template <class OnGroup>
void forEachGroup(const SampleSet& samples, const OnGroup& f) {
  samples.scalar() == SweepScalar::Double ? forEachGroupOf<double>(samples, f)
                                          : forEachGroupOf<float>(samples, f);
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

std::vector<std::vector<Dual>> toDual(const std::vector<Vector>& rows) {
  std::vector<std::vector<Dual>> dual;
  for (const Vector& row : rows) dual.emplace_back(row.begin(), row.end());
  return dual;
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
  forEachGroup(samples, [&](const PlainGroup& group) {
    const auto& outputs = plain_.forward(parameters, group.inputs);
    std::vector<Vector> deltas(outputs.size());
    for (std::size_t s = 0; s < outputs.size(); ++s) {
      const Vector& y = outputs[s];
      totals.group()[0] += plainLoss(network_.loss, group.truths[s], y, deltas[s]);
      totals.group()[1] += plainScore(group.truths[s], y);
      totals.group()[2] += plainSquaredTargets(network_.loss, group.truths[s], y.size());
      for (double& d : deltas[s]) d /= static_cast<double>(samples.globalCount());
    }
    if (wantsGradient) plain_.backward(parameters, deltas, &derivatives.group());
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
  std::vector<Dual> gradient(kind == HessianKind::Exact ? parameters.size() : 0);
  const Dual count(static_cast<double>(samples.globalCount()));
  forEachGroup(samples, [&](const PlainGroup& group) {
    const auto& outputs = dual_.forward(dual, toDual(group.inputs));
    std::vector<std::vector<Dual>> deltas(outputs.size());
    std::vector<Vector> tangents(outputs.size());
    for (std::size_t s = 0; s < outputs.size(); ++s) {
      plainLoss(network_.loss, group.truths[s], outputs[s], deltas[s]);
      for (Dual& d : deltas[s]) {
        d = d / count;
        tangents[s].push_back(d.derivative);
      }
    }
    if (kind == HessianKind::Exact) {
      dual_.backward(dual, deltas, &gradient);
    } else {
      plain_.forward(parameters, group.inputs);
      plain_.backward(parameters, tangents, &sums.group());
    }
    for (std::size_t i = 0; i < gradient.size(); ++i)
      sums.group()[i] = std::exchange(gradient[i], Dual()).derivative;
    sums.endGroup();
  });
  sums.copyTo(product);
}

void PlainSweep::sumStatistics(const ConstParameterView& theta, const SampleSet& samples,
                               const CompensatedView& sums) {
  const Vector parameters = toHost(theta);
  GroupedSums statistics(parameters.size());
  forEachGroup(samples, [&](const PlainGroup& group) {
    plain_.forward(parameters, group.inputs);
    plain_.addStatistics(parameters, statistics.group());
    statistics.endGroup();
  });
  statistics.copyTo(sums);
}

std::vector<double> PlainSweep::outputs(const ConstParameterView& theta, const SampleSet& samples) {
  const Vector parameters = toHost(theta);
  std::vector<double> rows;
  forEachGroup(samples, [&](const PlainGroup& group) {
    for (const Vector& y : plain_.forward(parameters, group.inputs))
      rows.insert(rows.end(), y.begin(), y.end());
  });
  return rows;
}

} // namespace terrace::resnet::detail
