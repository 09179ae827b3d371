#pragma once

#include "function/NetworkFunction.hpp"
#include "function/SingleSample.hpp"
#include "kernels/common/BatchKernels.hpp"
#include "layers/Chain.hpp"
#include "parameters/DeviceCopies.hpp"

#include <algorithm>
#include <vector>

namespace terrace::resnet::detail {

/// The function of a network with fixed parameters on \p Space, with states in \p S: chunks of samples go
/// through the layers of a Chain; on the host the last few samples, and batches of a few, go one by one
/// (SingleSample). Include only where it is instantiated, as ChainSweep_Def.hpp.
template <class Space, class S>
class ChainFunction final : public NetworkFunction {
public:
  using Tile = TileOf<Space, S>;

  static bool supports(const Network& network) { return Chain<Tile>::supports(network); }

  ChainFunction(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
                const DataScaling& outputs)
      : network_(network), layout_(network), chunkSamples_(samplesOfChunk(network)), theta_(network, layout_),
        chain_(network, layout_, chunkSamples_), inputShift_(columns(inputs.shift)),
        inputFactor_(columns(inverted(inputs.scale))), outputFactor_(columns(outputs.scale)),
        outputShift_(columns(outputs.shift)), hasSingle_(Tile::onHost && Single::supports(network)) {
    theta_.set(space_, columns(parameters), Transposes::All);
    if (hasSingle_) single_ = Single(network, parameters);
  }

  void apply(const ConstBatch& x, const Batch& y) override {
    forEachPart(
        x,
        [&](int first, int count) {
          load(x, first, count, inputShift_, inputFactor_, inputs()[0]);
          chain_.forward(pass(count), inputs_[0], outputs()[0], Keep::Nothing);
          store(outputs_[0], outputFactor_, outputShift_, y, first, count);
        },
        [&](int sample) {
          loadSample(x, sample, inputShift_, inputFactor_, single_.input());
          withActivation(network_.activation, [&](auto sigma) { single_.template apply<decltype(sigma)>(); });
          storeSample(single_.output(), outputFactor_, outputShift_, y, sample);
        });
  }

  void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) override {
    forEachPart(
        x,
        [&](int first, int count) {
          load(x, first, count, inputShift_, inputFactor_, inputs()[0]);
          load(v, first, count, Columns(), inputFactor_, inputs_[1]);
          chain_.forwardWithInputTangent(pass(count), inputs_[0], inputs_[1], outputs()[0]);
          store(outputs_[0], outputFactor_, Columns(), jv, first, count);
        },
        [&](int sample) {
          withActivation(network_.activation, [&](auto sigma) {
            linearizeAt<decltype(sigma)>(x, sample);
            loadSample(v, sample, Columns(), inputFactor_, single_.input());
            single_.template applyTangent<decltype(sigma)>();
          });
          storeSample(single_.output(), outputFactor_, Columns(), jv, sample);
        });
  }

  void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) override {
    forEachPart(
        x,
        [&](int first, int count) {
          load(x, first, count, inputShift_, inputFactor_, inputs()[0]);
          chain_.forward(pass(count), inputs_[0], outputs()[0], Keep::Activations);
          load(u, first, count, Columns(), outputFactor_, outputs_[0]);
          store(chain_.backwardToInput(pass(count), outputs_[0], inputs_[0]), inputFactor_, Columns(), jtu,
                first, count);
        },
        [&](int sample) {
          withActivation(network_.activation, [&](auto sigma) {
            linearizeAt<decltype(sigma)>(x, sample);
            loadSample(u, sample, Columns(), outputFactor_, single_.output());
            single_.template applyAdjoint<decltype(sigma)>();
          });
          storeSample(single_.input(), inputFactor_, Columns(), jtu, sample);
        });
  }

private:
  using Columns = typename LoadBatch<Tile>::Columns;
  /// Of the host; on a device unused, and without vectors, which nvcc does not take.
  using Single = SingleSample<S, Tile::onHost ? vectorBytes : static_cast<int>(sizeof(S))>;

  /// Whole tiles such that the few arrays in use at a time stay in the first cache.
  static int samplesOfChunk(const Network& network) {
    if (!Tile::onHost) return 1 << 16;
    const int perSample = 3 * network.widest() * static_cast<int>(sizeof(S));
    return std::clamp((32 << 10) / perSample, Tile::samples, samplesOfGroup) / Tile::samples * Tile::samples;
  }

  static ParameterView columns(const std::vector<double>& values) {
    return toDevice("terrace::Surrogate::values", values);
  }
  static std::vector<double> inverted(std::vector<double> values) {
    for (double& value : values) value = 1 / value;
    return values;
  }

  // Chunks of samples, then, on the host, the few that would fill a small part of a tile.
  template <class OnChunk, class OnSample>
  void forEachPart(const ConstBatch& x, const OnChunk& onChunk, const OnSample& onSample) {
    const int all = static_cast<int>(x.extent(0));
    int rest = hasSingle_ ? all % Tile::samples : 0;
    if (rest > Tile::samples / 4) rest = 0;
    for (int first = 0; first < all - rest; first += chunkSamples_)
      onChunk(first, std::min(chunkSamples_, all - rest - first));
    if constexpr (Tile::onHost)
      for (int sample = all - rest; sample < all; ++sample) onSample(sample);
    space_.fence();
  }

  Pass<Tile> pass(int samples) const { return {space_, &theta_, samples}; }
  LayerArrays<Tile>& inputs() {
    inputs_.reserve("terrace::Surrogate::inputs", 2, network_.features(), chunkSamples_);
    return inputs_;
  }
  LayerArrays<Tile>& outputs() {
    outputs_.reserve("terrace::Surrogate::outputs", 1, network_.outputs, chunkSamples_);
    return outputs_;
  }

  void load(const ConstBatch& from, int first, int count, const Columns& shift, const Columns& factor,
            const typename Tile::Slab& to) const {
    loadBatch(space_, LoadBatch<Tile>{from, to, shift, factor, first, count});
  }
  void store(const typename Tile::ConstSlab& from, const Columns& factor, const Columns& shift,
             const Batch& to, int first, int count) const {
    storeBatch(space_, StoreBatch<Tile>{from, to, factor, shift, first, count});
  }
  static void loadSample(const ConstBatch& from, int sample, const Columns& shift, const Columns& factor,
                         S* to) {
    const bool hasShift = shift.extent(0) > 0;
    for (std::size_t j = 0; j < from.extent(1); ++j)
      to[j] = static_cast<S>((from(sample, j) - (hasShift ? shift(j) : 0.0)) * factor(j));
  }
  static void storeSample(const S* from, const Columns& factor, const Columns& shift, const Batch& to,
                          int sample) {
    const bool hasShift = shift.extent(0) > 0;
    for (std::size_t j = 0; j < to.extent(1); ++j)
      to(sample, j) = static_cast<double>(from[j]) * factor(j) + (hasShift ? shift(j) : 0.0);
  }
  template <class Sigma>
  void linearizeAt(const ConstBatch& x, int sample) {
    loadSample(x, sample, inputShift_, inputFactor_, single_.input());
    single_.template linearize<Sigma>();
  }

  Space space_;
  Network network_;
  ParameterLayout layout_;
  int chunkSamples_;
  PackedParameters<Tile> theta_;
  Chain<Tile> chain_;
  ParameterView inputShift_, inputFactor_, outputFactor_, outputShift_;
  bool hasSingle_; ///< Whether the fast path of few samples knows the network.
  Single single_;
  LayerArrays<Tile> inputs_;  ///< x and v, or the derivative by x: features x chunk
  LayerArrays<Tile> outputs_; ///< y, its tangent, or u
};

} // namespace terrace::resnet::detail
