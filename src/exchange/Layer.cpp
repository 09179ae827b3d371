#include "exchange/Layer.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <stdexcept>
#include <string>

namespace terrace::program {
namespace {

using resnet::Network;
using resnet::Normalization;
using resnet::ParameterRole;
using resnet::ParameterRun;
using resnet::Shape;
using resnet::Stage;

// Reads the arrays of one group of parameters.
class Group {
public:
  Group(const ParameterRun& run, int group, const std::vector<double>& parameters)
      : run_(run), name_(run.groupName(group)), first_(parameters.begin() + run.groupOffset(group)) {}

  // The layer with this weight, and with the bias after it, which in front of a normalisation is the
  // latter's.
  Layer affine(std::size_t weight, bool hasBias) const {
    Layer layer = named(weight, weight + 1);
    layer.side = run_.arrays[weight].taps() == 1 ? 1 : 3;
    layer.weight = entries(weight);
    if (hasBias) layer.bias = entries(weight + 1);
    return layer;
  }

  Layer normalization(std::size_t gain, std::size_t bias) const {
    Layer layer = named(gain, bias);
    layer.kind = LayerKind::Normalization;
    layer.weight = entries(gain);
    layer.bias = entries(bias);
    return layer;
  }

private:
  Layer named(std::size_t weight, std::size_t bias) const {
    Layer layer;
    layer.name = name_;
    layer.weightName = run_.arrays[weight].name;
    if (bias < run_.arrays.size()) layer.biasName = run_.arrays[bias].name;
    return layer;
  }

  std::vector<double> entries(std::size_t array) const {
    const auto& place = run_.arrays[array];
    return {first_ + place.offset, first_ + place.offset + place.size()};
  }

  const ParameterRun& run_;
  std::string name_;
  std::vector<double>::const_iterator first_;
};

// A layer without parameters.
Layer plain(LayerKind kind, const Shape& from, const Shape& to) {
  Layer layer;
  layer.kind = kind;
  layer.from = from;
  layer.to = to;
  return layer;
}

// Collects the layers of a network in their order.
class Chain {
public:
  Chain(const Network& network, const std::vector<double>& parameters)
      : network_(network), parameters_(parameters), state_(network.input) {
    if (!network.isConvolutional()) state_ = Shape::dense(network.features());
  }

  std::vector<Layer> layers() {
    if (network_.lift == resnet::Lift::Identity && network_.firstShape() != state_)
      add(plain(LayerKind::Padding, state_, network_.firstShape()));
    const resnet::ParameterLayout layout(network_);
    for (const ParameterRun& run : layout.runs()) addRun(run);
    return std::move(layers_);
  }

private:
  void add(Layer layer) {
    state_ = layer.to;
    layers_.push_back(std::move(layer));
  }

  void addAffine(const ParameterRun& run, const Shape& to) {
    Layer layer = Group(run, 0, parameters_).affine(0, run.hasBias());
    layer.from = state_;
    layer.to = to;
    add(std::move(layer));
  }

  void addRun(const ParameterRun& run) {
    const auto& stage = network_.stages[static_cast<std::size_t>(run.stage)];
    switch (run.role) {
    case ParameterRole::Lift:
      addAffine(run, network_.firstShape());
      if (network_.lift == resnet::Lift::Activated) add(plain(LayerKind::Activation, state_, state_));
      return;
    case ParameterRole::Transition:
      if (network_.isConvolutional())
        add(plain(LayerKind::Pooling, state_, {state_.channels, state_.height / 2, state_.width / 2}));
      return addAffine(run, stage.shape);
    case ParameterRole::Output:
      if (network_.isConvolutional()) add(plain(LayerKind::Means, state_, Shape::dense(state_.channels)));
      return addAffine(run, Shape::dense(network_.outputs));
    case ParameterRole::Block:
      break;
    }
    for (int group = 0; group < run.count; ++group) {
      Layer layer = block(stage, run, Group(run, group, parameters_));
      layer.name = run.groupName(group);
      layer.from = layer.to = state_;
      layer.step = stage.timeStep();
      add(std::move(layer));
    }
  }

  Layer block(const Stage& stage, const ParameterRun& run, const Group& group) const {
    switch (stage.kind) {
    case resnet::StageKind::Dense:
    case resnet::StageKind::Single:
      return simpleBlock(LayerKind::Block, group);
    case resnet::StageKind::Symmetric:
      return simpleBlock(LayerKind::SymmetricBlock, group);
    case resnet::StageKind::Basic:
    case resnet::StageKind::Bottleneck:
      return compositeBlock(stage, run, group);
    }
    throw std::invalid_argument(std::string("The network has blocks of kind \"") +
                                resnet::toString(stage.kind) + "\", which cannot be exported.");
  }

  static Layer simpleBlock(LayerKind kind, const Group& group) {
    Layer layer = group.affine(0, true);
    layer.kind = kind;
    return layer;
  }

  Layer compositeBlock(const Stage& stage, const ParameterRun& run, const Group& group) const {
    Layer layer;
    layer.kind = LayerKind::CompositeBlock;
    layer.inside = layersInside(stage, run, group);
    return layer;
  }

  // Convolution and normalisation one after another, activations between them.
  std::vector<Layer> layersInside(const Stage& stage, const ParameterRun& run, const Group& group) const {
    std::vector<Layer> inside;
    Shape shape = state_;
    for (std::size_t a = 0; a < run.arrays.size(); ++a) {
      if (!run.arrays[a].isWeight()) continue;
      if (!inside.empty()) inside.push_back(plain(LayerKind::Activation, shape, shape));
      const Shape next{run.arrays[a].outputs(), shape.height, shape.width};
      Layer affine = group.affine(a, stage.normalization == Normalization::None);
      affine.from = shape;
      affine.to = shape = next;
      inside.push_back(std::move(affine));
      switch (stage.normalization) {
      case Normalization::None:
        break;
      case Normalization::Group:
        inside.push_back(group.normalization(a + 2, a + 1));
        inside.back().from = inside.back().to = shape;
        inside.back().groups = stage.groups;
        break;
      case Normalization::GhostBatch:
        throw std::invalid_argument("batch normalisations are in no chain of layers; expected the network "
                                    "that predicts, ModelDescription::predictionNetwork().");
      }
    }
    return inside;
  }

  const Network& network_;
  const std::vector<double>& parameters_;
  Shape state_;
  std::vector<Layer> layers_;
};

} // namespace

// A Normalization has its bias first.
std::vector<double> Layer::parameters() const {
  std::vector<double> all;
  const auto append = [&](const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (kind == LayerKind::Normalization) {
    append(bias);
    append(weight);
  } else {
    append(weight);
    append(bias);
  }
  for (const Layer& layer : inside) append(layer.parameters());
  return all;
}

std::vector<Layer> layersOf(const Network& network, const std::vector<double>& parameters) {
  return Chain(network, parameters).layers();
}

} // namespace terrace::program
