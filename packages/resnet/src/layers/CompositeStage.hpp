#pragma once

#include "kernels/ImageKernels.hpp"
#include "layers/BlockwiseStage.hpp"
#include "layers/Convolution.hpp"
#include "layers/normalization/GhostBatchNormalization.hpp"
#include "layers/normalization/GhostBatchOnDevice.hpp"
#include "layers/normalization/GroupNormalization.hpp"

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace terrace::resnet::detail {

/// A stage of blocks q_{k+1} = q_k + h N(.. sigma(N(W_k * q_k))) of several convolutions, Basic or
/// Bottleneck. N adds a bias, or normalises.
///
/// Of layer i, x_i is the input, x_0 = q; z_i = W_i * x_i; n_i = N(z_i); x_{i+1} = sigma(n_i).
template <class Tile, class Sigma>
class CompositeStage final : public BlockwiseStage<Tile> {
public:
  using Base = BlockwiseStage<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Slab;

  /// \param[in] run  of the stage's parameters.
  CompositeStage(const Stage& stage, const ParameterRun& run, int chunkSamples)
      : Base(stage, chunkSamples), chunkSamples_(chunkSamples) {
    for (int i = 0; run.weightOf(i) < run.arrays.size(); ++i) {
      Layer layer;
      layer.convolution = Convolution<Tile>(run, stage.shape, i);
      layer.rows = stage.shape.pixels() * layer.convolution.place().outputs;
      layer.normalization = makeNormalization(stage, layer.convolution.place(), chunkSamples);
      layers_.push_back(std::move(layer));
    }
  }

private:
  using typename Base::Place;
  using Scalar = typename Tile::Scalar;
  using Arrays = LayerArrays<Tile>;
  using Normalizer = NormalizationLayer<Tile>;

  /// A layer of the block and what is kept of it in each slot.
  struct Layer {
    Convolution<Tile> convolution;
    std::unique_ptr<Normalizer> normalization; ///< Null: a bias.
    int rows = 0;                              ///< Of n.
    Arrays activations;                        ///< sigma(n); none of the last layer
    Arrays tangents;                           ///< dn
    Arrays work;                               ///< mu, dmu, and the tangent of the activation
  };

  static std::unique_ptr<Normalizer> makeNormalization(const Stage& stage, const LayerPlace& place,
                                                       int chunkSamples) {
    const int pixels = stage.shape.pixels();
    switch (stage.normalization) {
    case Normalization::None:
      break;
    case Normalization::Group:
      return std::make_unique<GroupNormalization<Tile>>(place, pixels, stage.groups, chunkSamples);
    case Normalization::GhostBatch:
      return std::make_unique<
          std::conditional_t<Tile::onHost, GhostBatchNormalization<Tile>, GhostBatchOnDevice<Tile>>>(
          place, pixels, chunkSamples);
    }
    return nullptr;
  }

  std::size_t last() const { return layers_.size() - 1; }
  double timeStep() const { return this->stage().timeStep(); }

  // Slots of a chunk that keeps nothing are those of the first blocks.
  void reserveInner(int slots) override {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      Layer& layer = layers_[i];
      if (i < last())
        layer.activations.grow("terrace::resnet::activations", slots, layer.rows, chunkSamples_);
      layer.work.grow("terrace::resnet::inner", 3, layer.rows, chunkSamples_);
      if (layer.normalization != nullptr) layer.normalization->reserve(slots);
    }
  }
  void reserveTangents(int slots) {
    for (Layer& layer : layers_) {
      layer.tangents.grow("terrace::resnet::innerTangents", slots, layer.rows, chunkSamples_);
      if (layer.normalization != nullptr) layer.normalization->reserveTangents(slots);
    }
  }

  ConstSlab inputOf(std::size_t i, int slot, const ConstSlab& q) const {
    return i == 0 ? q : ConstSlab(layers_[i - 1].activations[slot]);
  }

  void forwardBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q,
                    const Slab& next) override {
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Slab to = i < last() ? layers_[i].activations[place.slot] : next;
      layers_[i].normalization != nullptr ? normalizedLayer(pass, place, i, q, to)
                                          : biasedLayer(pass, place, i, q, to);
      if (i < last()) activate<Tile, Sigma>(pass.space, to, pass.samples);
    }
  }

  // to = n_i, or q + h n_i of the last layer
  void biasedLayer(const Pass<Tile>& pass, const Place& place, std::size_t i, const ConstSlab& q,
                   const Slab& to) {
    const auto& convolution = layers_[i].convolution;
    const auto W = convolution.weights(*pass.theta, place.block);
    const auto b = convolution.bias(*pass.theta, place.block);
    const ConstSlab x = inputOf(i, place.slot, q);
    if (i < last()) return convolution.multiply(pass, W, b, x, to, false);
    scaledProduct<Tile>(pass.space, convolution.stencil(), {W, x, to, b, {}, {}}, timeStep(), q,
                        pass.samples);
  }
  void normalizedLayer(const Pass<Tile>& pass, const Place& place, std::size_t i, const ConstSlab& q,
                       const Slab& to) {
    const auto& convolution = layers_[i].convolution;
    Normalizer& normalization = *layers_[i].normalization;
    convolution.multiply(pass, convolution.weights(*pass.theta, place.block), {}, inputOf(i, place.slot, q),
                         normalization.sums(place.slot), false);
    const bool isLast = i == last();
    normalization.forward(pass, place.block, place.slot, isLast ? Scalar(timeStep()) : Scalar(1),
                          isLast ? q : ConstSlab(), to);
  }

  void backwardBlock(const Pass<Tile>& pass, int k, const ConstSlab& q, const Slab& lambda,
                     bool byState) override {
    scale<Tile>(pass.space, timeStep(), lambda, layers_.back().work[0], pass.samples);
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& layer = layers_[i];
      const Slab mu = layer.work[0];
      if (layer.normalization != nullptr) layer.normalization->backward(pass, k, mu);
      layer.convolution.addDerivative(pass, k, 1.0, {mu, inputOf(i, k, q), {}, {}},
                                      layer.normalization == nullptr);
      const auto transposed = layer.convolution.transposed(*pass.theta, k);
      if (i > 0) {
        const Slab before = layers_[i - 1].work[0];
        layer.convolution.multiply(pass, transposed, {}, mu, before, false);
        applySlope<Tile, Sigma>(pass.space, layers_[i - 1].activations[k], before, before, pass.samples);
      } else if (byState) {
        layer.convolution.multiply(pass, transposed, {}, mu, lambda, true);
      }
    }
  }

  void tangentBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q, const ConstSlab& dq,
                    const Slab& dnext) override {
    reserveTangents(place.keeps ? this->stage().blocks : 1);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const Slab dn = layers_[i].tangents[place.slot];
      convolutionTangent(pass, place, i, q, i == 0 ? dq : ConstSlab(layers_[i - 1].work[2]), dn);
      if (layers_[i].normalization != nullptr)
        layers_[i].normalization->tangent(pass, place.block, place.slot, dn);
      if (i < last())
        applySlope<Tile, Sigma>(pass.space, layers_[i].activations[place.slot], dn, layers_[i].work[2],
                                pass.samples);
    }
    addScaled(pass, layers_.back().tangents[place.slot], dq, dnext);
  }

  // dz_i = W_i * dx_i + dW_i * x_i, and the tangent of the bias without a normalisation
  void convolutionTangent(const Pass<Tile>& pass, const Place& place, std::size_t i, const ConstSlab& q,
                          const ConstSlab& dx, const Slab& dz) const {
    const auto& convolution = layers_[i].convolution;
    const int k = place.block;
    convolution.multiply(pass, convolution.weights(*pass.theta, k), {}, dx, dz, false);
    if (pass.direction == nullptr) return;
    const auto dW = convolution.weights(*pass.direction, k);
    const ConstSlab x = inputOf(i, place.slot, q);
    if (layers_[i].normalization != nullptr) return convolution.multiply(pass, dW, {}, x, dz, true);
    scaledProduct<Tile>(pass.space, convolution.stencil(),
                        {dW, x, dz, convolution.bias(*pass.direction, k), {}, {}}, 1, dz, pass.samples);
  }

  // to = base + h x
  void addScaled(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& base, const Slab& to) const {
    pad<Tile>(pass.space, base, to, pass.samples);
    addMultiple<Tile>(pass.space, timeStep(), x, to, pass.samples);
  }

  void tangentBackwardBlock(const Pass<Tile>& pass, int k, const StateWithTangent<Tile>& q,
                            const Slab& lambda, const Slab& dlambda, bool byState) override {
    scale<Tile>(pass.space, timeStep(), lambda, layers_.back().work[0], pass.samples);
    scale<Tile>(pass.space, timeStep(), dlambda, layers_.back().work[1], pass.samples);
    for (std::size_t i = layers_.size(); i-- > 0;) {
      Layer& layer = layers_[i];
      const Slab mu = layer.work[0], dmu = layer.work[1];
      if (layer.normalization != nullptr) layer.normalization->tangentBackward(pass, k, mu, dmu);
      layer.convolution.addDerivative(pass, k, 1.0,
                                      {dmu, inputOf(i, k, q.state), mu, inputTangent(pass, i, k, q)},
                                      layer.normalization == nullptr);
      const auto transposed = layer.convolution.transposed(*pass.theta, k);
      const auto dtransposed = layer.convolution.transposed(*pass.direction, k);
      if (i > 0) {
        const Layer& before = layers_[i - 1];
        const Slab w = before.work[0], dw = before.work[1];
        layer.convolution.multiply(pass, transposed, {}, mu, w, false);
        layer.convolution.multiply(pass, transposed, {}, dmu, dw, false);
        layer.convolution.multiply(pass, dtransposed, {}, mu, dw, true);
        applyCurvature(
            pass.space,
            ApplyCurvature<Tile, Sigma>{Scalar(1), before.activations[k], before.tangents[k], w, dw, w, dw},
            pass.samples);
      } else if (byState) {
        addTwoProducts<Tile>(pass.space, layer.convolution.stencil(), transposed, dmu, dtransposed, mu,
                             dlambda, pass.samples);
        layer.convolution.multiply(pass, transposed, {}, mu, lambda, true);
      }
    }
  }

  // dx_i
  ConstSlab inputTangent(const Pass<Tile>& pass, std::size_t i, int k,
                         const StateWithTangent<Tile>& q) const {
    if (i == 0) return q.tangent;
    const Layer& before = layers_[i - 1];
    applySlope<Tile, Sigma>(pass.space, before.activations[k], before.tangents[k], before.work[2],
                            pass.samples);
    return before.work[2];
  }

  int chunkSamples_;
  std::vector<Layer> layers_;
};

} // namespace terrace::resnet::detail
