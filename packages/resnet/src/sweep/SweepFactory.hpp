#pragma once

#include "network/Implementation.hpp"
#include "sweep/ChainSweep_Def.hpp"
#include "sweep/FusedSweep_Def.hpp"
#include "sweep/PlainSweep.hpp"
#if defined(KOKKOS_ENABLE_CUDA)
#include "sweep/TensorSweep_Def.hpp"
#endif

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

using SweepImplementation = Implementation<Sweep, int>; ///< The argument: samples of a chunk.

/// Sweeps by the matrix units of a CUDA device, the narrowest first; elsewhere none.
template <class Space, class Scalar>
std::vector<SweepImplementation> tensorSweeps() {
#if defined(KOKKOS_ENABLE_CUDA)
  return {SweepImplementation::of<TensorSweep<Space, Scalar, 1>>(),
          SweepImplementation::of<TensorSweep<Space, Scalar, 2>>(),
          SweepImplementation::of<TensorSweep<Space, Scalar, 4>>(),
          SweepImplementation::of<TensorSweep<Space, Scalar, 8>>()};
#else
  return {};
#endif
}

/// How a device sweeps: the first that supports a network does it. Works on the host too, as the tests run
/// it.
template <class Space, class Scalar>
const std::vector<SweepImplementation>& deviceSweeps() {
  static const std::vector<SweepImplementation> list = [] {
    auto all = tensorSweeps<Space, Scalar>();
    for (const auto& other : {SweepImplementation::of<FusedSweep<Space, Scalar>>(),
                              SweepImplementation::of<ChainSweep<TileOf<Space, Scalar, 0>>>(),
                              SweepImplementation::of<PlainSweep>()})
      all.push_back(other);
    return all;
  }();
  return list;
}

/// How the host sweeps.
template <class Space, class Scalar>
const std::vector<SweepImplementation>& hostSweeps() {
  static const std::vector<SweepImplementation> list{
      SweepImplementation::of<ChainSweep<TileOf<Space, Scalar>>>(), SweepImplementation::of<PlainSweep>()};
  return list;
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
