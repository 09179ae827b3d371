#include "layers/ImageLayers_Def.hpp"
#include "layers/StageFactory.hpp"

namespace terrace::resnet::detail {

template std::unique_ptr<StageSweep<DefaultTile<float>>>
makeImageStage<DefaultTile<float>>(const Network& network, const ParameterRun& run, int chunkSamples);
template std::unique_ptr<LiftLayer<DefaultTile<float>>>
makeImageLift<DefaultTile<float>>(const Network& network, const ParameterLayout& layout, int chunkSamples);
template std::unique_ptr<LinkLayer<DefaultTile<float>>>
makeImageLink<DefaultTile<float>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
