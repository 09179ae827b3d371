#pragma once

#include "plain/PlainSweep.hpp"
#include "sweep/ChainSweep_Def.hpp"
#include "sweep/FusedSweep_Def.hpp"

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// One way to sweep.
struct SweepImplementation {
  const char* name;
  bool (*supports)(const Network& network);
  std::unique_ptr<Sweep> (*make)(const Network& network, int chunkSamples);
};

template <class Implementation>
SweepImplementation sweepImplementation(const char* name) {
  return {name, &Implementation::supports,
          [](const Network& network, int chunkSamples) -> std::unique_ptr<Sweep> {
            return std::make_unique<Implementation>(network, chunkSamples);
          }};
}

/// How a device sweeps: the first that supports a network does it. Works on the host too, as the tests run
/// it.
template <class Space, class Scalar>
const std::vector<SweepImplementation>& deviceSweeps() {
  static const std::vector<SweepImplementation> list{
      sweepImplementation<FusedSweep<Space, Scalar>>("fused"),
      sweepImplementation<ChainSweep<TileOf<Space, Scalar, 0>>>("chain"),
      sweepImplementation<PlainSweep>("plain")};
  return list;
}

/// How the host sweeps.
template <class Space, class Scalar>
const std::vector<SweepImplementation>& hostSweeps() {
  static const std::vector<SweepImplementation> list{
      sweepImplementation<ChainSweep<TileOf<Space, Scalar>>>("chain"),
      sweepImplementation<PlainSweep>("plain")};
  return list;
}

/// The first of \p list that supports \p network.
inline std::unique_ptr<Sweep> makeFirstSupported(const std::vector<SweepImplementation>& list,
                                                 const Network& network, int chunkSamples) {
  for (const SweepImplementation& implementation : list)
    if (implementation.supports(network)) return implementation.make(network, chunkSamples);
  return nullptr;
}

/// The sweep for an execution space, host or device.
template <class Space, class Scalar>
std::unique_ptr<Sweep> makeSweepOn(const Network& network, int chunkSamples) {
  if constexpr (TileOf<Space, Scalar>::onHost) {
    return makeFirstSupported(hostSweeps<Space, Scalar>(), network, chunkSamples);
  } else {
    return makeFirstSupported(deviceSweeps<Space, Scalar>(), network, chunkSamples);
  }
}

} // namespace terrace::resnet::detail
