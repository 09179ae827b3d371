#include <terrace/resnet/detail/BlockedSweep_Def.hpp>

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<float>(const Network& network, int samplesPerBlock) {
  return std::make_unique<BlockedSweep<DefaultExecution, float>>(network, samplesPerBlock);
}

} // namespace terrace::resnet::detail
