#pragma once

#include "layers/DenseStage_Def.hpp"
#include "layers/StageFactory.hpp"

namespace terrace::resnet::detail {

template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeStage(const Network& network, const ParameterRun& run,
                                            int chunkSamples) {
  if (network.isConvolutional()) return makeImageStage<Tile>(network, run, chunkSamples);
  const Stage& stage = network.stages[static_cast<std::size_t>(run.stage)];
  std::unique_ptr<StageSweep<Tile>> made;
  withActivation(network.activation, [&](auto sigma) {
    made = std::make_unique<DenseStage<Tile, decltype(sigma)>>(stage, run, chunkSamples);
  });
  return made;
}

} // namespace terrace::resnet::detail
