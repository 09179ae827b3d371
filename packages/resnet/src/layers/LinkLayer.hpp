#pragma once

#include "layers/Pass.hpp"

namespace terrace::resnet::detail {

/// A layer without an activation from the last state of a stage: a transition to the next, or the output
/// layer.
template <class Tile>
class LinkLayer {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  virtual ~LinkLayer() = default;

  virtual void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& y) = 0;

  /// lambda, the derivative by x where mu is that by y, and the derivatives by the parameters. \p x is not
  /// read where none are wanted.
  virtual void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& mu,
                        const Slab& lambda) = 0;

  /// dy along dx and, where the pass has one, along a direction of the parameters.
  virtual void tangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx, const Slab& dy) = 0;

  /// The derivative of backward() along a direction of the parameters. \param lambda  as backward() makes it;
  /// empty if it is known.
  virtual void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx,
                               const ConstSlab& mu, const ConstSlab& dmu, const Slab& lambda,
                               const Slab& dlambda) = 0;
};

} // namespace terrace::resnet::detail
