#pragma once

#include "layers/StageSweep.hpp"

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

/// The sweep of a stage, of the run `run` of its parameters, for chunks of at most `chunkSamples` samples.
/// Defined in StageFactory_Def.hpp; its kernels are compiled once, in src/layers/Stage*.cpp, for everything
/// that has a Chain.
template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeStage(const Network& network, const ParameterRun& run,
                                            int chunkSamples);

/// The tile of Tpetra's default execution space.
template <class Scalar>
using DefaultTile = TileOf<DefaultExecution, Scalar>;

extern template std::unique_ptr<StageSweep<DefaultTile<double>>>
makeStage<DefaultTile<double>>(const Network& network, const ParameterRun& run, int chunkSamples);
extern template std::unique_ptr<StageSweep<DefaultTile<float>>>
makeStage<DefaultTile<float>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
