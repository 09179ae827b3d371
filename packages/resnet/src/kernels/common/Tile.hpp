#pragma once

#include "kernels/common/Pack.hpp"
#include "kernels/common/Panels.hpp"
#include "kernels/common/TiledSlab.hpp"

#include <Kokkos_Core.hpp>

#include <type_traits>

namespace terrace::resnet::detail {

/// Bytes of the vectors that the kernels of a space use; 0 on a device.
template <class ExecutionSpace>
static constexpr int registerBytesOf =
    std::is_same_v<typename ExecutionSpace::memory_space, Kokkos::HostSpace> ? vectorBytes : 0;

/// The register tile of the kernels: on the host up to `rows` neurons by `packs` packs of samples, which
/// leaves a register for a weight and one for each pack of states (32 registers with AVX-512, else 16); on a
/// device one sample. The width of the registers is a parameter so that units compiled for different
/// instruction sets have different types; 0 stands for a device, also where it is the host that plays it.
template <class ExecutionSpace, class S, int registerBytes = registerBytesOf<ExecutionSpace>>
struct TileOf {
  using Execution = ExecutionSpace;
  using Memory = typename ExecutionSpace::memory_space;
  using Scalar = S;
  static constexpr bool onHost = registerBytes > 0;
  using Pack = PackOf<S, onHost ? registerBytes / static_cast<int>(sizeof(S)) : 1>;
  using Value = typename Pack::Value;
  static constexpr int packs = !onHost ? 1 : (registerBytes == 64 ? 4 : 2);
  static constexpr int samples = packs * Pack::lanes;
  static constexpr int rows = onHost ? 6 : 1;
  /// Up to so many neurons the layers of a network are near enough in the cache: they are not prefetched, and
  /// to read them from memory takes as long as to compute them.
  static constexpr int narrow = 32;

  /// Neuron x sample array; samples are contiguous.
  using SampleArray = Kokkos::View<const S**, Kokkos::LayoutRight, Memory, Kokkos::MemoryUnmanaged>;
  /// Neuron x sample array of one layer and one chunk of samples; the samples of a tile are contiguous.
  using Slab = std::conditional_t<onHost, TiledSlab<S, samples>,
                                  Kokkos::View<S**, Kokkos::LayoutRight, Memory, Kokkos::MemoryUnmanaged>>;
  using ConstSlab = std::conditional_t<onHost, TiledSlab<const S, samples>, SampleArray>;
  /// Weights of one layer, outputs x inputs, or their transpose.
  using Weights = PackedMatrix<S, rows>;
  /// Bias of one layer; empty where the layer has none.
  using Bias = Kokkos::View<const S*, Memory, Kokkos::MemoryUnmanaged>;
};

} // namespace terrace::resnet::detail
