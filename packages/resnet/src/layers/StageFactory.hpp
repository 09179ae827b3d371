#pragma once

#include "layers/AffineLayer.hpp"
#include "layers/ImageLayers.hpp"
#include "layers/LiftLayer.hpp"
#include "layers/StageSweep.hpp"

#include <memory>

namespace terrace::resnet::detail {

/// Whether makeStage() has kernels for the stage.
inline bool supportsStage(const Stage& stage) {
  switch (stage.kind) {
  case StageKind::Dense:
    return true;
  case StageKind::Single:
  case StageKind::Symmetric:
  case StageKind::Basic:
  case StageKind::Bottleneck:
    return true;
  }
  return false;
}

/// The sweep of a stage, of the run `run` of its parameters, for chunks of at most `chunkSamples` samples.
/// Defined in StageFactory_Def.hpp; its kernels are compiled once, in src/layers/Stage*.cpp, for everything
/// that has a Chain.
template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeStage(const Network& network, const ParameterRun& run,
                                            int chunkSamples);

/// The layer from the inputs to the first state.
template <class Tile>
std::unique_ptr<LiftLayer<Tile>> makeLift(const Network& network, const ParameterLayout& layout,
                                          int chunkSamples) {
  if (network.isConvolutional()) return makeImageLift<Tile>(network, layout, chunkSamples);
  return std::make_unique<LiftLayer<Tile>>(network, layout, chunkSamples);
}

/// The layer of the run of a transition, or of the output layer.
template <class Tile>
std::unique_ptr<LinkLayer<Tile>> makeLink(const Network& network, const ParameterRun& run, int chunkSamples) {
  if (network.isConvolutional()) return makeImageLink<Tile>(network, run, chunkSamples);
  return std::make_unique<AffineLayer<Tile>>(run);
}

/// The tile of Tpetra's default execution space.
template <class Scalar>
using DefaultTile = TileOf<DefaultExecution, Scalar>;

extern template std::unique_ptr<StageSweep<DefaultTile<double>>>
makeStage<DefaultTile<double>>(const Network& network, const ParameterRun& run, int chunkSamples);
extern template std::unique_ptr<StageSweep<DefaultTile<float>>>
makeStage<DefaultTile<float>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
