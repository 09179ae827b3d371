#include "sweep/BlockedMap_Def.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<NetworkMap> makeNetworkMap<float>(const Network& network,
                                                  const std::vector<double>& parameters,
                                                  const DataScaling& inputs, const DataScaling& outputs) {
  return std::make_unique<BlockedMap<DefaultExecution, float>>(network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
