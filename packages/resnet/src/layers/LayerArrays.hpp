#pragma once

#include "kernels/common/Alignment.hpp"
#include "kernels/common/Tile.hpp"

#include <Kokkos_Core.hpp>

#include <string>

namespace terrace::resnet::detail {

/// Neuron x sample arrays of several layers for one chunk of samples.
template <class Tile>
class LayerArrays {
public:
  LayerArrays() = default;
  LayerArrays(const char* label, int layers, int neurons, int samples)
      : values_(std::string(label), static_cast<std::size_t>(layers), static_cast<std::size_t>(neurons),
                static_cast<std::size_t>(Tile::onHost ? roundUp(samples, Tile::samples)
                                                      : rowStride<typename Tile::Scalar>(samples))) {}

  bool allocated() const { return values_.extent(0) > 0; }
  int layers() const { return static_cast<int>(values_.extent(0)); }
  /// Allocates the arrays at the first call.
  void reserve(const char* label, int layers, int neurons, int samples) {
    if (!allocated()) *this = LayerArrays(label, layers, neurons, samples);
  }

  /// Allocates the arrays where there are fewer layers.
  void grow(const char* label, int layers, int neurons, int samples) {
    if (!allocated() || this->layers() < layers) *this = LayerArrays(label, layers, neurons, samples);
  }

  typename Tile::Slab operator[](int layer) const {
    const std::size_t offset = static_cast<std::size_t>(layer) * values_.extent(1) * values_.extent(2);
    if constexpr (Tile::onHost) {
      return typename Tile::Slab(values_.data() + offset, values_.extent(1));
    } else {
      return typename Tile::Slab(values_.data() + offset, values_.extent(1), values_.extent(2));
    }
  }

private:
  Kokkos::View<typename Tile::Scalar***, Kokkos::LayoutRight, typename Tile::Memory> values_;
};

} // namespace terrace::resnet::detail
