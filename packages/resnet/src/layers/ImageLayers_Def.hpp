#pragma once

#include "layers/CompositeStage.hpp"
#include "layers/ConvolutionLift.hpp"
#include "layers/ImageLayers.hpp"
#include "layers/PooledLayer.hpp"
#include "layers/SingleStage.hpp"
#include "layers/SymmetricStage.hpp"

namespace terrace::resnet::detail {

template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeImageStage(const Network& network, const ParameterRun& run,
                                                 int chunkSamples) {
  const Stage& stage = network.stages[static_cast<std::size_t>(run.stage)];
  std::unique_ptr<StageSweep<Tile>> made;
  withActivation(network.activation, [&](auto sigma) {
    using Sigma = decltype(sigma);
    switch (stage.kind) {
    case StageKind::Dense:
      break;
    case StageKind::Single:
      made = std::make_unique<SingleStage<Tile, Sigma>>(stage, run, chunkSamples);
      break;
    case StageKind::Symmetric:
      made = std::make_unique<SymmetricStage<Tile, Sigma>>(stage, run, chunkSamples);
      break;
    case StageKind::Basic:
    case StageKind::Bottleneck:
      made = std::make_unique<CompositeStage<Tile, Sigma>>(stage, run, chunkSamples);
      break;
    }
  });
  return made;
}

template <class Tile>
std::unique_ptr<LiftLayer<Tile>> makeImageLift(const Network& network, const ParameterLayout& layout,
                                               int chunkSamples) {
  return std::make_unique<ConvolutionLift<Tile>>(network, layout, chunkSamples);
}

template <class Tile>
std::unique_ptr<LinkLayer<Tile>> makeImageLink(const Network& network, const ParameterRun& run,
                                               int chunkSamples) {
  const bool isTransition = run.role == ParameterRole::Transition;
  const Shape image = isTransition ? network.transition(run.stage).from : network.lastShape();
  const Windows windows{image, isTransition ? 2 : image.height, isTransition ? 2 : image.width};
  return std::make_unique<PooledLayer<Tile>>(run, windows, chunkSamples);
}

} // namespace terrace::resnet::detail
