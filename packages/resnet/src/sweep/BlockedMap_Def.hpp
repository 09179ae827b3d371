#pragma once

#include "kernels/common/BatchKernels.hpp"
#include "kernels/host/LayerKernels.hpp"
#include "kernels/host/SingleSample.hpp"
#include "kernels/host/TangentKernels.hpp"
#include "sweep/SweepWorkspace.hpp"

#include <algorithm>
#include <vector>

namespace terrace::resnet::detail {

/// The map of a network with fixed parameters on \p Space, with states in \p Scalar: blocks of samples go
/// through all layers with the kernels of the sweeps; on the host the last few samples, and batches of a few,
/// go one by one (SingleSample). Include only where it is instantiated, as BlockedSweep_Def.hpp.
template <class Space, class Scalar>
class BlockedMap final : public NetworkMap {
public:
  BlockedMap(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
             const DataScaling& outputs)
      : network_(network), blockSamples_(samplesOfBlock(network)), theta_(network, ParameterLayout(network)),
        inputShift_(toDevice(inputs.shift)), inputFactor_(toDevice(inverted(inputs.scale))),
        outputFactor_(toDevice(outputs.scale)), outputShift_(toDevice(outputs.shift)) {
    theta_.set(space_, toDevice(parameters), true);
    if constexpr (Tile::onHost) single_ = decltype(single_)(network, parameters);
  }

  void apply(const ConstBatch& x, const Batch& y) override {
    forEachPart(
        x,
        [&](int first, int count) {
          withActivation(network_.activation,
                         [&](auto sigma) { applyTo<decltype(sigma)>(x, y, first, count); });
        },
        [&](int sample) {
          load(x, sample, inputShift_, inputFactor_, single_.input());
          withActivation(network_.activation, [&](auto sigma) { single_.template apply<decltype(sigma)>(); });
          store(single_.output(), outputFactor_, outputShift_, y, sample);
        });
  }

  void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) override {
    forEachPart(
        x,
        [&](int first, int count) {
          withActivation(network_.activation,
                         [&](auto sigma) { tangentOf<decltype(sigma)>(x, v, jv, first, count); });
        },
        [&](int sample) {
          withActivation(network_.activation, [&](auto sigma) {
            linearizeAt<decltype(sigma)>(x, sample);
            load(v, sample, Columns(), inputFactor_, single_.input());
            single_.template applyTangent<decltype(sigma)>();
          });
          store(single_.output(), outputFactor_, Columns(), jv, sample);
        });
  }

  void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) override {
    forEachPart(
        x,
        [&](int first, int count) {
          withActivation(network_.activation,
                         [&](auto sigma) { adjointOf<decltype(sigma)>(x, u, jtu, first, count); });
        },
        [&](int sample) {
          withActivation(network_.activation, [&](auto sigma) {
            linearizeAt<decltype(sigma)>(x, sample);
            load(u, sample, Columns(), outputFactor_, single_.output());
            single_.template applyAdjoint<decltype(sigma)>();
          });
          store(single_.input(), inputFactor_, Columns(), jtu, sample);
        });
  }

private:
  using Tile = TileOf<Space, Scalar>;
  using Slab = typename Tile::Slab;
  using Columns = typename LoadBatch<Tile>::Columns;

  // Whole tiles such that the few arrays in use at a time stay in the first cache.
  static int samplesOfBlock(const Network& network) {
    if (!Tile::onHost) return 1 << 16;
    const int perSample = 3 * network.width * static_cast<int>(sizeof(Scalar));
    return std::clamp((32 << 10) / perSample, Tile::samples, 128) / Tile::samples * Tile::samples;
  }

  static ParameterView toDevice(const std::vector<double>& values) {
    ParameterView view("terrace::Surrogate::values", values.size());
    const auto mirror = Kokkos::create_mirror_view(view);
    std::copy(values.begin(), values.end(), mirror.data());
    Kokkos::deep_copy(view, mirror);
    return view;
  }
  static std::vector<double> inverted(std::vector<double> values) {
    for (double& value : values) value = 1 / value;
    return values;
  }

  // Blocks of samples, then, on the host, the few that would fill a small part of a tile.
  template <class OnBlock, class OnSample>
  void forEachPart(const ConstBatch& x, const OnBlock& onBlock, const OnSample& onSample) {
    const int all = static_cast<int>(x.extent(0));
    int rest = Tile::onHost ? all % Tile::samples : 0;
    if (rest > Tile::samples / 4) rest = 0;
    for (int first = 0; first < all - rest; first += blockSamples_)
      onBlock(first, std::min(blockSamples_, all - rest - first));
    if constexpr (Tile::onHost)
      for (int sample = all - rest; sample < all; ++sample) onSample(sample);
    space_.fence();
  }

  static void load(const ConstBatch& from, int sample, const Columns& shift, const Columns& factor,
                   Scalar* to) {
    const bool hasShift = shift.extent(0) > 0;
    for (std::size_t j = 0; j < from.extent(1); ++j)
      to[j] = static_cast<Scalar>((from(sample, j) - (hasShift ? shift(j) : 0.0)) * factor(j));
  }
  static void store(const Scalar* from, const Columns& factor, const Columns& shift, const Batch& to,
                    int sample) {
    const bool hasShift = shift.extent(0) > 0;
    for (std::size_t j = 0; j < to.extent(1); ++j)
      to(sample, j) = static_cast<double>(from[j]) * factor(j) + (hasShift ? shift(j) : 0.0);
  }
  template <class Sigma>
  void linearizeAt(const ConstBatch& x, int sample) {
    load(x, sample, inputShift_, inputFactor_, single_.input());
    single_.template linearize<Sigma>();
  }

  static void allocate(LayerArrays<Tile>& arrays, const char* label, int layers, int neurons, int samples) {
    if (!arrays.allocated()) arrays = LayerArrays<Tile>(label, layers, neurons, samples);
  }
  void allocateStates() {
    allocate(inputs_, "terrace::Surrogate::inputs", 2, network_.features, blockSamples_);
    allocate(states_, "terrace::Surrogate::states", 2, network_.width, blockSamples_);
    allocate(activations_, "terrace::Surrogate::activation", 1, network_.width, blockSamples_);
    allocate(outputs_, "terrace::Surrogate::outputs", 1, network_.outputs, blockSamples_);
  }

  template <class Sigma>
  void liftInputs(const ConstBatch& x, int first, int n) {
    loadBatch(space_, LoadBatch<Tile>{x, inputs_[0], inputShift_, inputFactor_, first, n});
    if (network_.lift == Lift::Identity) {
      pad<Tile>(space_, inputs_[0], states_[0], n);
    } else {
      product<Tile>(space_, theta_.lift(), theta_.liftBias(), inputs_[0], states_[0], false, n);
      if (network_.lift == Lift::Activated) activate<Tile, Sigma>(space_, states_[0], n);
    }
  }

  // From states k to k + 1, which take turns; a = sigma(z_k) if it is kept.
  template <class Sigma, bool keepsActivation>
  void step(int k, const Slab& a, int n) {
    eulerStep<Tile, Sigma, keepsActivation>(space_, theta_.block(k), theta_.blockBias(k),
                                            static_cast<Scalar>(network_.step()), states_[k % 2], a,
                                            states_[(k + 1) % 2], n);
  }

  template <class Sigma>
  void applyTo(const ConstBatch& x, const Batch& y, int first, int n) {
    allocateStates();
    liftInputs<Sigma>(x, first, n);
    for (int k = 0; k < network_.blocks; ++k) step<Sigma, false>(k, activations_[0], n);
    product<Tile>(space_, theta_.output(), theta_.outputBias(), states_[network_.blocks % 2], outputs_[0],
                  false, n);
    storeBatch(space_, StoreBatch<Tile>{outputs_[0], y, outputFactor_, outputShift_, first, n});
  }

  template <class Sigma>
  void tangentOf(const ConstBatch& x, const ConstBatch& v, const Batch& jv, int first, int n) {
    allocateStates();
    allocate(tangents_, "terrace::Surrogate::tangents", 2, network_.width, blockSamples_);
    const typename Tile::Bias none;
    const auto h = static_cast<Scalar>(network_.step());
    liftInputs<Sigma>(x, first, n);
    loadBatch(space_, LoadBatch<Tile>{v, inputs_[1], Columns(), inputFactor_, first, n});
    if (network_.lift == Lift::Identity) {
      pad<Tile>(space_, inputs_[1], tangents_[0], n);
    } else {
      product<Tile>(space_, theta_.lift(), none, inputs_[1], tangents_[0], false, n);
      if (network_.lift == Lift::Activated)
        applySlope<Tile, Sigma>(space_, states_[0], tangents_[0], tangents_[0], n);
    }
    for (int k = 0; k < network_.blocks; ++k) {
      step<Sigma, true>(k, activations_[0], n);
      tangentStep<Tile, Sigma, false>(
          space_, Product<Tile, Start::Zero>{theta_.block(k), tangents_[k % 2], {}, none, {}, {}}, h,
          activations_[0], tangents_[(k + 1) % 2], {}, n);
    }
    product<Tile>(space_, theta_.output(), none, tangents_[network_.blocks % 2], outputs_[0], false, n);
    storeBatch(space_, StoreBatch<Tile>{outputs_[0], jv, outputFactor_, Columns(), first, n});
  }

  // lambda_K = V^T u;  mu_k = sigma'(z_k) lambda_{k+1};  lambda_k = lambda_{k+1} + h W_k^T mu_k;  then the
  // lift
  template <class Sigma>
  void adjointOf(const ConstBatch& x, const ConstBatch& u, const Batch& jtu, int first, int n) {
    allocateStates();
    allocate(kept_, "terrace::Surrogate::activations", network_.blocks, network_.width, blockSamples_);
    allocate(adjoints_, "terrace::Surrogate::adjoints", 4, network_.width, blockSamples_);
    const typename Tile::Bias none;
    const int last = network_.blocks;
    const bool activatedLift = network_.lift == Lift::Activated;
    liftInputs<Sigma>(x, first, n);
    if (activatedLift) pad<Tile>(space_, states_[0], adjoints_[3], n);
    for (int k = 0; k < last; ++k) step<Sigma, true>(k, kept_[k], n);

    const Slab lambda = adjoints_[0];
    loadBatch(space_, LoadBatch<Tile>{u, outputs_[0], Columns(), outputFactor_, first, n});
    product<Tile>(space_, theta_.outputTransposed(), none, outputs_[0], lambda, false, n);
    applySlope<Tile, Sigma>(space_, kept_[last - 1], lambda, adjoints_[1 + (last - 1) % 2], n);
    for (int k = last - 1; k > 0; --k)
      adjointStep<Tile, Sigma>(space_, theta_.blockTransposed(k), adjoints_[1 + k % 2], kept_[k - 1], lambda,
                               adjoints_[1 + (k - 1) % 2], {}, n);
    product<Tile>(space_, theta_.blockTransposed(0), none, adjoints_[1], lambda, true, n);
    if (activatedLift) applySlope<Tile, Sigma>(space_, adjoints_[3], lambda, lambda, n);
    const bool hasLift = network_.lift != Lift::Identity;
    if (hasLift) product<Tile>(space_, theta_.liftTransposed(), none, lambda, inputs_[0], false, n);
    storeBatch(space_,
               StoreBatch<Tile>{hasLift ? inputs_[0] : lambda, jtu, inputFactor_, Columns(), first, n});
  }

  Space space_;
  Network network_;
  int blockSamples_;
  SweepParameters<Tile> theta_;
  ParameterView inputShift_, inputFactor_, outputFactor_, outputShift_;
  /// Of the host; on a device unused, and without vectors, which nvcc does not take.
  SingleSample<Scalar, Tile::onHost ? vectorBytes : static_cast<int>(sizeof(Scalar))> single_;

  LayerArrays<Tile> inputs_;      ///< x, v: features x block
  LayerArrays<Tile> states_;      ///< two states that take turns
  LayerArrays<Tile> activations_; ///< of one layer
  LayerArrays<Tile> outputs_;
  LayerArrays<Tile> tangents_; ///< two that take turns
  LayerArrays<Tile> kept_;     ///< activations of all layers
  LayerArrays<Tile> adjoints_; ///< lambda, two mu that take turns, the lift's activation
};

} // namespace terrace::resnet::detail
