#pragma once

#include "layers/directional/DirectionalLinks.hpp"
#include "layers/directional/DirectionalStage.hpp"

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// The layers of a dense network, from the columns of inputs to those of outputs: lift, stages with
/// transitions between them, output layer.
template <class Tile>
class DirectionalChain {
public:
  using Layer = DirectionalLayer<Tile>;
  using Slab = typename Tile::Slab;
  using ConstSlab = typename Tile::ConstSlab;
  using Adjoints = typename Layer::Adjoints;

  DirectionalChain(const Network& network, const ParameterLayout& layout) {
    layers_.push_back(makeLift(network, layout));
    for (int s = 0; s < static_cast<int>(network.stages.size()); ++s) {
      if (s > 0) layers_.push_back(std::make_unique<DirectionalAffine<Tile>>(layout.transition(s)));
      layers_.push_back(makeStage(network, layout, s));
    }
    layers_.push_back(std::make_unique<DirectionalAffine<Tile>>(layout.output()));
    inputs_.resize(layers_.size());
    tangents_.resize(layers_.size());
  }

  void reserve(int columns, bool withTangents) {
    for (const auto& layer : layers_) layer->reserve(columns, withTangents);
  }

  /// \return the outputs.
  ConstSlab forward(const ColumnPass<Tile>& pass, const ConstSlab& x) {
    ConstSlab state = x;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      inputs_[l] = state;
      state = layers_[l]->forward(pass, state);
    }
    return state;
  }

  /// After forward(): adds the derivatives by all parameters. \param delta  derivative of the loss by the
  /// outputs.
  void backward(const ColumnPass<Tile>& pass, const Slab& delta) {
    Slab lambda = delta;
    for (std::size_t l = layers_.size(); l-- > 0;)
      lambda = layers_[l]->backward(pass, inputs_[l], lambda, byInput(l));
  }

  /// After forward(): the derivative of the outputs along a direction of the parameters.
  ConstSlab tangentForward(const ColumnPass<Tile>& pass) {
    ConstSlab tangent; // the inputs do not move
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      tangents_[l] = tangent;
      tangent = layers_[l]->tangentForward(pass, inputs_[l], tangent);
    }
    return tangent;
  }

  /// After tangentForward(): adds the derivative of what backward() adds.
  void tangentBackward(const ColumnPass<Tile>& pass, const Adjoints& deltas) {
    Adjoints adjoints = deltas;
    for (std::size_t l = layers_.size(); l-- > 0;)
      adjoints = layers_[l]->tangentBackward(pass, inputs_[l], tangents_[l], adjoints, byInput(l));
  }

private:
  static std::unique_ptr<Layer> makeLift(const Network& network, const ParameterLayout& layout) {
    if (layout.lift() == nullptr)
      return std::make_unique<DirectionalAppend<Tile>>(network.firstShape().size());
    if (network.lift != Lift::Activated) return std::make_unique<DirectionalAffine<Tile>>(*layout.lift());
    std::unique_ptr<Layer> lift;
    withActivation(network.activation, [&](auto sigma) {
      lift = std::make_unique<DirectionalActivated<Tile, decltype(sigma)>>(*layout.lift());
    });
    return lift;
  }

  static std::unique_ptr<Layer> makeStage(const Network& network, const ParameterLayout& layout, int s) {
    std::unique_ptr<Layer> stage;
    withActivation(network.activation, [&](auto sigma) {
      stage = std::make_unique<DirectionalStage<Tile, decltype(sigma)>>(
          network.stages[static_cast<std::size_t>(s)], layout.blocks(s));
    });
    return stage;
  }

  /// Whether something before layer \p l needs the adjoint of its inputs: not the data, which are before the
  /// lift.
  static bool byInput(std::size_t l) { return l > 0; }

  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<ConstSlab> inputs_;   ///< Of each layer.
  std::vector<ConstSlab> tangents_; ///< Of each layer's inputs.
};

} // namespace terrace::resnet::detail
