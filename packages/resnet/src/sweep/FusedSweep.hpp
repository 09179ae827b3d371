#pragma once

#include "kernels/device/fused/FusedKernels.hpp"
#include "sweep/Sweep.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

namespace terrace::resnet::detail {

/// Sweep of narrow networks on a device: one kernel takes a team's samples through all layers and back, with
/// the weights of a layer in team scratch and the state of a sample in the registers of its thread. Defined
/// in FusedSweep_Def.hpp.
///
/// The samples of a team are summed in one order, and the sums of the teams are compensated: as on the host,
/// results do not depend on how the samples lie on the ranks. A wave of teams is under way at a time, so
/// many that what they keep of a forward sweep and their derivatives (an array of the size of the parameters
/// each) stay within 1 GiB, and as much again for Hessian products; less where the set of samples is small.
/// It is allocated when the first set comes that needs it.
template <class Space, class Scalar>
class FusedSweep final : public Sweep {
public:
  static constexpr int widest = 32;

  static bool supports(const Network& network) {
    return network.stages.size() == 1 && network.stages.front().kind == StageKind::Dense &&
           network.widest() <= widest;
  }

  /// \param[in] waveSamples  of a wave, rounded up to whole teams; 0: what memory allows.
  FusedSweep(const Network& network, int waveSamples);

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override;
  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient, FactorMoments* moments = nullptr) override;
  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override;
  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override;

private:
  using Operands = FusedOperands<Space, Scalar>;
  using Layers = typename Operands::Layers;
  enum class Kind { Value, Gradient, Hessian };

  /// Operands of a kind of sweep over \p samples, its arrays for \p teams teams among them.
  Operands operands(Kind kind, int teams, const ConstParameterView& theta, const SampleSet& samples);
  /// Calls onWave(teams) for each wave of \p operands, whose first sample is then in \p operands.
  template <class OnWave>
  void forEachWave(Operands& operands, int teams, OnWave onWave);
  int teamsOfWave(Kind kind, const SampleSet& samples) const;
  void addSums(int teams, SweepSums& totals);

  typename Space::execution_space space_;
  Network network_;
  ParameterLayout layout_;
  int waveSamples_;

  Layers outputs_;
  Layers activations_;
  Layers states_;
  decltype(Operands::sampleSums) sampleSums_;
  decltype(Operands::teamSums) teamSums_;
  typename decltype(Operands::teamSums)::HostMirror hostSums_;
  decltype(Operands::derivatives) derivatives_;
  DerivativeSum<Space> derivativeSum_;

  Layers allStates_; ///< Hessian products.
  Layers tangents_;
  Layers preTangents_;
};

} // namespace terrace::resnet::detail
