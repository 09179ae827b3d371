#pragma once

#include <terrace/resnet/network/Network.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// What a layer does with its input x, an image of channels or, with one pixel, a vector.
enum class LayerKind {
  Padding,        ///< Channels of zeros are appended.
  Affine,         ///< A * x + b
  Activation,     ///< sigma(x)
  Normalization,  ///< g (x - mean) / deviation + b, in each sample over the pixels of a group of channels
  Block,          ///< x + h sigma(W * x + b)
  SymmetricBlock, ///< x - h W^T * sigma(W * x + b)
  CompositeBlock, ///< x + h f(x), f the layers inside
  Pooling,        ///< means over 2 x 2 pixels
  Means           ///< the mean of each channel
};

/// A step of a network with its numbers; a chain of them is the network, without its maps of data columns.
/// Every format is written from such a chain, and what is read becomes one.
struct Layer {
  LayerKind kind = LayerKind::Affine;
  std::string name;             ///< of its parameters in a model file: "lift", "block_0000", ...; "" without
  std::string weightName = "W"; ///< of its array `weight` there
  std::string biasName = "b";   ///< of its array `bias` there
  resnet::Shape from;
  resnet::Shape to;
  int side = 1;               ///< of the stencil: 1 is a matrix, at each pixel
  std::vector<double> weight; ///< outputs x inputs x side x side, row-major; of a Normalization one a channel
  std::vector<double> bias;   ///< one an output; empty: none
  double step = 0;            ///< h of a block
  int groups = 1;             ///< of channels, of a Normalization
  std::vector<Layer> inside;  ///< of a CompositeBlock: Affine, Normalization and Activation

  bool isBlock() const {
    return kind == LayerKind::Block || kind == LayerKind::SymmetricBlock || kind == LayerKind::CompositeBlock;
  }

  /// The parameters in the order of resnet::ParameterLayout. Without a bias there are none of it.
  std::vector<double> parameters() const;
};

/// The layers of a network, first to last.
/// \param parameters  in the order of resnet::ParameterLayout.
/// \throws std::invalid_argument for a kind of blocks that has no LayerKind.
std::vector<Layer> layersOf(const resnet::Network& network, const std::vector<double>& parameters);

} // namespace terrace::program
