#pragma once

#include "layers/LiftLayer.hpp"
#include "layers/LinkLayer.hpp"
#include "layers/StageSweep.hpp"

#include <memory>

namespace terrace::resnet::detail {

// The layers of a convolutional network, for chunks of at most `chunkSamples` samples. Defined in
// ImageLayers_Def.hpp; their kernels are compiled once, in src/layers/Image*.cpp.

template <class Tile>
std::unique_ptr<StageSweep<Tile>> makeImageStage(const Network& network, const ParameterRun& run,
                                                 int chunkSamples);
template <class Tile>
std::unique_ptr<LiftLayer<Tile>> makeImageLift(const Network& network, const ParameterLayout& layout,
                                               int chunkSamples);
/// \param[in] run  of a transition, or of the output layer.
template <class Tile>
std::unique_ptr<LinkLayer<Tile>> makeImageLink(const Network& network, const ParameterRun& run,
                                               int chunkSamples);

} // namespace terrace::resnet::detail
