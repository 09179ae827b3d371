#pragma once

#include "kernels/ImageKernels.hpp"
#include "layers/BlockwiseStage.hpp"
#include "layers/Convolution.hpp"

namespace terrace::resnet::detail {

/// A stage of convolutional blocks q_{k+1} = q_k - h W_k^T * sigma(W_k * q_k + b_k).
template <class Tile, class Sigma>
class SymmetricStage final : public BlockwiseStage<Tile> {
public:
  using Base = BlockwiseStage<Tile>;
  using typename Base::ConstSlab;
  using typename Base::Slab;

  /// \param[in] run  of the stage's parameters.
  SymmetricStage(const Stage& stage, const ParameterRun& run, int chunkSamples)
      : Base(stage, chunkSamples), convolution_(run, stage.shape) {}

private:
  using typename Base::Place;
  using Scalar = typename Tile::Scalar;
  using Operands = ProductOperands<Tile>;

  // Packed weights are in the unit of the activation, and so are their products.
  static constexpr double perUnit() {
    return 1 / static_cast<double>(Sigma::template unit<typename Tile::Pack>);
  }
  double minusTimeStep() const { return -this->stage().timeStep(); }

  void reserveInner(int slots) override {
    this->reserve(slots > 1 ? activations_ : activation_, "terrace::resnet::activations", slots);
  }
  // A stage of one block has one slot in any case.
  Slab activation(int slot) const {
    return activations_.allocated() ? activations_[slot] : activation_[slot];
  }

  // y = base + factor (A * x + B * z + b)
  void multiply(const Pass<Tile>& pass, const Operands& operands, double factor,
                const ConstSlab& base) const {
    scaledProduct<Tile>(pass.space, convolution_.stencil(), operands, factor, base, pass.samples);
  }

  // a_k = sigma(W_k * q_k + b_k),  q_{k+1} = q_k - h W_k^T * a_k
  void forwardBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q,
                    const Slab& next) override {
    const Slab a = activation(place.slot);
    activatedProduct<Tile, Sigma>(pass.space, convolution_.stencil(),
                                  convolution_.weights(*pass.theta, place.block),
                                  convolution_.bias(*pass.theta, place.block), q, a, pass.samples);
    multiply(pass, {convolution_.transposed(*pass.theta, place.block), a, next, {}, {}, {}}, -1, q);
  }

  // mu_k = sigma'(z_k) (W_k * lambda_{k+1}),  lambda_k = lambda_{k+1} - h W_k^T * mu_k
  // derivatives by W_k: -h (mu_k q_k^T + a_k lambda_{k+1}^T), by b_k: -h mu_k
  void backwardBlock(const Pass<Tile>& pass, int k, const ConstSlab& q, const Slab& lambda,
                     bool byState) override {
    this->reserve(mu_, "terrace::resnet::mu", 1);
    const Slab mu = mu_[0], a = activation(k);
    multiply(pass, {convolution_.weights(*pass.theta, k), lambda, mu, {}, {}, {}}, perUnit(), {});
    applySlope<Tile, Sigma>(pass.space, a, mu, mu, pass.samples);
    convolution_.addDerivative(pass, k, minusTimeStep(), {mu, q, a, lambda});
    if (byState)
      multiply(pass, {convolution_.transposed(*pass.theta, k), mu, lambda, {}, {}, {}}, -1, lambda);
  }

  // dz_k = W_k * dq_k + dW_k * q_k + db_k,  da_k = sigma'(z_k) dz_k
  // dq_{k+1} = dq_k - h (W_k^T * da_k + dW_k^T * a_k)
  void tangentBlock(const Pass<Tile>& pass, const Place& place, const ConstSlab& q, const ConstSlab& dq,
                    const Slab& dnext) override {
    const int k = place.block;
    const Slab a = activation(place.slot);
    const auto W = convolution_.weights(*pass.theta, k), transposed = convolution_.transposed(*pass.theta, k);
    this->reserve(activationTangent_, "terrace::resnet::activationTangent", 1);
    const Slab da = activationTangent_[0];
    if (pass.direction == nullptr) {
      multiply(pass, {W, dq, da, {}, {}, {}}, perUnit(), {});
      applySlope<Tile, Sigma>(pass.space, a, da, da, pass.samples);
      return multiply(pass, {transposed, da, dnext, {}, {}, {}}, -1, dq);
    }
    this->reserve(preTangents_, "terrace::resnet::preTangents", this->stage().blocks);
    const Slab dz = preTangents_[k];
    multiply(pass,
             {W, dq, dz, convolution_.bias(*pass.direction, k), convolution_.weights(*pass.direction, k), q},
             perUnit(), {});
    applySlope<Tile, Sigma>(pass.space, a, dz, da, pass.samples);
    multiply(pass, {transposed, da, dnext, {}, convolution_.transposed(*pass.direction, k), a}, -1, dq);
  }

  // The derivative of backwardBlock(): every product there gives two terms here.
  void tangentBackwardBlock(const Pass<Tile>& pass, int k, const StateWithTangent<Tile>& q,
                            const Slab& lambda, const Slab& dlambda, bool byState) override {
    this->reserve(mu_, "terrace::resnet::mu", 1);
    this->reserve(tangentMu_, "terrace::resnet::tangentMu", 1);
    const Slab mu = mu_[0], dmu = tangentMu_[0], a = activation(k), dz = preTangents_[k];
    const Slab da = activationTangent_[0];
    const auto W = convolution_.weights(*pass.theta, k), dW = convolution_.weights(*pass.direction, k);
    multiply(pass, {W, lambda, mu, {}, {}, {}}, perUnit(), {});
    multiply(pass, {W, dlambda, dmu, {}, dW, lambda}, perUnit(), {});
    applyCurvature(pass.space, ApplyCurvature<Tile, Sigma>{Scalar(1), a, dz, mu, dmu, mu, dmu}, pass.samples);
    applySlope<Tile, Sigma>(pass.space, a, dz, da, pass.samples);
    convolution_.addDerivative(pass, k, minusTimeStep(), {dmu, q.state, mu, q.tangent});
    convolution_.addDerivative(pass, k, minusTimeStep(), {da, lambda, a, dlambda}, false);
    if (!byState) return;
    const auto transposed = convolution_.transposed(*pass.theta, k);
    multiply(pass, {transposed, dmu, dlambda, {}, convolution_.transposed(*pass.direction, k), mu}, -1,
             dlambda);
    multiply(pass, {transposed, mu, lambda, {}, {}, {}}, -1, lambda);
  }

  Convolution<Tile> convolution_;
  LayerArrays<Tile> activations_;       ///< a_k, k = 0..K-1
  LayerArrays<Tile> activation_;        ///< of one block where they are not kept
  LayerArrays<Tile> preTangents_;       ///< dz_k, k = 0..K-1
  LayerArrays<Tile> activationTangent_; ///< da of one block
  LayerArrays<Tile> mu_;
  LayerArrays<Tile> tangentMu_;
};

} // namespace terrace::resnet::detail
