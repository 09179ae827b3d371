#include "objective/Prediction.hpp"

#include "objective/RecentPoints.hpp"
#include "parameters/DeviceCopies.hpp"

namespace terrace::resnet::detail {
namespace {

// From Sweep::sumStatistics(), summed over all ranks.
NormalizationStatistics averages(const Network& network, const std::vector<double>& sums, long samples) {
  NormalizationStatistics statistics;
  const auto count = static_cast<double>(samples);
  for (const NormalizedLayer& layer : normalizedLayers(network))
    for (long c = 0; c < layer.channels; ++c) {
      statistics.means.push_back(sums[static_cast<std::size_t>(layer.gainOffset + c)] / count);
      statistics.variances.push_back(sums[static_cast<std::size_t>(layer.biasOffset + c)] / count);
    }
  return statistics;
}

} // namespace

Prediction::Prediction(const ROL::Ptr<const ParameterSpace>& space, const SampleSet& training, Sweep& sweep,
                       int chunkSamples)
    : space_(space), training_(training), trainingSweep_(sweep), chunkSamples_(chunkSamples) {
  for (KeptStatistics& kept : kept_) kept.x = space_->createVector();
}

const NormalizationStatistics& Prediction::statistics(const ParameterVector& x) {
  if (const KeptStatistics* known = findPoint(kept_, x, uses_)) return known->statistics;
  KeptStatistics& kept = oldestPoint(kept_);
  const CompensatedView sums("terrace::Prediction::sums", static_cast<std::size_t>(space_->layout().size()));
  trainingSweep_.sumStatistics(toDevice("terrace::Prediction::theta", space_->gatherToAll(x)), training_,
                               sums);
  const auto total = space_->createDualVector();
  space_->sumOntoOwners(sums, *total);
  kept.statistics = averages(space_->network(), space_->gatherToAll(*total), training_.globalCount());
  kept.x->set(x);
  kept.lastUse = ++uses_;
  return kept.statistics;
}

// The sweep for samples of this scalar, and theta_ at x.
Sweep& Prediction::moveTo(const ParameterVector& x, const SampleSet& samples) {
  const auto folded = predictionNetwork(space_->network(), space_->gatherToAll(x), statistics(x));
  theta_ = toDevice("terrace::Prediction::theta", folded.parameters);
  auto& sweep = sweeps_[samples.scalar() == SweepScalar::Float ? 1U : 0U];
  if (!sweep) sweep = makeSweep(folded.network, samples.scalar(), chunkSamples_);
  return *sweep;
}

SweepSums Prediction::value(const ParameterVector& x, const SampleSet& samples) {
  return moveTo(x, samples).value(theta_, samples);
}

std::vector<double> Prediction::outputs(const ParameterVector& x, const SampleSet& samples) {
  return moveTo(x, samples).outputs(theta_, samples);
}

} // namespace terrace::resnet::detail
