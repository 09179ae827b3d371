#pragma once

#include "kernels/common/Activations.hpp"
#include "kernels/common/Alignment.hpp"
#include "kernels/common/Pack.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <vector>

namespace terrace::resnet::detail {

/// A network with fixed parameters for one sample at a time, on the host: neurons, not samples, lie in the
/// lanes of a pack, so that a batch of one fills them. Inputs and outputs are normalised.
template <class S, int registerBytes = vectorBytes>
class SingleSample {
public:
  SingleSample() = default;

  /// \param[in] theta  in the order of ParameterLayout.
  SingleSample(const Network& network, const std::vector<double>& theta)
      : network_(network), h_(static_cast<S>(network.step())), stride_(padded(network.width)) {
    const ParameterLayout layout(network);
    const int d = network.width;
    const double* all = theta.data();
    if (network.lift != Lift::Identity)
      lift_ = Layer(all + layout.liftOffset(), d, network.features,
                    layout.liftHasBias() ? all + layout.liftBias() : nullptr);
    for (int k = 0; k < network.blocks; ++k)
      blocks_.push_back(Layer(all + layout.blockOffset(k), d, d, all + layout.blockBias(k)));
    output_ = Layer(all + layout.outputOffset(), network.outputs, d, all + layout.outputBias());
    const auto longest = static_cast<std::size_t>(padded(std::max({d, network.features, network.outputs})));
    x_.resize(longest);
    y_.resize(longest);
    q_.resize(longest);
    z_.resize(longest);
    dq_.resize(longest);
    liftActivation_.resize(longest);
    activations_.resize(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(network.blocks));
  }

  /// The sample, then the tangent or the adjoint, before a call; the result is in output() or input().
  S* input() { return x_.data(); }
  S* output() { return y_.data(); }

  /// output = f(input)
  template <class Sigma>
  void apply() {
    forward<Sigma, false>();
    set(output_, q_, y_);
  }

  /// After linearize(): output = f'(x) input.
  template <class Sigma>
  void applyTangent() {
    startTangent<Sigma>();
    for (int k = 0; k < network_.blocks; ++k) {
      multiply(blocks_[static_cast<std::size_t>(k)].columns, dq_, z_, nullptr);
      forEachNeuronPack([&](int i) {
        storePack<Pack>(&dq_[at(i)],
                        loadPack<Pack>(&dq_[at(i)]) + h_ * slope<Sigma>(k, i) * loadPack<Pack>(&z_[at(i)]));
      });
    }
    multiply(output_.columns, dq_, y_, nullptr);
  }

  /// After linearize(): input = f'(x)^T output.
  template <class Sigma>
  void applyAdjoint() {
    multiply(output_.transposed, y_, dq_, nullptr); // lambda
    for (int k = network_.blocks - 1; k >= 0; --k) {
      forEachNeuronPack(
          [&](int i) { storePack<Pack>(&z_[at(i)], h_ * slope<Sigma>(k, i) * loadPack<Pack>(&dq_[at(i)])); });
      multiply(blocks_[static_cast<std::size_t>(k)].transposed, z_, dq_, dq_.data());
    }
    if (network_.lift == Lift::Identity) {
      std::copy_n(dq_.begin(), network_.features, x_.begin());
      return;
    }
    if (network_.lift == Lift::Activated) scaleByLiftSlope<Sigma>();
    multiply(lift_.transposed, dq_, x_, nullptr);
  }

  /// Keeps what the derivatives at the sample in input() need.
  template <class Sigma>
  void linearize() {
    forward<Sigma, true>();
  }

private:
  using Pack = PackOf<S, registerBytes / static_cast<int>(sizeof(S))>;
  using Value = typename Pack::Value;
  using Array = std::vector<S>;
  static constexpr int most = 4; ///< packs that are worked on together

  static constexpr std::size_t at(int i) { return static_cast<std::size_t>(i); }
  static int padded(int count) { return roundUp(count, Pack::lanes); }

  /// A matrix column by column, each padded with zeros to whole packs.
  struct Columns {
    Columns() = default;
    template <class Entry>
    Columns(int rowCount, int columnCount, const Entry& entry)
        : rows(padded(rowCount)), columns(columnCount), entries(at(rows) * at(columnCount)) {
      for (int j = 0; j < columnCount; ++j)
        for (int i = 0; i < rowCount; ++i) entries[at(j) * at(rows) + at(i)] = static_cast<S>(entry(i, j));
    }
    int rows = 0; ///< with the padding
    int columns = 0;
    Array entries;
  };

  struct Layer {
    Layer() = default;
    Layer(const double* weights, int rows, int inputs, const double* bias_)
        : columns(rows, inputs, [&](int i, int j) { return weights[at(i) * at(inputs) + at(j)]; }),
          transposed(inputs, rows, [&](int i, int j) { return weights[at(j) * at(inputs) + at(i)]; }),
          bias(at(columns.rows)) {
      for (int i = 0; i < rows && bias_ != nullptr; ++i) bias[at(i)] = static_cast<S>(bias_[i]);
    }
    Columns columns;
    Columns transposed;
    Array bias;
  };

  // y = start + A x for some packs of rows from `row` on; two sums a pack, since each waits for its own.
  template <int packs>
  static void multiplyRows(const Columns& A, const S* x, S* y, const S* start, int row) {
    Value even[at(packs)], odd[at(packs)];
    for (int u = 0; u < packs; ++u) {
      even[u] = start != nullptr ? loadPack<Pack>(start + row + u * Pack::lanes) : Value{};
      odd[u] = Value{};
    }
    const S* column = A.entries.data() + row;
    int j = 0;
    for (; j + 1 < A.columns; j += 2, column += 2 * A.rows)
      for (int u = 0; u < packs; ++u) {
        even[u] += loadPack<Pack>(column + u * Pack::lanes) * x[j];
        odd[u] += loadPack<Pack>(column + A.rows + u * Pack::lanes) * x[j + 1];
      }
    for (int u = 0; u < packs; ++u) {
      if (j < A.columns) even[u] += loadPack<Pack>(column + u * Pack::lanes) * x[j];
      storePack<Pack>(y + row + u * Pack::lanes, even[u] + odd[u]);
    }
  }

  /// y = start + A x; \p start may be y or null, \p x may not be y.
  static void multiply(const Columns& A, const Array& x, Array& y, const S* start) {
    for (int row = 0; row < A.rows;) {
      const int packs = std::min((A.rows - row) / Pack::lanes, most);
      withRows<most>(packs,
                     [&](auto n) { multiplyRows<decltype(n)::value>(A, x.data(), y.data(), start, row); });
      row += packs * Pack::lanes;
    }
  }
  static void set(const Layer& layer, const Array& x, Array& y) {
    multiply(layer.columns, x, y, layer.bias.data());
  }

  template <class Function>
  void forEachNeuronPack(const Function& f) const {
    for (int i = 0; i < stride_; i += Pack::lanes) f(i);
  }

  /// values = sigma(values), several packs side by side.
  template <class Sigma>
  void activate(S* values) const {
    for (int row = 0; row < stride_;) {
      const int packs = std::min((stride_ - row) / Pack::lanes, most);
      withRows<most>(packs, [&](auto n) {
        constexpr int count = decltype(n)::value;
        Value z[at(count)];
        for (int u = 0; u < count; ++u) z[u] = loadPack<Pack>(values + row + u * Pack::lanes);
        Sigma::template values<Pack, count>(z);
        for (int u = 0; u < count; ++u) storePack<Pack>(values + row + u * Pack::lanes, z[u]);
      });
      row += packs * Pack::lanes;
    }
  }

  template <class Sigma, bool keep>
  void forward() {
    if (network_.lift == Lift::Identity) {
      std::fill(q_.begin(), q_.end(), S(0));
      std::copy_n(x_.begin(), network_.features, q_.begin());
    } else {
      set(lift_, x_, q_);
      if (network_.lift == Lift::Activated) activate<Sigma>(q_.data());
      if (keep) liftActivation_ = q_;
    }
    for (int k = 0; k < network_.blocks; ++k) {
      set(blocks_[at(k)], q_, z_);
      activate<Sigma>(z_.data());
      if (keep) std::copy_n(z_.begin(), stride_, activations_.begin() + static_cast<long>(k) * stride_);
      forEachNeuronPack([&](int i) {
        storePack<Pack>(&q_[at(i)], loadPack<Pack>(&q_[at(i)]) + h_ * loadPack<Pack>(&z_[at(i)]));
      });
    }
  }

  template <class Sigma>
  void startTangent() {
    if (network_.lift == Lift::Identity) {
      std::fill(dq_.begin(), dq_.end(), S(0));
      std::copy_n(x_.begin(), network_.features, dq_.begin());
      return;
    }
    multiply(lift_.columns, x_, dq_, nullptr);
    if (network_.lift == Lift::Activated) scaleByLiftSlope<Sigma>();
  }

  template <class Sigma>
  void scaleByLiftSlope() {
    forEachNeuronPack([&](int i) {
      const Value a = loadPack<Pack>(&liftActivation_[at(i)]);
      storePack<Pack>(&dq_[at(i)], Sigma::template slope<Pack>(a) * loadPack<Pack>(&dq_[at(i)]));
    });
  }

  template <class Sigma>
  Value slope(int k, int i) const {
    return Sigma::template slope<Pack>(loadPack<Pack>(&activations_[at(k) * at(stride_) + at(i)]));
  }

  Network network_;
  S h_ = 0;
  int stride_ = 0; ///< the width, padded
  Layer lift_;
  std::vector<Layer> blocks_;
  Layer output_;
  Array x_, y_, q_, z_, dq_;
  Array liftActivation_;
  Array activations_; ///< sigma(z_k) of all blocks
};

} // namespace terrace::resnet::detail
