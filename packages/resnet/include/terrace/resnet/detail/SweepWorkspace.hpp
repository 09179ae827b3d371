#pragma once

#include <terrace/resnet/Network.hpp>
#include <terrace/resnet/ParameterLayout.hpp>
#include <terrace/resnet/detail/Alignment.hpp>
#include <terrace/resnet/detail/Execution.hpp>
#include <terrace/resnet/detail/LossKernels.hpp>
#include <terrace/resnet/detail/Pack.hpp>

#include <algorithm>

namespace terrace::resnet::detail {

/// Samples of a block such that its states of all layers stay within a budget that suits the cache of a core
/// (1 MiB) or fills a device (256 MiB); the activation values are as much again. Whole tiles, at least one.
template <class Tile>
int defaultBlockSamples(const Network& network) {
  constexpr long budget = Tile::onHost ? (1L << 20) : (1L << 28);
  constexpr long most = Tile::onHost ? 1024 : (1L << 20);
  const long perSample =
      (network.blocks + 1L) * network.width * static_cast<long>(sizeof(typename Tile::Scalar));
  const int unit = std::max(16, Tile::samples);
  return std::max(unit, static_cast<int>(std::min(budget / perSample, most)) / unit * unit);
}

/// Neuron x sample arrays of several layers for one block of samples.
template <class Tile>
class LayerArrays {
public:
  LayerArrays() = default;
  LayerArrays(const std::string& label, int layers, int neurons, int samples)
      : values_(label, static_cast<std::size_t>(layers), static_cast<std::size_t>(neurons),
                static_cast<std::size_t>(rowStride<typename Tile::Scalar>(samples))) {}

  bool allocated() const { return values_.extent(0) > 0; }
  typename Tile::Slab operator[](int layer) const {
    const std::size_t offset = static_cast<std::size_t>(layer) * values_.extent(1) * values_.extent(2);
    return typename Tile::Slab(values_.data() + offset, values_.extent(1), values_.extent(2));
  }

private:
  Kokkos::View<typename Tile::Scalar***, Kokkos::LayoutRight, typename Tile::Memory> values_;
};

/// The parameters in the sweep's scalar, and the arrays of the layers as the kernels take them.
template <class Tile>
class SweepParameters {
public:
  using Scalar = typename Tile::Scalar;

  SweepParameters() = default;
  SweepParameters(const Network& network, const ParameterLayout& layout)
      : network_(network), layout_(layout),
        values_("terrace::resnet::parameters", static_cast<std::size_t>(layout.size())) {}

  bool allocated() const { return values_.extent(0) > 0; }

  void set(const typename Tile::Execution& space, const ConstParameterView& source) {
    static const std::string label = "terrace::resnet::convertParameters";
    const auto target = values_;
    Kokkos::parallel_for(
        label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, values_.extent(0)),
        KOKKOS_LAMBDA(const std::size_t i) { target(i) = static_cast<Scalar>(source(i)); });
  }

  typename Tile::Weights lift() const {
    return weights(layout_.liftOffset(), network_.width, network_.features);
  }
  typename Tile::Bias liftBias() const {
    return layout_.liftHasBias() ? bias(layout_.liftBias(), network_.width) : typename Tile::Bias();
  }
  typename Tile::Weights block(int k) const {
    return weights(layout_.blockOffset(k), network_.width, network_.width);
  }
  typename Tile::Bias blockBias(int k) const { return bias(layout_.blockBias(k), network_.width); }
  typename Tile::Weights output() const {
    return weights(layout_.outputOffset(), network_.outputs, network_.width);
  }
  typename Tile::Bias outputBias() const { return bias(layout_.outputBias(), network_.outputs); }

  static typename Tile::Weights transposed(const typename Tile::Weights& A) {
    return typename Tile::Weights(A.data(),
                                  Kokkos::LayoutStride(A.extent(1), A.stride(1), A.extent(0), A.stride(0)));
  }

private:
  typename Tile::Weights weights(long offset, int rows, int columns) const {
    const auto r = static_cast<std::size_t>(rows);
    const auto c = static_cast<std::size_t>(columns);
    return typename Tile::Weights(values_.data() + offset, Kokkos::LayoutStride(r, c, c, 1));
  }
  typename Tile::Bias bias(long offset, int size) const {
    return typename Tile::Bias(values_.data() + offset, static_cast<std::size_t>(size));
  }

  Network network_;
  ParameterLayout layout_{network_};
  Kokkos::View<Scalar*, typename Tile::Memory> values_;
};

} // namespace terrace::resnet::detail
