#pragma once

#include <terrace/resnet/detail/LossKernels.hpp>
#include <terrace/resnet/detail/OuterProduct.hpp>
#include <terrace/resnet/detail/Sweep.hpp>
#include <terrace/resnet/detail/SweepWorkspace.hpp>

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

  template <class Sigma, Keep keep>
  void forward(const SampleBlock& block);
  void loss(const SampleBlock& block);
  template <class Sigma>
  void backward(const SampleBlock& block, const DerivativeSums& gradient);
  template <class Sigma>
  void tangentForward(const SampleBlock& block);
  template <class Sigma>
  void tangentBackward(const SampleBlock& block, const DerivativeSums& product);
  template <class Sigma>
  void hessianBlock(const SampleBlock& block, HessianKind kind, const DerivativeSums& product);

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
  LayerArrays<Tile> states_;      ///< q_k, k = 0..K
  LayerArrays<Tile> activations_; ///< a_k = sigma(z_k), k = 0..K-1
  LayerArrays<Tile> inputs_;      ///< x: features x block
  LayerArrays<Tile> work_;        ///< lambda, mu and the next mu: width x block
  LayerArrays<Tile> outputs_;     ///< y, p, delta: outputs x block
  using Sums = typename LossOperands<Tile>::Sums;
  Sums sums_;      ///< Of each sample position.
  Sums groupSums_; ///< Of the samples that were dealt together.
  typename Sums::HostMirror hostGroupSums_;
  ParameterView partial_; ///< Derivatives summed over the samples of a group, if a block is a part of it.

  Parameters direction_;
  LayerArrays<Tile> tangents_;      ///< dq_k, k = 0..K
  LayerArrays<Tile> preTangents_;   ///< dz_k, k = 0..K-1, then that of the lift
  LayerArrays<Tile> tangentWork_;   ///< dlambda, dmu and the next dmu
  LayerArrays<Tile> tangentOutput_; ///< dy
};

} // namespace terrace::resnet::detail
