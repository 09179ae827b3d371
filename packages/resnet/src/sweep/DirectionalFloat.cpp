#include "sweep/DirectionalChainSweep.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<DirectionalSweep> makeDirectionalSweep<float>(const Network& network, int chunkSamples) {
  return std::make_unique<DirectionalChainSweep<TileOf<DefaultExecution, float>>>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
