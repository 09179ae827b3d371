#pragma once

#include "layers/LayerArrays.hpp"
#include "layers/directional/ColumnPass.hpp"

namespace terrace::resnet::detail {

/// A layer on the way of a chunk's columns (values and tangents along directions of the inputs) forward and
/// back. D marks derivatives along a direction of the parameters.
///
/// A layer owns its outputs and what it needs for the way back. Adjoints are changed in place where input and
/// output have one shape; a layer between two shapes owns those by its inputs.
template <class Tile>
class DirectionalLayer {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;
  using Pass = ColumnPass<Tile>;
  struct Adjoints {
    Slab lambda;
    Slab Dlambda;
  };

  virtual ~DirectionalLayer() = default;

  /// Makes the arrays for so many columns, those of derivatives along a direction of the parameters if
  /// \p withTangents.
  virtual void reserve(int columns, bool withTangents) = 0;

  /// \return the outputs, which stay until the next call.
  virtual ConstSlab forward(const Pass& pass, const ConstSlab& x) = 0;
  /// After forward(). \param lambda  the adjoint of the outputs; overwritten. \return that of the inputs,
  /// if \p byInput.
  virtual Slab backward(const Pass& pass, const ConstSlab& x, const Slab& lambda, bool byInput) = 0;

  /// After forward(). \param Dx  empty: 0. \return the derivative of the outputs.
  virtual ConstSlab tangentForward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx) = 0;
  /// After tangentForward(): backward() and its derivative.
  virtual Adjoints tangentBackward(const Pass& pass, const ConstSlab& x, const ConstSlab& Dx,
                                   const Adjoints& adjoints, bool byInput) = 0;
};

} // namespace terrace::resnet::detail
