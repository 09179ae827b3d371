#pragma once

#include "parameters/Differences.hpp"
#include "sweep/SweepWorkspace.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace terrace::resnet::detail {

/// What the Hessian products at one point have in common, kept from one to the next: activations and adjoints
/// of the first blocks of samples, as many as leave a sweep, with its states and tangents, within 60 MiB (on
/// a device one block); of narrow networks none. A block is allocated when it is first asked for.
template <class Tile>
class KeptLayers {
public:
  struct Block {
    LayerArrays<Tile> activations; ///< a_k, k = 0..K-1
    LayerArrays<Tile> adjoints;    ///< lambda_k, k = 0..K
    bool hasActivations = false;
    bool hasAdjoints = false;
  };

  KeptLayers(const Network& network, int blockSamples)
      : network_(network), blockSamples_(blockSamples), most_(blocksWithinBudget(network, blockSamples)) {}

  /// What was kept is forgotten unless \p theta and \p samples are those of the last call.
  void setPoint(const ConstParameterView& theta, const SampleSet& samples) {
    if (most_ == 0) return;
    if (samples_ && samples_->sameAs(samples) && differences(theta, theta_) == 0) return;
    if (theta_.extent(0) == 0) theta_ = ParameterView("terrace::resnet::keptPoint", theta.extent(0));
    Kokkos::deep_copy(theta_, theta);
    samples_ = samples;
    for (Block& block : blocks_) block.hasActivations = block.hasAdjoints = false;
  }

  /// Those of the index-th block of samples, counted from 0 in ascending order; null if they are not kept.
  Block* block(int index) {
    if (index >= most_) return nullptr;
    while (static_cast<int>(blocks_.size()) <= index) blocks_.push_back(makeBlock());
    return &blocks_[static_cast<std::size_t>(index)];
  }

private:
  static int blocksWithinBudget(const Network& network, int blockSamples) {
    constexpr long budget = Tile::onHost ? 60L << 20 : 3L << 28;
    if (network.width <= Tile::narrow) return 0;
    const long block = bytesPerSample<Tile>(network, 2 * network.blocks + 1) * blockSamples;
    return static_cast<int>(std::max(0L, budget / block - 2)); // 2: the states and the tangents
  }

  Block makeBlock() const {
    return {{"terrace::resnet::keptActivations", network_.blocks, network_.width, blockSamples_},
            {"terrace::resnet::keptAdjoints", network_.blocks + 1, network_.width, blockSamples_}};
  }

  Network network_;
  int blockSamples_;
  int most_;
  ParameterView theta_;
  std::optional<SampleSet> samples_;
  std::vector<Block> blocks_;
};

} // namespace terrace::resnet::detail
