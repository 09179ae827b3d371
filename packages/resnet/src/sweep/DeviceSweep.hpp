#pragma once

#include "sweep/BlockedSweep_Def.hpp"
#include "sweep/FusedSweep_Def.hpp"

namespace terrace::resnet::detail {

/// The sweep for a device, by the width of the network. Works on the host too, as the tests run it.
template <class Space, class Scalar>
std::unique_ptr<Sweep> makeDeviceSweep(const Network& network, int samplesPerBlock) {
  if (network.width <= FusedSweep<Space, Scalar>::widest)
    return std::make_unique<FusedSweep<Space, Scalar>>(network, samplesPerBlock);
  return std::make_unique<BlockedSweep<TileOf<Space, Scalar, 0>>>(network, samplesPerBlock);
}

/// The sweep for an execution space, host or device.
template <class Space, class Scalar>
std::unique_ptr<Sweep> makeSweepOn(const Network& network, int samplesPerBlock) {
  if constexpr (TileOf<Space, Scalar>::onHost) {
    return std::make_unique<BlockedSweep<TileOf<Space, Scalar>>>(network, samplesPerBlock);
  } else {
    return makeDeviceSweep<Space, Scalar>(network, samplesPerBlock);
  }
}

} // namespace terrace::resnet::detail
