#include "layers/StageFactory_Def.hpp"

namespace terrace::resnet::detail {

template std::unique_ptr<StageSweep<DefaultTile<float>>>
makeStage<DefaultTile<float>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
