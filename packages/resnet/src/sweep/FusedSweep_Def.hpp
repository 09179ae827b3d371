#pragma once

#include "sweep/FusedSweep.hpp"

#include <algorithm>
#include <string>

namespace terrace::resnet::detail {

/// Makes room for \p teams teams, \p a x \p b x \p c values each.
template <class Scalar, class Memory>
void makeRoom(Kokkos::View<Scalar****, Kokkos::LayoutRight, Memory>& layers, const std::string& label,
              int teams, int a, int b, int c) {
  if (layers.extent(0) >= static_cast<std::size_t>(teams)) return;
  layers = {}; // first: the two need not fit together
  layers = Kokkos::View<Scalar****, Kokkos::LayoutRight, Memory>(
      Kokkos::view_alloc(Kokkos::WithoutInitializing, label), static_cast<std::size_t>(teams),
      static_cast<std::size_t>(a), static_cast<std::size_t>(b), static_cast<std::size_t>(c));
}

/// Points a kernel's operands at the samples.
template <class Operands>
void setSamples(Operands& operands, const SampleSet& samples) {
  using Tile = typename Operands::Tile;
  using Scalar = typename Tile::Scalar;
  const auto& arrays = samples.template arrays<Scalar>();
  const auto slab = [](const auto& all) {
    return typename Tile::ConstSlab(all.data(), all.extent(0), all.extent(1));
  };
  operands.inputs = slab(arrays.inputs);
  operands.loss.weight = static_cast<Scalar>(1.0 / static_cast<double>(samples.globalCount()));
  operands.loss.count = samples.localCount();
  if (samples.hasLabels()) {
    operands.loss.labels =
        typename LossOperands<Tile>::Labels(samples.labels().data(), samples.labels().extent(0));
  } else {
    operands.loss.targets = slab(arrays.targets);
    operands.loss.targetShift = samples.targetShift();
    operands.loss.targetScale = samples.targetScale();
  }
}

/// Adds the sums of \p teams teams, rows SumRow, one team after another.
template <class Sums>
void addTeamSums(const Sums& sums, int teams, SweepSums& totals) {
  for (std::size_t team = 0; team < static_cast<std::size_t>(teams); ++team) {
    totals.loss.add(sums(lossRow, team));
    totals.score.add(sums(scoreRow, team));
    totals.squaredTargets.add(sums(targetRow, team));
  }
}

/// Copies the outputs of a wave of \p count samples, teams x OutputRow x outputs x samples of a team, to
/// their rows.
template <class Outputs>
void copyOutputs(const Outputs& outputs, int firstSample, int count, std::vector<double>& rows) {
  const std::size_t columns = outputs.extent(2), together = outputs.extent(3);
  for (std::size_t s = 0; s < static_cast<std::size_t>(count); ++s)
    for (std::size_t c = 0; c < columns; ++c)
      rows[(static_cast<std::size_t>(firstSample) + s) * columns + c] =
          static_cast<double>(outputs(s / together, yRow, c, s % together));
}

template <class Space, class Scalar>
FusedSweep<Space, Scalar>::FusedSweep(const Network& network, int waveSamples)
    : network_(network), layout_(network), waveSamples_(waveSamples) {}

template <class Space, class Scalar>
int FusedSweep<Space, Scalar>::teamsOfWave(Kind kind, const SampleSet& samples) const {
  const int all = roundUp(samples.localCount(), teamSamples) / teamSamples;
  if (waveSamples_ > 0) return std::min(all, roundUp(waveSamples_, teamSamples) / teamSamples);
  constexpr long budget = 1L << 30;
  const long arrays = kind == Kind::Value ? 0 : (kind == Kind::Gradient ? 2 : 4) * network_.blocks() + 3;
  const long scalars = (arrays * network_.widest() + outputRowCount * network_.outputs) * teamSamples;
  const long derivatives = kind == Kind::Value ? 0 : layout_.size();
  const long perTeam = scalars * static_cast<long>(sizeof(Scalar)) +
                       (derivatives + sumRows * teamSamples) * static_cast<long>(sizeof(double));
  return static_cast<int>(std::clamp(budget / perTeam, 1L, static_cast<long>(std::max(all, 1))));
}

template <class Space, class Scalar>
typename FusedSweep<Space, Scalar>::Operands
FusedSweep<Space, Scalar>::operands(Kind kind, int teams, const ConstParameterView& theta,
                                    const SampleSet& samples) {
  const int d = network_.widest(), layers = network_.blocks(), kept = kind == Kind::Hessian ? 1 : 16;
  makeRoom(outputs_, "terrace::resnet::fusedOutputs", teams, outputRowCount, network_.outputs, teamSamples);
  if (teamSums_.extent(1) < static_cast<std::size_t>(teams)) {
    const auto count = static_cast<std::size_t>(teams);
    sampleSums_ = decltype(sampleSums_)("terrace::resnet::sampleSums", count, sumRows, teamSamples);
    teamSums_ = decltype(teamSums_)("terrace::resnet::teamSums", sumRows, count);
    hostSums_ = Kokkos::create_mirror_view(teamSums_);
  }
  if (kind != Kind::Value) {
    makeRoom(activations_, "terrace::resnet::fusedActivations", teams, layers, d, teamSamples);
    if (derivatives_.extent(0) < static_cast<std::size_t>(teams))
      derivatives_ = decltype(derivatives_)(
          Kokkos::view_alloc(Kokkos::WithoutInitializing, "terrace::resnet::teamDerivatives"),
          static_cast<std::size_t>(teams), static_cast<std::size_t>(layout_.size()));
  }
  if (kind == Kind::Gradient)
    makeRoom(states_, "terrace::resnet::fusedStates", teams, roundUp(layers, kept) / kept, d, teamSamples);
  if (kind == Kind::Hessian) {
    makeRoom(allStates_, "terrace::resnet::fusedStates", teams, layers + 1, d, teamSamples);
    makeRoom(tangents_, "terrace::resnet::fusedTangents", teams, layers + 1, d, teamSamples);
    makeRoom(preTangents_, "terrace::resnet::fusedPreTangents", teams, layers + 1, d, teamSamples);
  }
  Operands all(FusedNetwork<Scalar>(network_, layout_));
  all.theta = theta;
  all.layersBetweenStates = kept;
  all.states = kind == Kind::Hessian ? allStates_ : states_;
  all.activations = activations_;
  all.outputs = outputs_;
  all.sampleSums = sampleSums_;
  all.teamSums = teamSums_;
  all.derivatives = derivatives_;
  all.tangents = tangents_;
  all.preTangents = preTangents_;
  setSamples(all, samples);
  return all;
}

template <class Space, class Scalar>
template <class OnWave>
void FusedSweep<Space, Scalar>::forEachWave(Operands& operands, int teams, OnWave onWave) {
  const int all = operands.loss.count;
  for (int first = 0; first < all; first += teams * teamSamples) {
    operands.firstSample = first;
    onWave(std::min(teams, roundUp(all - first, teamSamples) / teamSamples));
  }
}

template <class Space, class Scalar>
void FusedSweep<Space, Scalar>::addSums(int teams, SweepSums& totals) {
  Kokkos::deep_copy(space_, hostSums_, teamSums_);
  space_.fence();
  addTeamSums(hostSums_, teams, totals);
}

template <class Space, class Scalar>
SweepSums FusedSweep<Space, Scalar>::value(const ConstParameterView& theta, const SampleSet& samples) {
  static const std::string label = "terrace::resnet::fusedValue";
  const int most = teamsOfWave(Kind::Value, samples);
  Operands all = operands(Kind::Value, most, theta, samples);
  SweepSums totals;
  forEachWave(all, most, [&](int teams) {
    launchFused<FusedValue>(space_, label, teams, all);
    addSums(teams, totals);
  });
  return totals;
}

template <class Space, class Scalar>
SweepSums
FusedSweep<Space, Scalar>::valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                                            const CompensatedView& gradient, FactorMoments* /*moments*/) {
  static const std::string label = "terrace::resnet::fusedGradient";
  const int most = teamsOfWave(Kind::Gradient, samples);
  Operands all = operands(Kind::Gradient, most, theta, samples);
  clear(gradient);
  SweepSums totals;
  forEachWave(all, most, [&](int teams) {
    launchFused<FusedGradient>(space_, label, teams, all);
    derivativeSum_.add(space_, derivatives_, teams, gradient);
    addSums(teams, totals);
  });
  return totals;
}

template <class Space, class Scalar>
void FusedSweep<Space, Scalar>::hessianProduct(const ConstParameterView& theta,
                                               const ConstParameterView& direction, const SampleSet& samples,
                                               HessianKind kind, const CompensatedView& product) {
  static const std::string label = "terrace::resnet::fusedHessian";
  const int most = teamsOfWave(Kind::Hessian, samples);
  Operands all = operands(Kind::Hessian, most, theta, samples);
  all.direction = direction;
  all.gaussNewton = kind == HessianKind::GaussNewton;
  clear(product);
  forEachWave(all, most, [&](int teams) {
    launchFused<FusedHessian>(space_, label, teams, all);
    derivativeSum_.add(space_, derivatives_, teams, product);
  });
  space_.fence();
}

template <class Space, class Scalar>
std::vector<double> FusedSweep<Space, Scalar>::outputs(const ConstParameterView& theta,
                                                       const SampleSet& samples) {
  static const std::string label = "terrace::resnet::fusedOutputs";
  const int most = teamsOfWave(Kind::Value, samples);
  Operands all = operands(Kind::Value, most, theta, samples);
  all.hasLoss = false;
  const auto mirror = Kokkos::create_mirror_view(outputs_);
  const auto columns = static_cast<std::size_t>(network_.outputs);
  std::vector<double> result(static_cast<std::size_t>(samples.localCount()) * columns);
  forEachWave(all, most, [&](int teams) {
    launchFused<FusedValue>(space_, label, teams, all);
    Kokkos::deep_copy(space_, mirror, outputs_);
    space_.fence();
    copyOutputs(mirror, all.firstSample, std::min(teams * teamSamples, all.loss.count - all.firstSample),
                result);
  });
  return result;
}

} // namespace terrace::resnet::detail
