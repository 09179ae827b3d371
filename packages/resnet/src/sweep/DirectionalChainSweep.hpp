#pragma once

#include "layers/directional/DirectionalChain.hpp"
#include "metric/FactorMoments.hpp"
#include "sweep/ChunkSize.hpp"
#include "sweep/DeviceWorkspace.hpp"
#include "sweep/DirectionalSweep.hpp"
#include "sweep/ForEachChunk.hpp"
#include "sweep/GroupSums.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace terrace::resnet::detail {

/// The columns of a chunk of samples through the layers of a DirectionalChain.
///
/// A chunk has about as many columns as a ChainSweep's has samples; it is a whole group of samples or a fixed
/// part of one, whatever the number of directions. Include only where it is instantiated.
template <class Tile>
class DirectionalChainSweep final : public DirectionalSweep {
public:
  DirectionalChainSweep(const Network& network, int wantedSamples)
      : network_(network), layout_(network), wantedSamples_(wantedSamples), theta_(network, layout_),
        chain_(network, layout_) {}

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override {
    prepare(samples, false);
    theta_.set(space_, theta, Transposes::None);
    SweepSums totals;
    forEachChunk<Tile>(
        samples, chunkSamples_,
        [&](const Chunk& chunk) {
          evaluateLoss(chunk, forward({space_, &theta_, columnsOf(chunk)}, chunk));
        },
        [&] { groupSums_->moveInto(space_, totals); });
    return totals;
  }

  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient, FactorMoments* moments = nullptr) override {
    prepare(samples, false);
    theta_.set(space_, theta, Transposes::AfterLift);
    const DerivativeSums sums = derivativeSums(gradient);
    std::optional<MomentSums> momentSums;
    if (moments != nullptr) {
      clear(moments->sums);
      momentSums = MomentSums{&moments->layout, {moments->partial, moments->sums, sums.wholeGroups}};
    }
    SweepSums totals;
    forEachChunk<Tile>(
        samples, chunkSamples_,
        [&](const Chunk& chunk) {
          const ColumnPass<Tile> pass{space_, &theta_, columnsOf(chunk),
                                      &sums,  nullptr, momentSums ? &*momentSums : nullptr};
          evaluateLoss(chunk, forward(pass, chunk));
          chain_.backward(pass, delta_[0]);
        },
        [&] {
          groupSums_->moveInto(space_, totals);
          if (sums.wholeGroups) return;
          moveInto(partial_, gradient);
          if (moments != nullptr) moveInto(moments->partial, moments->sums);
        });
    return totals;
  }

  bool gathersMoments() const override { return Tile::onHost; }

  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override {
    prepare(samples, true);
    if (!direction_.allocated()) direction_ = PackedParameters<Tile>(network_, layout_);
    theta_.set(space_, theta, Transposes::AfterLift);
    direction_.set(space_, direction, Transposes::AfterLift);
    const DerivativeSums sums = derivativeSums(product);
    forEachChunk<Tile>(
        samples, chunkSamples_,
        [&](const Chunk& chunk) {
          hessianProductOf({space_, &theta_, columnsOf(chunk), &sums, &direction_}, chunk, kind);
        },
        [&] {
          if (!sums.wholeGroups) moveInto(partial_, product);
        });
    groupSums_->clear(space_);
  }

  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override {
    return rows(theta, samples, -1, 0);
  }
  std::vector<double> tangents(const ConstParameterView& theta, const SampleSet& samples) override {
    return rows(theta, samples, 0, samples.directions());
  }
  std::vector<double> outputsAndTangents(const ConstParameterView& theta, const SampleSet& samples) override {
    return rows(theta, samples, -1, samples.directions());
  }

private:
  using ExecutionSpace = typename Tile::Execution;
  using Scalar = typename Tile::Scalar;
  using ConstSlab = typename Tile::ConstSlab;
  using Sums = typename LossOperands<Tile>::Sums;

  /// Chunk size and arrays for the directions of these samples.
  void prepare(const SampleSet& samples, bool withTangents) {
    const int columns = 1 + samples.directions();
    const int wanted = wantedSamples_ > 0 ? wantedSamples_ : defaultChunkSamples<Tile>(network_) / columns;
    chunkSamples_ = chunkSamples<Tile>(network_, std::max(1, wanted));
    const bool fits = chunkSamples_ * columns <= reservedColumns_ && chunkSamples_ <= reservedSamples_;
    if (fits && (hasTangents_ || !withTangents)) return;
    reservedSamples_ = std::max(chunkSamples_, reservedSamples_);
    reservedColumns_ = std::max(chunkSamples_ * columns, reservedColumns_);
    hasTangents_ = hasTangents_ || withTangents;
    chain_.reserve(reservedColumns_, hasTangents_);
    inputs_ = {"terrace::resnet::directionalInputs", 1, network_.features(), reservedColumns_};
    delta_ = {"terrace::resnet::directionalLoss", hasTangents_ ? 2 : 1, network_.outputs, reservedColumns_};
    sums_ = Sums("terrace::resnet::sums", static_cast<std::size_t>(derivativeSumRows),
                 static_cast<std::size_t>(reservedSamples_));
    groupSums_ = std::make_unique<GroupSums<ExecutionSpace, Sums>>(sums_);
  }

  Columns columnsOf(const Chunk& chunk) const {
    return {roundUp(chunk.count, Tile::samples), chunk.samples->directions()};
  }

  DerivativeSums derivativeSums(const CompensatedView& sums) {
    const bool wholeGroups = Tile::onHost && chunkSamples_ >= samplesOfGroup;
    if (!wholeGroups && partial_.extent(0) == 0)
      partial_ = ParameterView("terrace::resnet::partial", static_cast<std::size_t>(layout_.size()));
    clear(sums);
    if constexpr (!Tile::onHost) {
      const long size = device::workspaceOf(network_, layout_, reservedColumns_);
      if (static_cast<long>(pieces_.extent(0)) < size)
        pieces_ = ParameterView("terrace::resnet::pieces", static_cast<std::size_t>(size));
    }
    return {partial_, sums, wholeGroups, pieces_};
  }

  /// The chunk's columns of `matrix`, whose rows from `row` on are those of one direction or all inputs.
  static typename Tile::SampleArray part(const SampleSet::Matrix<Scalar>& matrix, int row, int rows,
                                         const Chunk& chunk) {
    return typename Tile::SampleArray(matrix.data() + static_cast<std::size_t>(row) * matrix.extent(1) +
                                          chunk.first,
                                      static_cast<std::size_t>(rows), matrix.extent(1));
  }

  ConstSlab forward(const ColumnPass<Tile>& pass, const Chunk& chunk) {
    const auto& all = chunk.samples->template arrays<Scalar>();
    const int n = network_.features();
    const auto x = inputs_[0];
    pad<Tile>(space_, part(all.inputs, 0, n, chunk), x, chunk.count);
    if (all.directions.extent(0) == 0)
      pass.forEachSample("terrace::resnet::unitTangents", UnitTangents<Tile>{pass.columns, x});
    for (int d = 0; d < pass.columns.directions && all.directions.extent(0) > 0; ++d)
      pad<Tile>(space_, part(all.directions, d * n, n, chunk), columnsFrom<Tile>(x, pass.columns.of(d, 0)),
                chunk.count);
    return chain_.forward(pass, x);
  }

  static Scalar valueWeight(const SampleSet& samples) {
    return static_cast<Scalar>(1.0 / static_cast<double>(samples.globalCount()));
  }

  /// The loss of the outputs \p y, and its derivative in delta_.
  void evaluateLoss(const Chunk& chunk, const ConstSlab& y) const {
    const SampleSet& samples = *chunk.samples;
    const auto& all = samples.template arrays<Scalar>();
    LossOperands<Tile> o;
    o.y = y;
    o.targets = part(all.targets, 0, network_.outputs, chunk);
    o.targetShift = samples.targetShift();
    o.targetScale = samples.targetScale();
    o.delta = delta_[0];
    o.sums = sums_;
    o.weight = valueWeight(samples);
    o.count = chunk.count;
    leastSquares<Tile>(space_, o);
    const int rows = samples.directions() * network_.outputs;
    forEachTile<Tile>(space_, "terrace::resnet::derivativeLoss", chunk.count,
                      DerivativeLoss<Tile>{columnsOf(chunk), o, part(all.derivatives, 0, rows, chunk),
                                           samples.derivativeWeight()});
  }

  void hessianProductOf(const ColumnPass<Tile>& pass, const Chunk& chunk, HessianKind kind) {
    evaluateLoss(chunk, forward(pass, chunk));
    const auto Dy = delta_[1];
    pad<Tile>(space_, chain_.tangentForward(pass), Dy, pass.columns.all());
    const Scalar weight = valueWeight(*chunk.samples);
    const auto derivativeWeight = static_cast<Scalar>(chunk.samples->derivativeWeight()) * weight;
    pass.forEachSample("terrace::resnet::lossHessian",
                       DirectionalLossHessian<Tile>{pass.columns, Dy, weight, derivativeWeight, chunk.count});
    if (kind == HessianKind::Exact) {
      chain_.tangentBackward(pass, {delta_[0], Dy});
    } else {
      chain_.backward(pass, Dy); // J^T (H_loss J v): backward with the loss's derivative replaced
    }
  }

  /// Of directions first .. end - 1; -1 are the values.
  std::vector<double> rows(const ConstParameterView& theta, const SampleSet& samples, int first, int end) {
    prepare(samples, false);
    theta_.set(space_, theta, Transposes::None);
    const int length = network_.outputs * (end - first);
    std::vector<double> rows;
    const typename ColumnRows<Tile>::Rows device("terrace::resnet::outputRows",
                                                 static_cast<std::size_t>(chunkSamples_),
                                                 static_cast<std::size_t>(length));
    const auto host = Kokkos::create_mirror_view(device);
    forEachChunk<Tile>(
        samples, chunkSamples_,
        [&](const Chunk& chunk) {
          const auto y = forward({space_, &theta_, columnsOf(chunk)}, chunk);
          forEachTile<Tile>(space_, "terrace::resnet::outputRows", chunk.count,
                            ColumnRows<Tile>{{columnsOf(chunk).samples, end}, y, device, first, chunk.count});
          Kokkos::deep_copy(space_, host, device);
          space_.fence();
          rows.insert(rows.end(), host.data(),
                      host.data() + static_cast<std::ptrdiff_t>(chunk.count) * length);
        },
        [] {});
    return rows;
  }

  ExecutionSpace space_;
  Network network_;
  ParameterLayout layout_;
  int wantedSamples_;
  int chunkSamples_ = 0;
  int reservedSamples_ = 0;
  int reservedColumns_ = 0;
  bool hasTangents_ = false;

  PackedParameters<Tile> theta_;
  PackedParameters<Tile> direction_;
  DirectionalChain<Tile> chain_;
  LayerArrays<Tile> inputs_; ///< x and the directions: features x columns
  LayerArrays<Tile> delta_;  ///< Derivative of the loss by the outputs; the outputs' along the parameters
  Sums sums_;
  std::unique_ptr<GroupSums<ExecutionSpace, Sums>> groupSums_;
  ParameterView partial_; ///< Derivatives summed over the samples of a group, if a chunk is a part of it.
  ParameterView pieces_;  ///< Workspace of DerivativeSums on CUDA devices.
};

} // namespace terrace::resnet::detail
