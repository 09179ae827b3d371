#include <terrace/resnet/detail/BlockedSweep_Def.hpp>

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<double>(const Network& network, int samplesPerBlock) {
  return std::make_unique<BlockedSweep<DefaultExecution, double>>(network, samplesPerBlock);
}

} // namespace terrace::resnet::detail
