#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/Pass.hpp"

#include <optional>

namespace terrace::resnet::detail {

/// From the inputs x to the first state: q_0 = (x, 0), Q x, or sigma(Q x + b). Q is a matrix here; a derived
/// class has its own for images.
template <class Tile>
class LiftLayer {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  LiftLayer(const Network& network, const ParameterLayout& layout, int chunkSamples)
      : kind_(network.lift), activation_(network.activation), width_(network.firstShape().size()),
        chunkSamples_(chunkSamples) {
    if (layout.lift() != nullptr) place_ = LayerPlace(*layout.lift());
  }
  virtual ~LiftLayer() = default;

  bool hasParameters() const { return place_.has_value(); }

  /// \param keep  with Activations the lift keeps a copy of q_0 if backwardToInput() needs it.
  void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& q, Keep keep) {
    if (!hasParameters()) return append(pass, x, q);
    multiply(pass, *pass.theta, true, x, q);
    if (kind_ != Lift::Activated) return;
    withActivation(activation_,
                   [&](auto sigma) { activate<Tile, decltype(sigma)>(pass.space, q, pass.samples); });
    if (keep != Keep::Activations) return;
    value_.reserve("terrace::resnet::liftValue", 1, width_, chunkSamples_);
    pad<Tile>(pass.space, ConstSlab(q), value_[0], pass.samples);
  }

  /// Derivatives by Q and b: mu (x, 1)^T, mu = (sigma') lambda. \param lambda  overwritten.
  void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q, const Slab& lambda) {
    if (!hasParameters()) return;
    multiplyBySlope(pass, q, lambda);
    addDerivative(pass, lambda, x);
  }

  /// After forward() with Keep::Activations: the derivative by x. \param lambda  overwritten; the result
  /// may be where there are no parameters. \return where the result is: \p lambda or \p x.
  ConstSlab backwardToInput(const Pass<Tile>& pass, const Slab& lambda, const Slab& x) {
    if (!hasParameters()) return leading(pass, lambda, x);
    multiplyBySlope(pass, value_[0], lambda);
    multiplyTransposed(pass, lambda, x);
    return x;
  }

  /// dq along a direction of the parameters.
  void tangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q, const Slab& dq) {
    if (!hasParameters()) return pad<Tile>(pass.space, ConstSlab(), dq, pass.samples);
    const bool activated = kind_ == Lift::Activated;
    if (activated) preTangent_.reserve("terrace::resnet::liftPreTangent", 1, width_, chunkSamples_);
    const Slab dz = activated ? preTangent_[0] : dq;
    multiply(pass, *pass.direction, true, x, dz);
    if (activated)
      withActivation(activation_, [&](auto sigma) {
        applySlope<Tile, decltype(sigma)>(pass.space, q, dz, dq, pass.samples);
      });
  }

  /// dq along the direction dx of the inputs.
  void tangentOfInput(const Pass<Tile>& pass, const ConstSlab& dx, const ConstSlab& q, const Slab& dq) {
    if (!hasParameters()) return append(pass, dx, dq);
    multiply(pass, *pass.theta, false, dx, dq);
    multiplyBySlope(pass, q, dq);
  }

  /// The derivative of backward() along a direction of the parameters. \param lambda  as backward() gets it.
  /// \param mu, dlambda  overwritten.
  void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q,
                       const ConstSlab& lambda, const Slab& mu, const Slab& dlambda) {
    if (!hasParameters()) return;
    if (kind_ == Lift::Activated)
      withActivation(activation_, [&](auto sigma) {
        applyCurvature(pass.space,
                       ApplyCurvature<Tile, decltype(sigma)>{typename Tile::Scalar(1), q, preTangent_[0],
                                                             lambda, dlambda, mu, dlambda},
                       pass.samples);
      });
    addDerivative(pass, dlambda, x);
  }

protected:
  /// \name What differs between a matrix and a convolution
  /// @{
  /// q = (x, 0)
  virtual void append(const Pass<Tile>& pass, const ConstSlab& x, const Slab& q) {
    pad<Tile>(pass.space, x, q, pass.samples);
  }
  /// The adjoint of append(). \return where the result is: \p q or \p x.
  virtual ConstSlab leading(const Pass<Tile>& /*pass*/, const Slab& q, const Slab& /*x*/) { return q; }
  /// q = Q x [+ b]
  virtual void multiply(const Pass<Tile>& pass, const PackedParameters<Tile>& theta, bool withBias,
                        const ConstSlab& x, const Slab& q) {
    product<Tile>(pass.space, theta.weights(*place_), withBias ? theta.bias(*place_) : typename Tile::Bias(),
                  x, q, false, pass.samples);
  }
  /// x = Q^T mu
  virtual void multiplyTransposed(const Pass<Tile>& pass, const ConstSlab& mu, const Slab& x) {
    product<Tile>(pass.space, pass.theta->transposed(*place_), {}, mu, x, false, pass.samples);
  }
  /// The derivatives by Q and b: mu (x, 1)^T.
  virtual void addDerivative(const Pass<Tile>& pass, const ConstSlab& mu, const ConstSlab& x) {
    pass.addDerivative(*place_, 0, 1.0, {mu, x, {}, {}});
  }
  /// @}

private:
  void multiplyBySlope(const Pass<Tile>& pass, const ConstSlab& q, const Slab& values) const {
    if (kind_ != Lift::Activated) return;
    withActivation(activation_, [&](auto sigma) {
      applySlope<Tile, decltype(sigma)>(pass.space, q, values, values, pass.samples);
    });
  }

  Lift kind_;
  Activation activation_;
  int width_;
  int chunkSamples_;
  std::optional<LayerPlace> place_;
  LayerArrays<Tile> value_;
  LayerArrays<Tile> preTangent_;
};

} // namespace terrace::resnet::detail
