#pragma once

#include <terrace/resnet/network/Shape.hpp>

namespace terrace::resnet {

/// Kind of the residual blocks of a stage.
///
/// Dense: \f$q_{k+1} = q_k + h\,\sigma(W_k q_k + b_k)\f$.
///
/// The others are convolutional: \f$*\f$ is a convolution of 3 x 3 pixels with zeros around the image, and a
/// channel has one bias.
/// - Single: \f$q_{k+1} = q_k + h\,\sigma(W_k * q_k + b_k)\f$.
/// - Symmetric: \f$q_{k+1} = q_k - h\,W_k^T * \sigma(W_k * q_k + b_k)\f$ (Ruthotto & Haber, J. Math. Imaging
///   Vis. 62, 2020).
enum class StageKind { Dense, Single, Symmetric };

/// Whether blocks of this kind are convolutions.
constexpr bool isConvolutional(StageKind kind) {
  return kind != StageKind::Dense;
}

/// A run of equal residual blocks at one shape: K time steps of an initial value problem on (0, T).
struct Stage {
  StageKind kind = StageKind::Dense; ///< Of all its blocks.
  Shape shape;                       ///< Of all its states.
  int blocks = 1;                    ///< K
  double finalTime = 1.0;            ///< T

  /// Time step h = T / K.
  double timeStep() const { return finalTime / blocks; }
};

/// Kind of the layer between two stages. Affine: \f$q \mapsto Aq + c\f$. Pooled: means over 2 x 2 pixels,
/// then \f$q \mapsto Aq + c\f$ at each pixel.
enum class TransitionKind { Affine, Pooled };

/// The layer between two stages.
struct Transition {
  TransitionKind kind = TransitionKind::Affine; ///< See TransitionKind.
  Shape from;                                   ///< Of the last state of a stage.
  Shape to;                                     ///< Of the first state of the next.
};

} // namespace terrace::resnet
