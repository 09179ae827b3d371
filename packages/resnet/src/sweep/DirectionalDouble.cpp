#include "sweep/DirectionalChainSweep.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<DirectionalSweep> makeDirectionalSweep<double>(const Network& network, int chunkSamples) {
  return std::make_unique<DirectionalChainSweep<TileOf<DefaultExecution, double>>>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
