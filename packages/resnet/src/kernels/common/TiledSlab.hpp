#pragma once

#include <Kokkos_Core.hpp>

#include <cstddef>

namespace terrace::resnet::detail {

/// Neuron x sample array on the host, tile of samples by tile, in a tile neuron by neuron: what a register
/// block reads and writes lies in a few long runs, which take few pages and which the processor's prefetcher
/// follows. Refers to memory that others own, as an unmanaged Kokkos::View does.
template <class S, int tileSamples>
class TiledSlab {
public:
  /// From a neuron to the next at the same sample.
  static constexpr int rowStride = tileSamples;

  TiledSlab() = default;
  /// \param[in] data  whole tiles of samples.
  TiledSlab(S* data, std::size_t neurons) : data_(data), neurons_(neurons) {}
  operator TiledSlab<const S, tileSamples>() const { return {data_, neurons_}; }

  /// Dimension 0: neurons; 0 if there is no array.
  KOKKOS_FORCEINLINE_FUNCTION std::size_t extent(int) const { return neurons_; }
  /// Samples of one tile are neighbours.
  template <class Neuron, class Sample>
  KOKKOS_FORCEINLINE_FUNCTION S& operator()(Neuron i, Sample s) const {
    const auto sample = static_cast<std::size_t>(s);
    constexpr auto size = static_cast<std::size_t>(tileSamples);
    return data_[(sample / size * neurons_ + static_cast<std::size_t>(i)) * size + sample % size];
  }

private:
  S* data_ = nullptr;
  std::size_t neurons_ = 0;
};

} // namespace terrace::resnet::detail
