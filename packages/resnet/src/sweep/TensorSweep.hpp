#pragma once

#include "kernels/device/fused/FusedKernels.hpp"
#include "kernels/device/tensor/TensorOperands.hpp"
#include "sweep/Sweep.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <memory>

namespace terrace::resnet::detail {

/// Sweep of networks of middling width on a CUDA device of compute capability 8.0 or more: one kernel takes a
/// team's samples through all layers and back by matrix units. Hessian products are another sweep's. Defined
/// in TensorSweep_Def.hpp.
///
/// The samples of a team are summed in one order, and the sums of the teams are compensated, as in
/// FusedSweep. A wave of teams is under way at a time, so many that what they keep of a forward sweep and
/// their derivatives stay within an eighth of the device's memory.
template <class Space, class Scalar, int tiles>
class TensorSweep final : public Sweep {
public:
  using Team = tensor::Team<Scalar, tiles>;

  static bool supports(const Network& network) {
    return network.stages.size() == 1 && network.stages.front().kind == StageKind::Dense &&
           network.widest() <= Team::width && (tiles == 1 || network.widest() > Team::width / 2);
  }

  /// \param[in] waveSamples  of a wave, rounded up to whole teams; 0: what memory allows.
  TensorSweep(const Network& network, int waveSamples);

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override;
  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient, FactorMoments* moments = nullptr) override;
  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override;
  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override;

private:
  using Operands = tensor::Operands<Space, Scalar, tiles>;
  using Packed = tensor::PackedNetwork<Scalar, tiles>;
  template <class T>
  using Array = Kokkos::View<T*, typename Space::memory_space>;

  static constexpr int layersBetweenStates = 16;

  void pack(const ConstParameterView& theta, bool backward);
  Operands operands(bool backward, int teams, const ConstParameterView& theta, const SampleSet& samples);
  int teamsOfWave(bool backward, const SampleSet& samples) const;
  template <class OnWave>
  void forEachWave(Operands& operands, int teams, OnWave onWave);
  void addSums(int teams, SweepSums& totals);

  typename Space::execution_space space_;
  Network network_;
  ParameterLayout layout_;
  int waveSamples_;
  FusedNetwork<Scalar> shape_;
  int liftPairs_;
  int outputPairs_;
  std::unique_ptr<Sweep> products_; ///< Hessian products; made with the first.

  Array<typename Team::Layer> blocks_;
  Array<typename Team::Layer> transposedBlocks_;
  Array<tensor::WeightPair<Scalar>> lift_;
  Array<tensor::WeightPair<Scalar>> output_;
  Array<tensor::WeightPair<Scalar>> transposedOutput_;

  Array<tensor::Fragment<Scalar>> activations_;
  Array<tensor::Fragment<Scalar>> states_;
  decltype(Operands::outputs) outputs_;
  decltype(Operands::teamSums) teamSums_;
  typename decltype(Operands::teamSums)::HostMirror hostSums_;
  decltype(Operands::derivatives) derivatives_;
  DerivativeSum<Space> derivativeSum_;
};

} // namespace terrace::resnet::detail
