#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/Pass.hpp"

#include <optional>

namespace terrace::resnet::detail {

/// From the inputs x to the first state: q_0 = (x, 0), Q x, or sigma(Q x + b).
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

  bool hasParameters() const { return place_.has_value(); }

  /// \param keep  with Activations the lift keeps a copy of q_0 if backwardToInput() needs it.
  void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& q, Keep keep) {
    if (!hasParameters()) return pad<Tile>(pass.space, x, q, pass.samples);
    product<Tile>(pass.space, pass.theta->weights(*place_), pass.theta->bias(*place_), x, q, false,
                  pass.samples);
    if (kind_ != Lift::Activated) return;
    withActivation(activation_,
                   [&](auto sigma) { activate<Tile, decltype(sigma)>(pass.space, q, pass.samples); });
    if (keep != Keep::Activations) return;
    value_.reserve("terrace::resnet::liftValue", 1, width_, chunkSamples_);
    pad<Tile>(pass.space, ConstSlab(q), value_[0], pass.samples);
  }

  /// Derivatives by Q and b: mu (x, 1)^T, mu = (sigma') lambda. \param lambda  overwritten.
  void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q, const Slab& lambda) const {
    if (!hasParameters()) return;
    multiplyBySlope(pass, q, lambda);
    pass.addDerivative(*place_, 0, 1.0, {lambda, x, {}, {}});
  }

  /// After forward() with Keep::Activations: the derivative by x. \param lambda  overwritten; the result
  /// where there are no parameters. \return where the result is: \p lambda or \p x.
  ConstSlab backwardToInput(const Pass<Tile>& pass, const Slab& lambda, const Slab& x) const {
    if (!hasParameters()) return lambda;
    multiplyBySlope(pass, value_[0], lambda);
    product<Tile>(pass.space, pass.theta->transposed(*place_), {}, lambda, x, false, pass.samples);
    return x;
  }

  /// dq along a direction of the parameters.
  void tangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q, const Slab& dq) {
    if (!hasParameters()) return pad<Tile>(pass.space, ConstSlab(), dq, pass.samples);
    const bool activated = kind_ == Lift::Activated;
    if (activated) preTangent_.reserve("terrace::resnet::liftPreTangent", 1, width_, chunkSamples_);
    const Slab dz = activated ? preTangent_[0] : dq;
    product<Tile>(pass.space, pass.direction->weights(*place_), pass.direction->bias(*place_), x, dz, false,
                  pass.samples);
    if (activated)
      withActivation(activation_, [&](auto sigma) {
        applySlope<Tile, decltype(sigma)>(pass.space, q, dz, dq, pass.samples);
      });
  }

  /// dq along the direction dx of the inputs.
  void tangentOfInput(const Pass<Tile>& pass, const ConstSlab& dx, const ConstSlab& q, const Slab& dq) const {
    if (!hasParameters()) return pad<Tile>(pass.space, dx, dq, pass.samples);
    product<Tile>(pass.space, pass.theta->weights(*place_), {}, dx, dq, false, pass.samples);
    multiplyBySlope(pass, q, dq);
  }

  /// The derivative of backward() along a direction of the parameters. \param lambda  as backward() gets it.
  /// \param mu, dlambda  overwritten.
  void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& q,
                       const ConstSlab& lambda, const Slab& mu, const Slab& dlambda) const {
    if (!hasParameters()) return;
    if (kind_ == Lift::Activated)
      withActivation(activation_, [&](auto sigma) {
        applyCurvature(pass.space,
                       ApplyCurvature<Tile, decltype(sigma)>{typename Tile::Scalar(1), q, preTangent_[0],
                                                             lambda, dlambda, mu, dlambda},
                       pass.samples);
      });
    pass.addDerivative(*place_, 0, 1.0, {dlambda, x, {}, {}});
  }

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
