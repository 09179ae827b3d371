#pragma once

#include "layers/Chain.hpp"
#include "layers/LossLayer.hpp"
#include "sweep/GroupSums.hpp"
#include "sweep/Point.hpp"
#include "sweep/Sweep.hpp"

namespace terrace::resnet::detail {

/// Sweep through the layers of a Chain, a chunk of samples at a time, with the register tiles of \p Tile, a
/// TileOf, on its execution space and in its scalar; defined in ChainSweep_Def.hpp. Include only where it is
/// instantiated: those units may be compiled for the instruction set of this machine.
template <class Tile>
class ChainSweep final : public Sweep {
public:
  static bool supports(const Network& network) { return Chain<Tile>::supports(network); }

  ChainSweep(const Network& network, int chunkSamples);

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override;
  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient, FactorMoments* moments = nullptr) override;
  bool gathersMoments() const override { return Tile::onHost && !network_.isConvolutional(); }
  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override;
  void sumStatistics(const ConstParameterView& theta, const SampleSet& samples,
                     const CompensatedView& sums) override;
  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override;

private:
  using ExecutionSpace = typename Tile::Execution;
  using Scalar = typename Tile::Scalar;
  using Parameters = PackedParameters<Tile>;
  using Layers = LayerArrays<Tile>;

  void loadInputs(const Chunk& chunk);
  void forward(const Pass<Tile>& pass, const Chunk& chunk, Keep keep);
  void hessianProductOf(const Chunk& chunk, HessianKind kind, const DerivativeSums& product);
  /// On a device those of convolutional networks are, and their derivatives are summed group by group.
  bool chunksAreWholeGroups() const {
    return chunkSamples_ >= samplesOfGroup && (Tile::onHost || network_.isConvolutional());
  }
  DerivativeSums derivativeSums(const CompensatedView& sums);
  MomentSums momentSums(FactorMoments& moments) const;

  ExecutionSpace space_;
  Network network_;
  ParameterLayout layout_;
  int chunkSamples_;
  int keptChunks_;

  Parameters theta_;
  Parameters direction_;
  Chain<Tile> chain_;
  LossLayer<Tile> loss_;
  Layers inputs_;         ///< x: features x chunk
  Layers tangentOutputs_; ///< dy
  GroupSums<ExecutionSpace, typename LossLayer<Tile>::Sums> groupSums_;
  ParameterView partial_; ///< Derivatives summed over the samples of a group, if a chunk is a part of it.
  ParameterView pieces_;  ///< Workspace of DerivativeSums on devices.
  Point lastProduct_;
};

} // namespace terrace::resnet::detail
