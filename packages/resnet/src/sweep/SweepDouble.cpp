#include "sweep/SweepFactory.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<double>(const Network& network, int chunkSamples) {
  return makeSweepOn<DefaultExecution, double>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
