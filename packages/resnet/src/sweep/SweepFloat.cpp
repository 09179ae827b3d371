#include "sweep/SweepFactory.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<Sweep> makeSweep<float>(const Network& network, int chunkSamples) {
  return makeSweepOn<DefaultExecution, float>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
