#pragma once

#include "layers/LayerPlace.hpp"
#include "layers/LinkLayer.hpp"

namespace terrace::resnet::detail {

/// y = A x + b: a transition between dense stages, or the output layer.
template <class Tile>
class AffineLayer final : public LinkLayer<Tile> {
public:
  using typename LinkLayer<Tile>::Slab;
  using typename LinkLayer<Tile>::ConstSlab;

  explicit AffineLayer(const ParameterRun& run) : place_(run) {}

  void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& y) override {
    product<Tile>(pass.space, pass.theta->weights(place_), pass.theta->bias(place_), x, y, false,
                  pass.samples);
  }

  /// lambda = A^T mu, and the derivatives by A and b: mu (x, 1)^T.
  void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& mu,
                const Slab& lambda) override {
    pass.addDerivative(place_, 0, 1.0, {mu, x, {}, {}});
    pullBack(pass, mu, lambda);
  }

  /// dy = A dx, and along a direction of the parameters + dA x + db.
  void tangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx, const Slab& dy) override {
    const bool alongParameters = pass.direction != nullptr;
    if (alongParameters)
      product<Tile>(pass.space, pass.direction->weights(place_), pass.direction->bias(place_), x, dy, false,
                    pass.samples);
    product<Tile>(pass.space, pass.theta->weights(place_), {}, dx, dy, alongParameters, pass.samples);
  }

  /// The derivative of backward() along a direction of the parameters: dlambda = A^T dmu + dA^T mu.
  void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx, const ConstSlab& mu,
                       const ConstSlab& dmu, const Slab& lambda, const Slab& dlambda) override {
    pass.addDerivative(place_, 0, 1.0, {dmu, x, mu, dx});
    if (lambda.extent(0) > 0) pullBack(pass, mu, lambda);
    pullBack(pass, dmu, dlambda);
    product<Tile>(pass.space, pass.direction->transposed(place_), {}, mu, dlambda, true, pass.samples);
  }

private:
  void pullBack(const Pass<Tile>& pass, const ConstSlab& mu, const Slab& lambda) const {
    product<Tile>(pass.space, pass.theta->transposed(place_), {}, mu, lambda, false, pass.samples);
  }

  LayerPlace place_;
};

} // namespace terrace::resnet::detail
