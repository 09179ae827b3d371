#include "sweep/DeviceSweep.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<double>(const Network& network, int samplesPerBlock) {
  return makeSweepOn<DefaultExecution, double>(network, samplesPerBlock);
}

} // namespace terrace::resnet::detail
