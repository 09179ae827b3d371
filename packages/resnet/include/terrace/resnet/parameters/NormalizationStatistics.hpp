#pragma once

#include <terrace/resnet/network/Network.hpp>

#include <string>
#include <vector>

namespace terrace::resnet {

/// Mean and variance of each channel that Normalization::GhostBatch normalises, for prediction: averages of
/// those of the sample groups of the training set, each weighted by its samples. Without them the outputs for
/// a sample would depend on the other samples of its group.
///
/// Entries are in the order of normalizedLayers(). Empty for networks without this normalisation, and where
/// they are not known.
struct NormalizationStatistics {
  std::vector<double> means;     ///< Of z, what N is applied to.
  std::vector<double> variances; ///< Of z, within the groups: without the spread of their means.

  /// Whether there are any.
  bool isKnown() const { return !means.empty(); }
};

/// A layer of a block that Normalization::GhostBatch normalises.
struct NormalizedLayer {
  std::string group;     ///< Of its parameters in a model file: "stage_1/block_0003".
  std::string weight;    ///< Name of its weight there: "W", "U" or "V".
  long weightOffset = 0; ///< Of the weight in the parameter vector, outputs first.
  long weightSize = 0;   ///< Entries of the weight.
  long gainOffset = 0;   ///< Of the gains in the parameter vector, one a channel.
  long biasOffset = 0;   ///< Of the biases in the parameter vector, one a channel.
  long first = 0;        ///< Of its channels in NormalizationStatistics.
  int channels = 0;      ///< Outputs of the weight.
};

/// The layers of a network that Normalization::GhostBatch normalises, in the order of the parameter vector.
std::vector<NormalizedLayer> normalizedLayers(const Network& network);

/// A network for prediction, with its parameters in the order of its ParameterLayout.
struct PredictionNetwork {
  Network network;                ///< No stage has Normalization::GhostBatch.
  std::vector<double> parameters; ///< Of this network.
};

/// The network that predicts. With fixed mean m and variance v, \f$N(z) = g (z - m) / \sqrt{v + 10^{-5}} +
/// b\f$ is affine, and a part of the convolution before it: Normalization::GhostBatch becomes
/// Normalization::None with the weight \f$r W\f$ and the bias \f$b - r m\f$, \f$r = g / \sqrt{v +
/// 10^{-5}}\f$. Other networks come back as they are.
///
/// \param[in] parameters  of \p network, in the order of its ParameterLayout.
/// \throws std::invalid_argument if the parameters or the statistics are not as many as the network has, or a
/// variance is negative.
PredictionNetwork predictionNetwork(const Network& network, const std::vector<double>& parameters,
                                    const NormalizationStatistics& statistics);

} // namespace terrace::resnet
