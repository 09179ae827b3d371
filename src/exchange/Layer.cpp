#include "exchange/Layer.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <stdexcept>
#include <string>

namespace terrace::program {
namespace {

using resnet::Network;
using resnet::ParameterRole;
using resnet::ParameterRun;
using resnet::Shape;

Layer withParameters(const ParameterRun& run, int group, const std::vector<double>& parameters) {
  Layer layer;
  layer.name = run.groupName(group);
  layer.side = run.taps() == 1 ? 1 : 3;
  const auto entries = [&](const resnet::ParameterArray& array) {
    const auto first = parameters.begin() + run.groupOffset(group) + array.offset;
    return std::vector<double>(first, first + array.size());
  };
  layer.weight = entries(run.arrays.front());
  if (run.hasBias()) layer.bias = entries(run.arrays.back());
  return layer;
}

LayerKind blockKind(resnet::StageKind kind) {
  switch (kind) {
  case resnet::StageKind::Dense:
  case resnet::StageKind::Single:
    return LayerKind::Block;
  case resnet::StageKind::Symmetric:
    return LayerKind::SymmetricBlock;
  case resnet::StageKind::Basic:
  case resnet::StageKind::Bottleneck:
    break;
  }
  throw std::invalid_argument(std::string("The network has blocks of kind \"") + resnet::toString(kind) +
                              "\", which cannot be exported; expected Dense, Single or Symmetric.");
}

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
    Layer layer = withParameters(run, 0, parameters_);
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
      Layer layer = withParameters(run, group, parameters_);
      layer.kind = blockKind(stage.kind);
      layer.from = layer.to = state_;
      layer.step = stage.timeStep();
      add(std::move(layer));
    }
  }

  const Network& network_;
  const std::vector<double>& parameters_;
  Shape state_;
  std::vector<Layer> layers_;
};

} // namespace

std::vector<Layer> layersOf(const Network& network, const std::vector<double>& parameters) {
  return Chain(network, parameters).layers();
}

} // namespace terrace::program
