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
/// - Basic: \f$q_{k+1} = q_k + h\,N_2(U_k * \sigma(N_1(W_k * q_k)))\f$ (He et al., CVPR 2016).
/// - Bottleneck: \f$q_{k+1} = q_k + h\,N_3(V_k * \sigma(N_2(U_k * \sigma(N_1(W_k * q_k)))))\f$ with W to a
///   quarter of the channels and V back at each pixel, and U of 3 x 3 pixels.
///
/// N is \f$N(z) = z + b\f$ or a Normalization.
enum class StageKind { Dense, Single, Symmetric, Basic, Bottleneck };

/// Channels of a stage for each inside a Bottleneck block.
constexpr int bottleneckFactor = 4;

/// Whether blocks of this kind are convolutions.
constexpr bool isConvolutional(StageKind kind) {
  return kind != StageKind::Dense;
}

/// What N does in Basic and Bottleneck blocks. Group and GhostBatch:
/// \f$N(z) = g\,(z - \mathrm{mean}\,z) / \sqrt{\mathrm{var}\,z + 10^{-5}} + b\f$ with g and b of each
/// channel.
/// - None: the bias, \f$N(z) = z + b\f$.
/// - Group: mean and variance of each sample, over the pixels and the channels of a group of channels
///   (Wu & He, ECCV 2018); one group is layer normalisation.
/// - GhostBatch: of each channel, over the pixels and the samples of a sample group (samplesOfGroup): batch
///   normalisation (Ioffe & Szegedy, ICML 2015) of fixed small batches (Hoffer, Hubara & Soudry, NIPS 2017).
///   Sample groups are those of the set that is swept over: positions 0..127, 128..255, ...; the last one may
///   have fewer samples, and has the statistics of these. For prediction see NormalizationStatistics.
enum class Normalization { None, Group, GhostBatch };

/// Added to a variance by a normalisation.
constexpr double varianceFloor = 1e-5;

/// A run of equal residual blocks at one shape: K time steps of an initial value problem on (0, T).
struct Stage {
  StageKind kind = StageKind::Dense;                 ///< Of all its blocks.
  Shape shape;                                       ///< Of all its states.
  int blocks = 1;                                    ///< K
  double finalTime = 1.0;                            ///< T
  Normalization normalization = Normalization::None; ///< Of Basic and Bottleneck blocks.
  int groups = 1;                                    ///< Of channels, of Normalization::Group.

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
