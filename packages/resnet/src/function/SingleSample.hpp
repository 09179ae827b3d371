#pragma once

#include "kernels/common/Activations.hpp"
#include "kernels/common/Alignment.hpp"
#include "kernels/common/Pack.hpp"
#include "kernels/common/Panels.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace terrace::resnet::detail {

/// A network with fixed parameters for one sample at a time, on the host: neurons, not samples, lie in the
/// lanes of a pack, so that a batch of one fills them. Inputs and outputs are scaled.
template <class S, int registerBytes = vectorBytes>
class SingleSample {
public:
  /// Whether all stages are of kinds that it knows.
  static bool supports(const Network& network) {
    return std::all_of(network.stages.begin(), network.stages.end(),
                       [](const Stage& stage) { return stage.kind == StageKind::Dense; });
  }

  SingleSample() = default;

  /// \param[in] theta  in the order of ParameterLayout.
  SingleSample(const Network& network, const std::vector<double>& theta)
      : lift_(network.lift), features_(network.features()) {
    const ParameterLayout layout(network);
    const auto affine = [&](const ParameterRun& run, int group) {
      const double* values = theta.data() + run.groupOffset(group);
      return Affine(values, run.outputs(), run.inputs(),
                    run.hasBias() ? values + run.arrays[1].offset : nullptr);
    };
    if (layout.lift() != nullptr) liftLayer_ = affine(*layout.lift(), 0);
    int widest = std::max({network.widest(), features_, network.outputs});
    long activations = 0;
    for (int s = 0; s < static_cast<int>(network.stages.size()); ++s) {
      const Stage& stage = network.stages[at(s)];
      Steps steps;
      if (s > 0) steps.transition = affine(layout.transition(s), 0);
      for (int k = 0; k < stage.blocks; ++k) steps.blocks.push_back(affine(layout.blocks(s), k));
      steps.h = static_cast<S>(stage.timeStep());
      steps.width = padded(stage.shape.size());
      steps.firstActivation = activations;
      activations += static_cast<long>(steps.width) * stage.blocks;
      stages_.push_back(std::move(steps));
    }
    output_ = affine(layout.output(), 0);
    for (Array* array : {&x_, &y_, &q_, &z_, &dq_, &liftActivation_}) array->resize(at(padded(widest)));
    activations_.resize(static_cast<std::size_t>(activations));
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
    for (const Steps& stage : stages_) {
      if (stage.hasTransition()) through(stage.transition.columns, dq_, nullptr);
      for (int k = 0; k < stage.count(); ++k) {
        multiply(stage.blocks[at(k)].columns, dq_, z_, nullptr);
        forEachNeuronPack(stage, [&](int i) {
          storePack<Pack>(&dq_[at(i)], loadPack<Pack>(&dq_[at(i)]) +
                                           stage.h * slope<Sigma>(stage, k, i) * loadPack<Pack>(&z_[at(i)]));
        });
      }
    }
    multiply(output_.columns, dq_, y_, nullptr);
  }

  /// After linearize(): input = f'(x)^T output.
  template <class Sigma>
  void applyAdjoint() {
    multiply(output_.transposed, y_, dq_, nullptr); // lambda
    for (auto stage = stages_.rbegin(); stage != stages_.rend(); ++stage) {
      for (int k = stage->count() - 1; k >= 0; --k) {
        forEachNeuronPack(*stage, [&](int i) {
          storePack<Pack>(&z_[at(i)], stage->h * slope<Sigma>(*stage, k, i) * loadPack<Pack>(&dq_[at(i)]));
        });
        multiply(stage->blocks[at(k)].transposed, z_, dq_, dq_.data());
      }
      if (stage->hasTransition()) through(stage->transition.transposed, dq_, nullptr);
    }
    if (lift_ == Lift::Identity) {
      std::copy_n(dq_.begin(), features_, x_.begin());
      return;
    }
    if (lift_ == Lift::Activated) scaleByLiftSlope<Sigma>();
    multiply(liftLayer_.transposed, dq_, x_, nullptr);
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

  struct Affine {
    Affine() = default;
    Affine(const double* weights, int rows, int inputs, const double* bias_)
        : columns(rows, inputs, [&](int i, int j) { return weights[at(i) * at(inputs) + at(j)]; }),
          transposed(inputs, rows, [&](int i, int j) { return weights[at(j) * at(inputs) + at(i)]; }),
          bias(at(columns.rows)) {
      for (int i = 0; i < rows && bias_ != nullptr; ++i) bias[at(i)] = static_cast<S>(bias_[i]);
    }
    Columns columns;
    Columns transposed;
    Array bias;
  };

  /// A stage and the transition to it.
  struct Steps {
    Affine transition;
    std::vector<Affine> blocks;
    S h = 0;
    int width = 0; ///< padded
    long firstActivation = 0;

    bool hasTransition() const { return transition.columns.columns > 0; }
    int count() const { return static_cast<int>(blocks.size()); }
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
  static void set(const Affine& layer, const Array& x, Array& y) {
    multiply(layer.columns, x, y, layer.bias.data());
  }

  /// values = start + A values, by way of z.
  void through(const Columns& A, Array& values, const S* start) {
    multiply(A, values, z_, start);
    std::copy_n(z_.begin(), A.rows, values.begin());
  }

  template <class Function>
  static void forEachNeuronPack(const Steps& stage, const Function& f) {
    for (int i = 0; i < stage.width; i += Pack::lanes) f(i);
  }

  /// values = sigma(values) of the first \p count, whole packs, several side by side.
  template <class Sigma>
  static void activate(S* values, int count) {
    for (int row = 0; row < count;) {
      const int packs = std::min((count - row) / Pack::lanes, most);
      withRows<most>(packs, [&](auto n) {
        constexpr int together = decltype(n)::value;
        Value z[at(together)];
        for (int u = 0; u < together; ++u) z[u] = loadPack<Pack>(values + row + u * Pack::lanes);
        Sigma::template values<Pack, together>(z);
        for (int u = 0; u < together; ++u) storePack<Pack>(values + row + u * Pack::lanes, z[u]);
      });
      row += packs * Pack::lanes;
    }
  }

  template <class Sigma, bool keep>
  void forward() {
    if (lift_ == Lift::Identity) {
      std::fill(q_.begin(), q_.end(), S(0));
      std::copy_n(x_.begin(), features_, q_.begin());
    } else {
      set(liftLayer_, x_, q_);
      if (lift_ == Lift::Activated) activate<Sigma>(q_.data(), stages_.front().width);
      if (keep) liftActivation_ = q_;
    }
    for (const Steps& stage : stages_) {
      if (stage.hasTransition()) through(stage.transition.columns, q_, stage.transition.bias.data());
      for (int k = 0; k < stage.count(); ++k) {
        set(stage.blocks[at(k)], q_, z_);
        activate<Sigma>(z_.data(), stage.width);
        if (keep) std::copy_n(z_.begin(), stage.width, activations_.begin() + activationOf(stage, k));
        forEachNeuronPack(stage, [&](int i) {
          storePack<Pack>(&q_[at(i)], loadPack<Pack>(&q_[at(i)]) + stage.h * loadPack<Pack>(&z_[at(i)]));
        });
      }
    }
  }

  template <class Sigma>
  void startTangent() {
    if (lift_ == Lift::Identity) {
      std::fill(dq_.begin(), dq_.end(), S(0));
      std::copy_n(x_.begin(), features_, dq_.begin());
      return;
    }
    multiply(liftLayer_.columns, x_, dq_, nullptr);
    if (lift_ == Lift::Activated) scaleByLiftSlope<Sigma>();
  }

  template <class Sigma>
  void scaleByLiftSlope() {
    forEachNeuronPack(stages_.front(), [&](int i) {
      const Value a = loadPack<Pack>(&liftActivation_[at(i)]);
      storePack<Pack>(&dq_[at(i)], Sigma::template slope<Pack>(a) * loadPack<Pack>(&dq_[at(i)]));
    });
  }

  static long activationOf(const Steps& stage, int k) {
    return stage.firstActivation + static_cast<long>(k) * stage.width;
  }
  template <class Sigma>
  Value slope(const Steps& stage, int k, int i) const {
    return Sigma::template slope<Pack>(
        loadPack<Pack>(&activations_[static_cast<std::size_t>(activationOf(stage, k) + i)]));
  }

  Lift lift_ = Lift::Identity;
  int features_ = 0;
  Affine liftLayer_;
  std::vector<Steps> stages_;
  Affine output_;
  Array x_, y_, q_, z_, dq_;
  Array liftActivation_;
  Array activations_; ///< sigma(z_k) of all blocks
};

} // namespace terrace::resnet::detail
