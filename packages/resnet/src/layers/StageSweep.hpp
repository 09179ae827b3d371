#pragma once

#include "layers/Pass.hpp"

namespace terrace::resnet::detail {

template <class Tile>
struct StateWithTangent {
  typename Tile::ConstSlab state;
  typename Tile::ConstSlab tangent;
};

/// A stage of residual blocks on the way of a chunk of samples forward and back: one virtual call a stage and
/// chunk. This is what a new kind of stage implements; makeStage() knows the kinds.
///
/// The layers before and after it write into and read from arrays that the stage owns: its first and last
/// states, the derivatives of the loss by them (adjoints), and the tangents of both. Arrays are made when
/// they are first needed; later calls allocate nothing.
template <class Tile>
class StageSweep {
public:
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;

  virtual ~StageSweep() = default;

  /// The following calls are for this chunk of samples. With \p isKept, what its Hessian products at one
  /// point have in common stays in memory from one product to the next, until forget().
  virtual void enterChunk(int chunk, bool isKept) = 0;
  virtual void forget() = 0;

  /// q_0, which the layer before writes before forward() with the same \p keep.
  virtual Slab input(Keep keep) = 0;
  /// From q_0 to q_K. \return q_K
  virtual ConstSlab forward(const Pass<Tile>& pass, Keep keep) = 0;
  /// q_0 and q_K after forward() with Keep::Layers.
  virtual ConstSlab firstState() const = 0;
  virtual ConstSlab lastState() const = 0;

  /// The derivative of the loss by q_K, which the layer after writes before backward(). After it: the
  /// derivative by q_0.
  virtual Slab adjoint() = 0;
  /// After forward(): adds the derivatives by the stage's parameters. \param byInput  whether that by q_0 is
  /// wanted.
  virtual void backward(const Pass<Tile>& pass, bool byInput) = 0;

  /// \name Derivatives of the above along a direction of the parameters
  /// @{
  /// Whether activations, and whether adjoints, of the chunk are known from an earlier product at the point:
  /// forward() with Keep::Layers may then be left out, and adjoint() need not be written.
  virtual bool knowsActivations() const = 0;
  virtual bool knowsAdjoints() const = 0;
  /// dq_0, which the layer before writes: with Keep::Layers before tangentForward(), with Keep::Nothing
  /// before forwardWithTangent().
  virtual Slab tangentInput(Keep keep) = 0;
  /// From dq_0 to dq_K. \param advances  forward() was left out: the states are made from q_0 and what is
  /// known.
  virtual void tangentForward(const Pass<Tile>& pass, bool advances) = 0;
  /// dq_K after tangentForward().
  virtual ConstSlab lastTangent() const = 0;
  /// The derivative of adjoint(): by q_K, which the layer after writes before tangentBackward(); then by q_0.
  virtual Slab tangentAdjoint() = 0;
  virtual void tangentBackward(const Pass<Tile>& pass, bool byInput) = 0;
  /// After tangentBackward(): the derivative by q_0, wherever it is.
  virtual ConstSlab firstAdjoint() const = 0;
  /// @}

  /// States and their derivatives along a direction of the inputs, side by side; keeps neither. \return q_K
  /// and dq_K
  virtual StateWithTangent<Tile> forwardWithTangent(const Pass<Tile>& pass) = 0;
};

} // namespace terrace::resnet::detail
