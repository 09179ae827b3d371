#pragma once

#include "layers/DenseStage_Def.hpp"

#include <memory>

namespace terrace::resnet::detail {

/// Whether makeStage() has kernels for the stage.
inline bool supportsStage(const Stage& stage) {
  switch (stage.kind) {
  case StageKind::Dense:
    return true;
  }
  return false;
}

/// The sweep of a stage: here a new kind of stage has its line.
/// \param[in] run  of the stage's parameters. \param[in] chunkSamples  most samples of a chunk.
template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeStage(const Network& network, const ParameterRun& run,
                                            int chunkSamples) {
  const Stage& stage = network.stages[static_cast<std::size_t>(run.stage)];
  std::unique_ptr<StageSweep<Tile>> made;
  withActivation(network.activation, [&](auto sigma) {
    switch (stage.kind) {
    case StageKind::Dense:
      made = std::make_unique<DenseStage<Tile, decltype(sigma)>>(stage, run, chunkSamples);
    }
  });
  return made;
}

} // namespace terrace::resnet::detail
