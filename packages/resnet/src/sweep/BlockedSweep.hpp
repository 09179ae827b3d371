#pragma once

#include "kernels/common/LossKernels.hpp"
#include "kernels/host/OuterProduct.hpp"
#include "sweep/KeptLayers.hpp"
#include "sweep/Sweep.hpp"
#include "sweep/SweepWorkspace.hpp"

namespace terrace::resnet::detail {

/// Sweep with the register blocks of \p Tile, a TileOf, on its execution space and with its scalar; defined
/// in BlockedSweep_Def.hpp. Include only where it is instantiated: those units may be compiled for the
/// instruction set of this machine.
template <class Tile>
class BlockedSweep final : public Sweep {
public:
  BlockedSweep(const Network& network, int samplesPerBlock);

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override;
  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient) override;
  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override;
  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override;

private:
  using ExecutionSpace = typename Tile::Execution;
  using Scalar = typename Tile::Scalar;
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;
  using Parameters = SweepParameters<Tile>;
  using Layers = LayerArrays<Tile>;
  using Kept = typename KeptLayers<Tile>::Block;

  /// A block of samples: positions first .. first + count - 1 of the local samples.
  struct SampleBlock {
    const SampleSet* samples;
    int first;
    int count;
  };
  /// Whether a forward sweep keeps every layer for a backward one.
  enum class Keep { Nothing, Layers };

  template <class OnBlock, class OnGroup>
  void forEachSampleBlock(const SampleSet& samples, OnBlock onBlock, OnGroup onGroupEnd);

  void loadInputs(const SampleBlock& block);
  LossOperands<Tile> lossOperands(const SampleBlock& block) const;
  Slab state(int k, Keep keep) const { return states_[keep == Keep::Layers ? k : k % 2]; }

  // a: activations, a_k = sigma(z_k), k = 0..K-1
  template <class Sigma>
  void lift(const SampleBlock& block, const Slab& first);
  void output(const SampleBlock& block, const ConstSlab& last);
  template <class Sigma, Keep keep>
  void forwardLayers(const SampleBlock& block, const Layers& a);
  template <class Sigma, Keep keep>
  void forward(const SampleBlock& block, const Layers& a);
  void loss(const SampleBlock& block);
  template <class Sigma>
  void backward(const SampleBlock& block, const Layers& a, const DerivativeSums& gradient);
  template <class Sigma, bool advances>
  void tangentLayers(const SampleBlock& block, const Layers& a);
  void tangentOutput(const SampleBlock& block);
  template <class Sigma>
  void tangentBackward(const SampleBlock& block, const Layers& a, const Kept* kept,
                       const DerivativeSums& product);
  template <class Sigma>
  void hessianBlock(const SampleBlock& block, HessianKind kind, Kept* kept, const DerivativeSums& product);

  struct Pair {
    ConstSlab mu;
    ConstSlab x;
  };
  void addOuterProduct(const Pair& first, const Pair& second, const DerivativeSums& sums,
                       const GradientOffsets& offsets, int samples);
  GradientOffsets blockOffsets(int k) const {
    return {layout_.blockOffset(k), layout_.blockBias(k), network_.step()};
  }
  GradientOffsets liftOffsets() const {
    return {layout_.liftOffset(), layout_.liftHasBias() ? layout_.liftBias() : -1};
  }
  DerivativeSums derivativeSums(const CompensatedView& sums);
  void allocateTangents();

  ExecutionSpace space_;
  Network network_;
  ParameterLayout layout_;
  int blockSamples_;

  Parameters theta_;
  Layers states_;      ///< q_k, k = 0..K
  Layers activations_; ///< a_k, k = 0..K-1, unless they are kept
  Layers inputs_;      ///< x: features x block
  Layers work_;        ///< lambda, mu and the next mu: width x block
  Layers outputs_;     ///< y, p, delta: outputs x block
  using Sums = typename LossOperands<Tile>::Sums;
  Sums sums_;      ///< Of each sample position.
  Sums groupSums_; ///< Of the samples that were dealt together.
  typename Sums::HostMirror hostGroupSums_;
  ParameterView partial_; ///< Derivatives summed over the samples of a group, if a block is a part of it.

  Parameters direction_;
  Layers tangents_;      ///< dq_k, k = 0..K
  Layers preTangents_;   ///< dz_k, k = 0..K-1, then that of the lift
  Layers tangentWork_;   ///< dlambda, dmu and the next dmu
  Layers tangentOutput_; ///< dy
  KeptLayers<Tile> keptLayers_;
};

} // namespace terrace::resnet::detail
