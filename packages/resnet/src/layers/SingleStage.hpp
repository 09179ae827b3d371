#pragma once

#include "layers/BlockwiseStage.hpp"
#include "layers/Convolution.hpp"

namespace terrace::resnet::detail {

/// A stage of convolutional blocks q_{k+1} = q_k + h sigma(W_k * q_k + b_k).
template <class Tile, class Sigma>
class SingleStage final : public BlockwiseStage<Tile> {
public:
  using Base = BlockwiseStage<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Slab;

  /// \param[in] run  of the stage's parameters.
  SingleStage(const Stage& stage, const ParameterRun& run, int chunkSamples)
      : Base(stage, chunkSamples), convolution_(run, stage.shape) {}

private:
  using typename Base::Place;
  using Scalar = typename Tile::Scalar;

  Scalar timeStep() const { return static_cast<Scalar>(this->stage().timeStep()); }

  void reserveInner(int slots) override {
    this->reserve(slots > 1 ? activations_ : activation_, "terrace::resnet::activations", slots);
  }
  // A stage of one block has one slot in any case.
  Slab activation(int slot) const {
    return activations_.allocated() ? activations_[slot] : activation_[slot];
  }

  // q_{k+1} = q_k + h a_k,  a_k = sigma(W_k * q_k + b_k)
  void forwardBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q,
                    const Slab& next) override {
    const auto W = convolution_.weights(*pass.theta, place.block);
    const auto b = convolution_.bias(*pass.theta, place.block);
    const Slab a = activation(place.slot);
    const auto& stencil = convolution_.stencil();
    place.keeps
        ? eulerStep<Tile, Sigma, true>(pass.space, stencil, W, b, timeStep(), q, a, next, pass.samples)
        : eulerStep<Tile, Sigma, false>(pass.space, stencil, W, b, timeStep(), q, a, next, pass.samples);
  }

  // mu_k = sigma'(z_k) lambda_{k+1};  lambda_k = lambda_{k+1} + h W_k^T * mu_k
  // derivatives by (W_k, b_k): h mu_k (q_k, 1)^T
  void backwardBlock(const Pass<Tile>& pass, int k, const ConstSlab& q, const Slab& lambda,
                     bool byState) override {
    this->reserve(mu_, "terrace::resnet::mu", 1);
    applySlope<Tile, Sigma>(pass.space, activation(k), lambda, mu_[0], pass.samples);
    convolution_.addDerivative(pass, k, this->stage().timeStep(), {mu_[0], q, {}, {}});
    if (byState)
      convolution_.multiply(pass, convolution_.transposed(*pass.theta, k), {}, mu_[0], lambda, true);
  }

  // dz_k = W_k * dq_k + dW_k * q_k + db_k,  dq_{k+1} = dq_k + h sigma'(z_k) dz_k
  void tangentBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q, const ConstSlab& dq,
                    const Slab& dnext) override {
    const auto W = convolution_.weights(*pass.theta, place.block);
    const auto& stencil = convolution_.stencil();
    const Slab a = activation(place.slot);
    if (pass.direction == nullptr) {
      tangentStep<Tile, Sigma, Start::Zero, false>(pass.space, stencil, {W, dq, {}, {}, {}, {}}, timeStep(),
                                                   a, dnext, pass.samples);
      return;
    }
    this->reserve(preTangents_, "terrace::resnet::preTangents", this->stage().blocks);
    const ProductOperands<Tile> preActivation{W,
                                              dq,
                                              preTangents_[place.block],
                                              convolution_.bias(*pass.direction, place.block),
                                              convolution_.weights(*pass.direction, place.block),
                                              q};
    tangentStep<Tile, Sigma, Start::Bias, true>(pass.space, stencil, preActivation, timeStep(), a, dnext,
                                                pass.samples);
  }

  void tangentBackwardBlock(const Pass<Tile>& pass, int k, const StateWithTangent<Tile>& q,
                            const Slab& lambda, const Slab& dlambda, bool byState) override {
    this->reserve(mu_, "terrace::resnet::mu", 1);
    this->reserve(tangentMu_, "terrace::resnet::tangentMu", 1);
    const Slab mu = mu_[0], dmu = tangentMu_[0];
    const Scalar perUnit = 1 / Sigma::template unit<typename Tile::Pack>;
    applyCurvature(
        pass.space,
        ApplyCurvature<Tile, Sigma>{perUnit, activation(k), preTangents_[k], lambda, dlambda, mu, dmu},
        pass.samples);
    convolution_.addDerivative(pass, k, this->stage().timeStep(), {dmu, q.state, mu, q.tangent});
    if (!byState) return;
    const auto transposed = convolution_.transposed(*pass.theta, k);
    convolution_.multiply(pass, transposed, {}, mu, lambda, true);
    addTwoProducts<Tile>(pass.space, convolution_.stencil(), transposed, dmu,
                         convolution_.transposed(*pass.direction, k), mu, dlambda, pass.samples);
  }

  Convolution<Tile> convolution_;
  LayerArrays<Tile> activations_; ///< a_k, k = 0..K-1
  LayerArrays<Tile> activation_;  ///< of one block where they are not kept
  LayerArrays<Tile> preTangents_; ///< dz_k, k = 0..K-1
  LayerArrays<Tile> mu_;
  LayerArrays<Tile> tangentMu_;
};

} // namespace terrace::resnet::detail
