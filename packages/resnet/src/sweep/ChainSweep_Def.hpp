#pragma once

#include "metric/FactorMoments.hpp"
#include "sweep/ChainSweep.hpp"
#include "sweep/ChunkSize.hpp"
#include "sweep/DeviceWorkspace.hpp"
#include "sweep/ForEachChunk.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace terrace::resnet::detail {

// rows(s, c) = y(c, s),  s < count
template <class Tile>
struct SampleRows {
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, typename Tile::Memory>;

  typename Tile::ConstSlab y;
  Rows rows;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples && s < count; ++s)
      for (int c = 0; c < static_cast<int>(y.extent(0)); ++c) rows(s, c) = static_cast<double>(y(c, s));
  }
};

template <class Tile>
ChainSweep<Tile>::ChainSweep(const Network& network, int wantedSamples)
    : network_(network), layout_(network), chunkSamples_(chunkSamples<Tile>(network, wantedSamples)),
      keptChunks_(keptChunks<Tile>(network, chunkSamples_)), theta_(network, layout_),
      chain_(network, layout_, chunkSamples_), loss_(network, chunkSamples_),
      inputs_("terrace::resnet::inputs", 1, network.features(), chunkSamples_), groupSums_(loss_.sums()) {}

template <class Tile>
DerivativeSums ChainSweep<Tile>::derivativeSums(const CompensatedView& sums) {
  const bool wholeGroups = chunksAreWholeGroups();
  if (!wholeGroups && partial_.extent(0) == 0)
    partial_ = ParameterView("terrace::resnet::partial", static_cast<std::size_t>(layout_.size()));
  clear(sums);
  if constexpr (!Tile::onHost) {
    const long size = device::workspaceOf(network_, layout_, chunkSamples_);
    if (static_cast<long>(pieces_.extent(0)) < size)
      pieces_ = ParameterView("terrace::resnet::pieces", static_cast<std::size_t>(size));
  }
  return {partial_, sums, wholeGroups, pieces_};
}

template <class Tile>
MomentSums ChainSweep<Tile>::momentSums(FactorMoments& moments) const {
  clear(moments.sums);
  return {&moments.layout, {moments.partial, moments.sums, chunksAreWholeGroups()}};
}

template <class Tile>
void ChainSweep<Tile>::loadInputs(const Chunk& chunk) {
  const auto& all = chunk.samples->template arrays<Scalar>().inputs;
  const typename Tile::SampleArray x(all.data() + chunk.first, all.extent(0), all.extent(1));
  pad<Tile>(space_, x, inputs_[0], chunk.count);
}

template <class Tile>
void ChainSweep<Tile>::forward(const Pass<Tile>& pass, const Chunk& chunk, Keep keep) {
  chain_.enterChunk(chunk.index, false);
  loadInputs(chunk);
  chain_.forward(pass, inputs_[0], loss_.outputs(), keep);
}

template <class Tile>
SweepSums ChainSweep<Tile>::value(const ConstParameterView& theta, const SampleSet& samples) {
  theta_.set(space_, theta, Transposes::None);
  SweepSums totals;
  forEachChunk<Tile>(
      samples, chunkSamples_,
      [&](const Chunk& chunk) {
        const Pass<Tile> pass{space_, &theta_, chunk.count};
        forward(pass, chunk, Keep::Nothing);
        loss_.evaluate(pass, chunk);
      },
      [&] { groupSums_.moveInto(space_, totals); });
  return totals;
}

template <class Tile>
SweepSums ChainSweep<Tile>::valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                                             const CompensatedView& gradient, FactorMoments* moments) {
  theta_.set(space_, theta, Transposes::AfterLift);
  const DerivativeSums sums = derivativeSums(gradient);
  std::optional<MomentSums> momentSums;
  if (moments != nullptr) momentSums = this->momentSums(*moments);
  SweepSums totals;
  forEachChunk<Tile>(
      samples, chunkSamples_,
      [&](const Chunk& chunk) {
        const Pass<Tile> pass{space_, &theta_, chunk.count,
                              &sums,  nullptr, momentSums ? &*momentSums : nullptr};
        forward(pass, chunk, Keep::Layers);
        loss_.evaluate(pass, chunk);
        chain_.backward(pass, inputs_[0], loss_.derivative());
      },
      [&] {
        groupSums_.moveInto(space_, totals);
        if (sums.wholeGroups) return;
        moveInto(partial_, gradient);
        if (moments != nullptr) moveInto(moments->partial, moments->sums);
      });
  return totals;
}

template <class Tile>
void ChainSweep<Tile>::hessianProductOf(const Chunk& chunk, HessianKind kind, const DerivativeSums& product) {
  const Pass<Tile> pass{space_, &theta_, chunk.count, &product, &direction_};
  chain_.enterChunk(chunk.index, chunk.index < keptChunks_);
  loadInputs(chunk);
  const auto dy = tangentOutputs_[0];
  chain_.forwardWithParameterTangent(pass, inputs_[0], loss_.outputs(), dy);
  loss_.evaluate(pass, chunk);
  loss_.multiplyByHessian(pass, chunk, dy);
  if (kind == HessianKind::Exact) {
    chain_.tangentBackward(pass, inputs_[0], loss_.derivative(), dy);
  } else {
    // J^T (H_loss J v): the backward sweep with the loss's derivative replaced.
    chain_.backward(pass, inputs_[0], dy);
  }
}

template <class Tile>
void ChainSweep<Tile>::hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                                      const SampleSet& samples, HessianKind kind,
                                      const CompensatedView& product) {
  if (!direction_.allocated()) direction_ = Parameters(network_, layout_);
  tangentOutputs_.reserve("terrace::resnet::tangentOutputs", 1, network_.outputs, chunkSamples_);
  theta_.set(space_, theta, Transposes::AfterLift);
  direction_.set(space_, direction, Transposes::AfterLift);
  if (keptChunks_ > 0 && lastProduct_.moveTo(theta, samples)) chain_.forget();
  const DerivativeSums sums = derivativeSums(product);
  forEachChunk<Tile>(
      samples, chunkSamples_, [&](const Chunk& chunk) { hessianProductOf(chunk, kind, sums); },
      [&] {
        if (!sums.wholeGroups) moveInto(partial_, product);
      });
  groupSums_.clear(space_);
}

template <class Tile>
void ChainSweep<Tile>::sumStatistics(const ConstParameterView& theta, const SampleSet& samples,
                                     const CompensatedView& sums) {
  theta_.set(space_, theta, Transposes::None);
  clear(sums);
  const StatisticSums statistics(sums);
  forEachChunk<Tile>(
      samples, chunkSamples_,
      [&](const Chunk& chunk) {
        Pass<Tile> pass{space_, &theta_, chunk.count};
        pass.statistics = &statistics;
        forward(pass, chunk, Keep::Nothing);
      },
      [] {});
}

template <class Tile>
std::vector<double> ChainSweep<Tile>::outputs(const ConstParameterView& theta, const SampleSet& samples) {
  theta_.set(space_, theta, Transposes::None);
  const auto count = static_cast<std::size_t>(samples.localCount());
  const auto columns = static_cast<std::size_t>(network_.outputs);
  std::vector<double> result(count * columns);
  using Rows = typename SampleRows<Tile>::Rows;
  static const std::string label = "terrace::resnet::sampleRows";
  const Rows rows(label, static_cast<std::size_t>(chunkSamples_), columns);
  const auto hostRows = Kokkos::create_mirror_view(rows);
  forEachChunk<Tile>(
      samples, chunkSamples_,
      [&](const Chunk& chunk) {
        forward({space_, &theta_, chunk.count}, chunk, Keep::Nothing);
        forEachTile<Tile>(space_, label, chunk.count, SampleRows<Tile>{loss_.outputs(), rows, chunk.count});
        Kokkos::deep_copy(space_, hostRows, rows);
        space_.fence();
        std::copy_n(hostRows.data(), static_cast<std::size_t>(chunk.count) * columns,
                    result.data() + static_cast<std::size_t>(chunk.first) * columns);
      },
      [] {});
  return result;
}

} // namespace terrace::resnet::detail
