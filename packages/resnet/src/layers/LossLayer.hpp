#pragma once

#include "kernels/common/LossKernels.hpp"
#include "layers/Chunk.hpp"
#include "layers/LayerArrays.hpp"
#include "layers/Pass.hpp"

namespace terrace::resnet::detail {

/// The loss of a chunk's outputs, its sums for each sample position, and its derivatives.
template <class Tile>
class LossLayer {
public:
  using Slab = typename Tile::Slab;
  using Sums = typename LossOperands<Tile>::Sums;

  LossLayer(const Network& network, int chunkSamples)
      : loss_(network.loss), arrays_("terrace::resnet::outputs", 3, network.outputs, chunkSamples),
        sums_("terrace::resnet::sums", static_cast<std::size_t>(sumRows),
              static_cast<std::size_t>(chunkSamples)) {}

  /// y, which the output layer writes.
  Slab outputs() const { return arrays_[0]; }
  /// The derivative of the averaged loss by y, after evaluate().
  Slab derivative() const { return arrays_[2]; }
  /// Rows: SumRow; sums over the chunks since they were cleared, for each position in a chunk.
  const Sums& sums() const { return sums_; }

  void evaluate(const Pass<Tile>& pass, const Chunk& chunk) const {
    const auto o = operands(chunk);
    loss_ == LossType::CrossEntropy ? crossEntropy(pass.space, o) : leastSquares(pass.space, o);
  }

  /// dy becomes the second derivative of the averaged loss times dy; after evaluate().
  void multiplyByHessian(const Pass<Tile>& pass, const Chunk& chunk, const Slab& dy) const {
    const Slab p = loss_ == LossType::CrossEntropy ? arrays_[1] : Slab();
    lossHessian(pass.space, LossHessian<Tile>{p, dy, weight(*chunk.samples), chunk.count});
  }

private:
  static typename Tile::Scalar weight(const SampleSet& samples) {
    return static_cast<typename Tile::Scalar>(1.0 / static_cast<double>(samples.globalCount()));
  }

  LossOperands<Tile> operands(const Chunk& chunk) const {
    LossOperands<Tile> operands;
    const SampleSet& samples = *chunk.samples;
    operands.y = arrays_[0];
    operands.p = arrays_[1];
    operands.delta = arrays_[2];
    operands.sums = sums_;
    operands.weight = weight(samples);
    operands.count = chunk.count;
    if (samples.hasLabels()) {
      operands.labels = typename LossOperands<Tile>::Labels(samples.labels().data() + chunk.first,
                                                            static_cast<std::size_t>(chunk.count));
    } else {
      const auto& targets = samples.template arrays<typename Tile::Scalar>().targets;
      operands.targets =
          typename Tile::SampleArray(targets.data() + chunk.first, targets.extent(0), targets.extent(1));
      operands.targetShift = samples.targetShift();
      operands.targetScale = samples.targetScale();
    }
    return operands;
  }

  LossType loss_;
  LayerArrays<Tile> arrays_; ///< y, p, delta
  Sums sums_;
};

} // namespace terrace::resnet::detail
