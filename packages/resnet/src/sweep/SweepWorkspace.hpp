#pragma once

#include "kernels/common/Activations.hpp"
#include "kernels/common/Alignment.hpp"
#include "kernels/common/LossKernels.hpp"
#include "kernels/common/Pack.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace terrace::resnet::detail {

/// Bytes that a sample takes in \p arrays neuron x sample arrays.
template <class Tile>
long bytesPerSample(const Network& network, int arrays) {
  return static_cast<long>(arrays) * network.width * static_cast<long>(sizeof(typename Tile::Scalar));
}

/// Samples of a block such that \p arrays neuron x sample arrays stay within 24 MiB (the share of a core in
/// the last cache; on a device 256 MiB): on the host at most those that are dealt together, or twice as many
/// where the weights of a layer leave the second cache. Whole tiles, at least one.
template <class Tile>
int defaultBlockSamples(const Network& network, int arrays) {
  constexpr long budget = Tile::onHost ? 24L << 20 : 1L << 28;
  const long weights = static_cast<long>(network.width) * network.width;
  const long host = (weights > (1L << 16) ? 2 : 1) * SampleSet::dealtTogether;
  const long most = Tile::onHost ? host : 1L << 20;
  const long samples = std::min(budget / bytesPerSample<Tile>(network, arrays), most);
  return std::max(Tile::samples, static_cast<int>(samples) / Tile::samples * Tile::samples);
}

/// Neuron x sample arrays of several layers for one block of samples.
template <class Tile>
class LayerArrays {
public:
  LayerArrays() = default;
  LayerArrays(const std::string& label, int layers, int neurons, int samples)
      : values_(label, static_cast<std::size_t>(layers), static_cast<std::size_t>(neurons),
                static_cast<std::size_t>(Tile::onHost ? roundUp(samples, Tile::samples)
                                                      : rowStride<typename Tile::Scalar>(samples))) {}

  bool allocated() const { return values_.extent(0) > 0; }
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

/// The parameters in the sweep's scalar as the kernels take them: packed weights, their transposes, biases.
/// Blocks are in the unit of the activation, their transposes times the step h. Both arrays have the order of
/// ParameterLayout; in that of the transposes biases are not used.
template <class Tile>
class SweepParameters {
public:
  using Scalar = typename Tile::Scalar;
  using Weights = typename Tile::Weights;
  using Bias = typename Tile::Bias;

  SweepParameters() = default;
  SweepParameters(const Network& network, const ParameterLayout& layout)
      : network_(network), layout_(layout),
        values_("terrace::resnet::parameters", static_cast<std::size_t>(layout.size())),
        transposed_("terrace::resnet::transposedParameters", static_cast<std::size_t>(layout.size())) {}

  bool allocated() const { return values_.extent(0) > 0; }

  /// \param[in] backward  whether the transposes are wanted too.
  void set(const typename Tile::Execution& space, const ConstParameterView& source, bool backward) {
    const int d = network_.width;
    const Shape output{layout_.outputOffset(), network_.outputs, d, 1, true, 1, 1};
    const Shape lift{layout_.liftOffset(), d, network_.features, 1, layout_.liftHasBias(), 1, 1};
    Shape block{layout_.blockOffset(0), d, d, network_.blocks, true, 1, network_.step()};
    withActivation(network_.activation,
                   [&](auto sigma) { block.scale = decltype(sigma)::template unit<typename Tile::Pack>; });
    for (const bool transpose : {false, true}) {
      if (transpose && !backward) return;
      if (layout_.liftSize() > 0) pack(space, source, lift, transpose);
      pack(space, source, block, transpose);
      pack(space, source, output, transpose);
    }
  }

  Weights lift() const { return {values_.data() + layout_.liftOffset(), network_.width, network_.features}; }
  Weights liftTransposed() const {
    return {transposed_.data() + layout_.liftOffset(), network_.features, network_.width};
  }
  Weights block(int k) const {
    return {values_.data() + layout_.blockOffset(k), network_.width, network_.width};
  }
  Weights blockTransposed(int k) const {
    return {transposed_.data() + layout_.blockOffset(k), network_.width, network_.width};
  }
  Weights output() const {
    return {values_.data() + layout_.outputOffset(), network_.outputs, network_.width};
  }
  Weights outputTransposed() const {
    return {transposed_.data() + layout_.outputOffset(), network_.width, network_.outputs};
  }
  Bias liftBias() const { return layout_.liftHasBias() ? bias(layout_.liftBias(), network_.width) : Bias(); }
  Bias blockBias(int k) const { return bias(layout_.blockBias(k), network_.width); }
  Bias outputBias() const { return bias(layout_.outputBias(), network_.outputs); }

private:
  /// Equal layers one after another: a matrix each, and its bias; factors of them and of the transposes.
  struct Shape {
    long offset;
    int rows;
    int columns;
    int layers;
    bool hasBias;
    double scale;
    double transposedScale;
  };

  void pack(const typename Tile::Execution& space, const ConstParameterView& source, const Shape& shape,
            bool transpose) {
    static const std::string label = "terrace::resnet::packParameters";
    const auto first = static_cast<std::size_t>(shape.offset);
    const ConstParameterView layers(source, std::make_pair(first, source.extent(0)));
    PackPanels<Scalar, Tile::rows, ConstParameterView> functor{};
    functor.source = layers;
    functor.target = (transpose ? transposed_ : values_).data() + shape.offset;
    functor.panels = {transpose ? shape.columns : shape.rows};
    functor.columns = transpose ? shape.rows : shape.columns;
    functor.rowStride = transpose ? 1 : shape.columns;
    functor.columnStride = transpose ? shape.columns : 1;
    functor.layerStride = static_cast<long>(shape.rows) * shape.columns + (shape.hasBias ? shape.rows : 0);
    functor.hasBias = shape.hasBias && !transpose;
    functor.scale = transpose ? shape.transposedScale : shape.scale;
    const auto items = static_cast<std::size_t>(shape.layers * functor.panels.count());
    Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, items), functor);
  }

  Bias bias(long offset, int size) const {
    return Bias(values_.data() + offset, static_cast<std::size_t>(size));
  }

  Network network_;
  ParameterLayout layout_{network_};
  Kokkos::View<Scalar*, typename Tile::Memory> values_;
  Kokkos::View<Scalar*, typename Tile::Memory> transposed_;
};

} // namespace terrace::resnet::detail
