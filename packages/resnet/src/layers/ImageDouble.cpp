#include "layers/ImageLayers_Def.hpp"
#include "layers/StageFactory.hpp"

namespace terrace::resnet::detail {

template std::unique_ptr<StageSweep<DefaultTile<double>>>
makeImageStage<DefaultTile<double>>(const Network& network, const ParameterRun& run, int chunkSamples);
template std::unique_ptr<LiftLayer<DefaultTile<double>>>
makeImageLift<DefaultTile<double>>(const Network& network, const ParameterLayout& layout, int chunkSamples);
template std::unique_ptr<LinkLayer<DefaultTile<double>>>
makeImageLink<DefaultTile<double>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
