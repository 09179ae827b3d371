#pragma once

#include "kernels/host/LayerKernels.hpp"
#include "kernels/host/TangentKernels.hpp"
#include "sweep/BlockedSweep.hpp"

#include <algorithm>
#include <string>

namespace terrace::resnet::detail {

// groups(row, g) = sum of sums(row, s) over the samples s of group g;  sums = 0
template <class Sums>
struct SumGroups {
  Sums sums;
  Sums groups;
  std::size_t groupSize;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t item) const {
    const std::size_t row = item / groups.extent(1), group = item % groups.extent(1);
    const std::size_t first = group * groupSize, last = first + groupSize;
    double sum = 0;
    for (std::size_t s = first; s < last && s < sums.extent(1); ++s) {
      sum += sums(row, s);
      sums(row, s) = 0;
    }
    groups(row, group) = sum;
  }
};

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

// Adds the sums of each group of a block of samples to the totals and clears them. hostGroups: mirror of
// groups.
template <class Space, class Sums, class HostSums>
void moveSums(const Space& space, const Sums& sums, const Sums& groups, const HostSums& hostGroups,
              SweepSums& totals) {
  static const std::string label = "terrace::resnet::sumGroups";
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Space>(space, 0, sumRows * groups.extent(1)),
                       SumGroups<Sums>{sums, groups, SampleSet::dealtTogether});
  Kokkos::deep_copy(space, hostGroups, groups);
  space.fence();
  for (std::size_t group = 0; group < groups.extent(1); ++group) {
    totals.loss.add(hostGroups(lossRow, group));
    totals.score.add(hostGroups(scoreRow, group));
    totals.squaredTargets.add(hostGroups(targetRow, group));
  }
}

// Whole groups of samples that were dealt together, or equal parts of one, so that a group is summed in one
// order wherever it lies. A device is filled by as many samples as it holds instead.
template <class Tile>
int fittedBlockSamples(int samplesPerBlock) {
  if (!Tile::onHost) return roundUp(samplesPerBlock, Tile::samples);
  if (samplesPerBlock >= SampleSet::dealtTogether) return roundUp(samplesPerBlock, SampleSet::dealtTogether);
  const int blocks = (SampleSet::dealtTogether + samplesPerBlock - 1) / samplesPerBlock;
  return roundUp((SampleSet::dealtTogether + blocks - 1) / blocks, Tile::samples);
}

template <class Tile>
BlockedSweep<Tile>::BlockedSweep(const Network& network, int samplesPerBlock)
    : network_(network), layout_(network),
      blockSamples_(fittedBlockSamples<Tile>(
          samplesPerBlock > 0 ? samplesPerBlock
                              : defaultBlockSamples<Tile>(network, 2 * network.blocks + 1))),
      theta_(network, layout_),
      states_("terrace::resnet::states", network.blocks + 1, network.width, blockSamples_),
      activations_("terrace::resnet::activations", network.blocks, network.width, blockSamples_),
      inputs_("terrace::resnet::inputs", 1, network.features, blockSamples_),
      work_("terrace::resnet::adjoints", 3, network.width, blockSamples_),
      outputs_("terrace::resnet::outputs", 3, network.outputs, blockSamples_),
      sums_("terrace::resnet::sums", static_cast<std::size_t>(sumRows),
            static_cast<std::size_t>(blockSamples_)),
      groupSums_("terrace::resnet::groupSums", static_cast<std::size_t>(sumRows),
                 static_cast<std::size_t>(roundUp(blockSamples_, SampleSet::dealtTogether) /
                                          SampleSet::dealtTogether)),
      hostGroupSums_(Kokkos::create_mirror_view(groupSums_)), keptLayers_(network, blockSamples_) {}

template <class Tile>
void BlockedSweep<Tile>::allocateTangents() {
  if (direction_.allocated()) return;
  direction_ = Parameters(network_, layout_);
  tangents_ =
      LayerArrays<Tile>("terrace::resnet::tangents", network_.blocks + 1, network_.width, blockSamples_);
  preTangents_ =
      LayerArrays<Tile>("terrace::resnet::preTangents", network_.blocks + 1, network_.width, blockSamples_);
  tangentWork_ = LayerArrays<Tile>("terrace::resnet::tangentAdjoints", 3, network_.width, blockSamples_);
  tangentOutput_ = LayerArrays<Tile>("terrace::resnet::tangentOutputs", 1, network_.outputs, blockSamples_);
}

template <class Tile>
template <class OnBlock, class OnGroup>
void BlockedSweep<Tile>::forEachSampleBlock(const SampleSet& samples, OnBlock onBlock, OnGroup onGroupEnd) {
  const int all = samples.localCount();
  const int groupSize = Tile::onHost ? std::max(blockSamples_, SampleSet::dealtTogether) : blockSamples_;
  for (int group = 0; group < all; group += groupSize) {
    const int end = std::min(group + groupSize, all);
    for (int first = group; first < end; first += blockSamples_)
      onBlock(SampleBlock{&samples, first, std::min(blockSamples_, end - first)});
    onGroupEnd();
  }
}

template <class Tile>
DerivativeSums BlockedSweep<Tile>::derivativeSums(const CompensatedView& sums) {
  const bool wholeGroups = Tile::onHost && blockSamples_ >= SampleSet::dealtTogether;
  if (!wholeGroups && partial_.extent(0) == 0)
    partial_ = ParameterView("terrace::resnet::partial", static_cast<std::size_t>(layout_.size()));
  clear(sums);
  return {partial_, sums, wholeGroups};
}

template <class Tile>
void BlockedSweep<Tile>::loadInputs(const SampleBlock& block) {
  const auto& all = block.samples->template arrays<Scalar>().inputs;
  const typename Tile::SampleArray x(all.data() + block.first, all.extent(0), all.extent(1));
  pad<Tile>(space_, x, inputs_[0], block.count);
}

template <class Tile>
LossOperands<Tile> BlockedSweep<Tile>::lossOperands(const SampleBlock& block) const {
  LossOperands<Tile> operands;
  const SampleSet& samples = *block.samples;
  operands.y = outputs_[0];
  operands.p = outputs_[1];
  operands.delta = outputs_[2];
  operands.sums = sums_;
  operands.weight = static_cast<Scalar>(1.0 / static_cast<double>(samples.globalCount()));
  operands.count = block.count;
  if (samples.hasLabels()) {
    operands.labels = typename LossOperands<Tile>::Labels(samples.labels().data() + block.first,
                                                          static_cast<std::size_t>(block.count));
  } else {
    const auto& targets = samples.template arrays<Scalar>().targets;
    operands.targets =
        typename Tile::SampleArray(targets.data() + block.first, targets.extent(0), targets.extent(1));
    operands.targetShift = samples.targetShift();
    operands.targetScale = samples.targetScale();
  }
  return operands;
}

template <class Tile>
template <class Sigma>
void BlockedSweep<Tile>::lift(const SampleBlock& block, const Slab& first) {
  const int n = block.count;
  loadInputs(block);
  if (network_.lift == Lift::Identity) {
    pad<Tile>(space_, inputs_[0], first, n);
  } else {
    product<Tile>(space_, theta_.lift(), theta_.liftBias(), inputs_[0], first, false, n);
    if (network_.lift == Lift::Activated) activate<Tile, Sigma>(space_, first, n);
  }
}

template <class Tile>
void BlockedSweep<Tile>::output(const SampleBlock& block, const ConstSlab& last) {
  product<Tile>(space_, theta_.output(), theta_.outputBias(), last, outputs_[0], false, block.count);
}

template <class Tile>
template <class Sigma, typename BlockedSweep<Tile>::Keep keep>
void BlockedSweep<Tile>::forwardLayers(const SampleBlock& block, const Layers& a) {
  const auto h = static_cast<Scalar>(network_.step());
  lift<Sigma>(block, state(0, keep));
  for (int k = 0; k < network_.blocks; ++k)
    eulerStep<Tile, Sigma, keep == Keep::Layers>(space_, theta_.block(k), theta_.blockBias(k), h,
                                                 state(k, keep), a[k], state(k + 1, keep), block.count);
}

template <class Tile>
template <class Sigma, typename BlockedSweep<Tile>::Keep keep>
void BlockedSweep<Tile>::forward(const SampleBlock& block, const Layers& a) {
  forwardLayers<Sigma, keep>(block, a);
  output(block, state(network_.blocks, keep));
}

template <class Tile>
void BlockedSweep<Tile>::loss(const SampleBlock& block) {
  const auto operands = lossOperands(block);
  network_.loss == LossType::CrossEntropy ? crossEntropy(space_, operands) : leastSquares(space_, operands);
}

template <class Tile>
void BlockedSweep<Tile>::addOuterProduct(const Pair& first, const Pair& second, const DerivativeSums& sums,
                                         const GradientOffsets& offsets, int samples) {
  outerProduct<Tile>(space_, first.mu, first.x, second.mu, second.x, sums, offsets, samples);
}

// lambda_K = V^T delta;  mu_k = sigma'(z_k) lambda_{k+1};  lambda_k = lambda_{k+1} + h W_k^T mu_k
// derivatives: by (V, c): delta (q_K, 1)^T;  by (W_k, b_k): h mu_k (q_k, 1)^T;  lift: (sigma') lambda_0 (x,
// 1)^T
template <class Tile>
template <class Sigma>
void BlockedSweep<Tile>::backward(const SampleBlock& block, const Layers& a, const DerivativeSums& gradient) {
  const int n = block.count;
  const int last = network_.blocks;
  const typename Tile::Bias none;
  const Slab lambda = work_[0];
  const Slab delta = outputs_[2];
  addOuterProduct({delta, states_[last]}, {}, gradient, {layout_.outputOffset(), layout_.outputBias()}, n);
  product<Tile>(space_, theta_.outputTransposed(), none, delta, lambda, false, n);
  applySlope<Tile, Sigma>(space_, a[last - 1], lambda, work_[1 + (last - 1) % 2], n);
  for (int k = last - 1; k >= 0; --k) {
    const Slab mu = work_[1 + k % 2];
    addOuterProduct({mu, states_[k]}, {}, gradient, blockOffsets(k), n);
    if (k > 0) {
      adjointStep<Tile, Sigma>(space_, theta_.blockTransposed(k), mu, a[k - 1], lambda,
                               work_[1 + (k - 1) % 2], states_[k - 1], n);
    } else if (network_.lift != Lift::Identity) {
      product<Tile>(space_, theta_.blockTransposed(0), none, mu, lambda, true, n);
    }
  }
  if (network_.lift == Lift::Identity) return;
  if (network_.lift == Lift::Activated) applySlope<Tile, Sigma>(space_, states_[0], lambda, lambda, n);
  addOuterProduct({lambda, inputs_[0]}, {}, gradient, liftOffsets(), n);
}

// Tangents of the states along the direction (dQ, db; dW_k, db_k; dV, dc). With `advances` the states after
// the lift, which the activations then determine, are written along with them.
template <class Tile>
template <class Sigma, bool advances>
void BlockedSweep<Tile>::tangentLayers(const SampleBlock& block, const Layers& a) {
  const int n = block.count;
  const int last = network_.blocks;
  const auto h = static_cast<Scalar>(network_.step());
  const Slab liftTangent = preTangents_[last];
  if (network_.lift == Lift::Identity) {
    pad<Tile>(space_, ConstSlab(), tangents_[0], n);
  } else if (network_.lift == Lift::Linear) {
    product<Tile>(space_, direction_.lift(), direction_.liftBias(), inputs_[0], tangents_[0], false, n);
  } else {
    product<Tile>(space_, direction_.lift(), direction_.liftBias(), inputs_[0], liftTangent, false, n);
    applySlope<Tile, Sigma>(space_, states_[0], liftTangent, tangents_[0], n);
  }
  for (int k = 0; k < last; ++k) {
    const Product<Tile, Start::Bias, true> preActivation{theta_.block(k),     tangents_[k],
                                                         preTangents_[k],     direction_.blockBias(k),
                                                         direction_.block(k), states_[k]};
    tangentStep<Tile, Sigma, advances>(space_, preActivation, h, a[k], tangents_[k + 1], states_[k + 1], n);
  }
}

// Tangents of the outputs and of the loss's derivative.
template <class Tile>
void BlockedSweep<Tile>::tangentOutput(const SampleBlock& block) {
  const int n = block.count;
  const int last = network_.blocks;
  const Slab dy = tangentOutput_[0];
  product<Tile>(space_, direction_.output(), direction_.outputBias(), states_[last], dy, false, n);
  product<Tile>(space_, theta_.output(), typename Tile::Bias(), tangents_[last], dy, true, n);
  const auto weight = static_cast<Scalar>(1.0 / static_cast<double>(block.samples->globalCount()));
  const bool softmax = network_.loss == LossType::CrossEntropy;
  lossHessian(space_, LossHessian<Tile>{softmax ? ConstSlab(outputs_[1]) : ConstSlab(), dy, weight, n});
}

// The derivative of backward() along the direction: every product there gives two terms here. With kept
// adjoints lambda_k they are read, or written if the block has none yet.
template <class Tile>
template <class Sigma>
void BlockedSweep<Tile>::tangentBackward(const SampleBlock& block, const Layers& a, const Kept* kept,
                                         const DerivativeSums& result) {
  const int n = block.count;
  const int last = network_.blocks;
  const Scalar perUnit = 1 / Sigma::template unit<typename Tile::Pack>;
  const typename Tile::Bias none;
  const Slab lambda = work_[0], delta = outputs_[2];
  const Slab dlambda = tangentWork_[0], ddelta = tangentOutput_[0];
  const bool known = kept != nullptr && kept->hasAdjoints;
  const auto adjoint = [&](int k) -> ConstSlab { return known ? kept->adjoints[k] : lambda; };
  const auto keep = [&](int k) {
    if (kept != nullptr && !known) pad<Tile>(space_, lambda, kept->adjoints[k], n);
  };
  const auto curvature = [&](int k) {
    return ApplyCurvature<Tile, Sigma>{
        perUnit, a[k], preTangents_[k], adjoint(k + 1), dlambda, work_[1 + k % 2], tangentWork_[1 + k % 2]};
  };
  addOuterProduct({ddelta, states_[last]}, {delta, tangents_[last]}, result,
                  {layout_.outputOffset(), layout_.outputBias()}, n);
  if (!known) product<Tile>(space_, theta_.outputTransposed(), none, delta, lambda, false, n);
  keep(last);
  product<Tile>(space_, theta_.outputTransposed(), none, ddelta, dlambda, false, n);
  product<Tile>(space_, direction_.outputTransposed(), none, delta, dlambda, true, n);
  applyCurvature(space_, curvature(last - 1), n);
  for (int k = last - 1; k >= 0; --k) {
    const Slab mu = work_[1 + k % 2], dmu = tangentWork_[1 + k % 2];
    addOuterProduct({dmu, states_[k]}, {mu, tangents_[k]}, result, blockOffsets(k), n);
    if (k == 0) break;
    const Product<Tile, Start::Sum> pullBack{
        theta_.blockTransposed(k), mu, known ? Slab() : lambda, none, {}, {}};
    const Product<Tile, Start::Sum, true> tangentPullBack{theta_.blockTransposed(k),     dmu, dlambda, none,
                                                          direction_.blockTransposed(k), mu};
    tangentAdjointStep(space_,
                       TangentAdjointStep<Tile, Sigma>{
                           pullBack, tangentPullBack, curvature(k - 1), {states_[k - 1], tangents_[k - 1]}},
                       n);
    keep(k);
  }
  if (network_.lift == Lift::Identity) return;
  const Slab mu = work_[1], dmu = tangentWork_[1];
  if (!known) product<Tile>(space_, theta_.blockTransposed(0), none, mu, lambda, true, n);
  keep(0);
  addTwoProducts<Tile>(space_, theta_.blockTransposed(0), dmu, direction_.blockTransposed(0), mu, dlambda, n);
  if (network_.lift == Lift::Activated)
    applyCurvature(space_,
                   ApplyCurvature<Tile, Sigma>{Scalar(1), states_[0], preTangents_[last], adjoint(0), dlambda,
                                               lambda, dlambda},
                   n);
  addOuterProduct({dlambda, inputs_[0]}, {}, result, liftOffsets(), n);
}

template <class Tile>
template <class Sigma>
void BlockedSweep<Tile>::hessianBlock(const SampleBlock& block, HessianKind kind, Kept* kept,
                                      const DerivativeSums& product) {
  const Layers& a = kept != nullptr ? kept->activations : activations_;
  if (kept != nullptr && kept->hasActivations) {
    lift<Sigma>(block, states_[0]);
    tangentLayers<Sigma, true>(block, a);
  } else {
    forwardLayers<Sigma, Keep::Layers>(block, a);
    tangentLayers<Sigma, false>(block, a);
  }
  output(block, states_[network_.blocks]);
  loss(block);
  tangentOutput(block);
  if (kind == HessianKind::Exact) {
    tangentBackward<Sigma>(block, a, kept, product);
  } else {
    // J^T (H_loss J v): the backward sweep with the loss's derivative replaced.
    const auto from = tangentOutput_[0];
    const auto to = outputs_[2];
    pad<Tile>(space_, from, to, block.count);
    backward<Sigma>(block, a, product);
  }
  if (kept == nullptr) return;
  kept->hasActivations = true;
  kept->hasAdjoints = kept->hasAdjoints || kind == HessianKind::Exact;
}

template <class Tile>
SweepSums BlockedSweep<Tile>::value(const ConstParameterView& theta, const SampleSet& samples) {
  theta_.set(space_, theta, false);
  SweepSums totals;
  withActivation(network_.activation, [&](auto sigma) {
    forEachSampleBlock(
        samples,
        [&](const SampleBlock& block) {
          forward<decltype(sigma), Keep::Nothing>(block, activations_);
          loss(block);
        },
        [&] { moveSums(space_, sums_, groupSums_, hostGroupSums_, totals); });
  });
  return totals;
}

template <class Tile>
SweepSums BlockedSweep<Tile>::valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                                               const CompensatedView& gradient) {
  theta_.set(space_, theta, true);
  const DerivativeSums sums = derivativeSums(gradient);
  SweepSums totals;
  withActivation(network_.activation, [&](auto sigma) {
    forEachSampleBlock(
        samples,
        [&](const SampleBlock& block) {
          forward<decltype(sigma), Keep::Layers>(block, activations_);
          loss(block);
          backward<decltype(sigma)>(block, activations_, sums);
        },
        [&] {
          moveSums(space_, sums_, groupSums_, hostGroupSums_, totals);
          if (!sums.wholeGroups) moveInto(partial_, gradient);
        });
  });
  return totals;
}

template <class Tile>
void BlockedSweep<Tile>::hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                                        const SampleSet& samples, HessianKind kind,
                                        const CompensatedView& product) {
  allocateTangents();
  theta_.set(space_, theta, true);
  direction_.set(space_, direction, true);
  keptLayers_.setPoint(theta, samples);
  const DerivativeSums sums = derivativeSums(product);
  int index = 0;
  withActivation(network_.activation, [&](auto sigma) {
    forEachSampleBlock(
        samples,
        [&](const SampleBlock& block) {
          hessianBlock<decltype(sigma)>(block, kind, keptLayers_.block(index++), sums);
        },
        [&] {
          if (!sums.wholeGroups) moveInto(partial_, product);
        });
  });
  Kokkos::deep_copy(space_, sums_, 0.0);
  space_.fence();
}

template <class Tile>
std::vector<double> BlockedSweep<Tile>::outputs(const ConstParameterView& theta, const SampleSet& samples) {
  theta_.set(space_, theta, false);
  const auto count = static_cast<std::size_t>(samples.localCount());
  const auto columns = static_cast<std::size_t>(network_.outputs);
  std::vector<double> result(count * columns);
  using Rows = typename SampleRows<Tile>::Rows;
  static const std::string label = "terrace::resnet::sampleRows";
  const Rows rows(label, static_cast<std::size_t>(blockSamples_), columns);
  const auto hostRows = Kokkos::create_mirror_view(rows);
  withActivation(network_.activation, [&](auto sigma) {
    forEachSampleBlock(
        samples,
        [&](const SampleBlock& block) {
          forward<decltype(sigma), Keep::Nothing>(block, activations_);
          forEachTile<Tile>(space_, label, block.count, SampleRows<Tile>{outputs_[0], rows, block.count});
          Kokkos::deep_copy(space_, hostRows, rows);
          space_.fence();
          std::copy_n(hostRows.data(), static_cast<std::size_t>(block.count) * columns,
                      result.data() + static_cast<std::size_t>(block.first) * columns);
        },
        [] {});
  });
  return result;
}

} // namespace terrace::resnet::detail
