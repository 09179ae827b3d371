#include "sweep/DeviceSweep.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<float>(const Network& network, int samplesPerBlock) {
  return makeSweepOn<DefaultExecution, float>(network, samplesPerBlock);
}

} // namespace terrace::resnet::detail
