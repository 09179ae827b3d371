#include "layers/StageFactory_Def.hpp"

namespace terrace::resnet::detail {

template std::unique_ptr<StageSweep<DefaultTile<double>>>
makeStage<DefaultTile<double>>(const Network& network, const ParameterRun& run, int chunkSamples);

} // namespace terrace::resnet::detail
