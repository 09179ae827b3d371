#pragma once

#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/engine/StochasticIteration.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent_Def.hpp>
#include <terrace/multilevel/stochastic/DiagonalMetric.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace terrace {

template <class Real>
StochasticIteration<Real>::StochasticIteration(const LevelHierarchy<Real>& hierarchy,
                                               const SamplingParameters& parameters, std::uint64_t seed)
    : hierarchy_(hierarchy), parameters_(parameters), seed_(seed), checked_(hierarchy[0].vector->clone()) {
  for (int level = 0; level < hierarchy.size(); ++level)
    if (dynamic_cast<Objective*>(hierarchy[level].objective.get()) == nullptr)
      throw ParameterError("Sampling: the objective of level " + std::to_string(level) +
                           " is no mean over samples (terrace::SampledObjective), so \"Type\" = \"Dynamic\" "
                           "cannot be had.");
}

template <class Real>
typename StochasticIteration<Real>::Objective& StochasticIteration<Real>::objective(int level) const {
  return dynamic_cast<Objective&>(*hierarchy_[level].objective);
}

template <class Real>
void StochasticIteration<Real>::restart() {
  wasActive_ = false;
  descent_.reset();
  const long samples = objective(0).samples();
  isActive_ = parameters_.batchSize(samples) < samples;
}

template <class Real>
struct AllOwnSamplesAfterwards {
  SampledObjective<Real>& objective;
  ~AllOwnSamplesAfterwards() { objective.resetBatch(); }
};

// The descent on a level, from its iterate.
template <class Real>
void StochasticIteration<Real>::begin(int level, const LevelState<Real>& state) {
  level_ = level;
  Objective& f = objective(level);
  if (!batches_) batches_.emplace(f.samples(), parameters_.batchSize(f.samples()), seed_);
  auto* source = dynamic_cast<MetricSource<Real>*>(&f);
  ROL::Ptr<AdaptiveMetric<Real>> metric;
  if (source != nullptr) {
    metric = source->makeMetric({});
  } else {
    metric = ROL::makePtr<DiagonalMetric<Real>>(state.x->dual(), MetricOptions());
  }
  descent_.emplace(*state.x, metric, typename AveragedDescent<Real>::Options());
  descent_->start(*state.x);
}

template <class Real>
void StochasticIteration<Real>::enter(int level, LevelState<Real>& state, CycleRunner<Real>& cycles) {
  begin(level, state);
  estimate(state);
  if (!std::isfinite(state.value))
    throw std::runtime_error("The objective's value is not finite where level " + std::to_string(level) +
                             " starts.");
  if (level == 0) checked_->set(*state.x);
  workAtStart_ = workAtCheck_ = cycles.usefulWork();
  showRow(state, cycles, batches_->size(), Real(0), false);
}

// The value at the start from some batches: the first check is judged by it, with an allowance for its error.
template <class Real>
void StochasticIteration<Real>::estimate(LevelState<Real>& state) {
  constexpr long fewest = 4, most = 24;
  Objective& f = objective(level_);
  const AllOwnSamplesAfterwards<Real> guard{f};
  const long count = std::clamp(f.samples() / (20 * batches_->size()), fewest, most);
  Real mean = 0, squares = 0;
  for (long i = 0; i < count; ++i) {
    f.setBatch(batches_->batch(nextBatch_++));
    Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
    f.update(*state.x, ROL::UpdateType::Temp);
    const Real value = f.value(*state.x, tolerance);
    const Real distance = value - mean;
    mean += distance / static_cast<Real>(i + 1);
    squares += distance * (value - mean);
  }
  constexpr Real allowance = 3;
  state.value = mean;
  checkedValue_ = mean + allowance * std::sqrt(squares / static_cast<Real>(count * (count - 1)));
}

template <class Real>
void StochasticIteration<Real>::iterate(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  wasActive_ = true;
  steps(state, cycles);
  state.start->set(*state.x);
  state.x->set(descent_->iterate());
  state.start->axpy(Real(-1), *state.x);
  state.value = meanOfBatches_;
  showRow(state, cycles, batches_->size(), Real(0), true);
  if (level_ > 0) return;
  if (checkIsDue(cycles)) check(state, cycles);
  state.x->set(*checked_);
}

// A quarter of a sweep over all samples, and at least a few steps.
template <class Real>
void StochasticIteration<Real>::steps(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  constexpr int fewSteps = 8;
  Objective& f = objective(level_);
  const AllOwnSamplesAfterwards<Real> guard{f};
  const double end = cycles.usefulWork() + sweepWork() / 4;
  const double workOfCheck = level_ == 0 ? sweepWork() / 3 : 0;
  long count = 0;
  meanOfBatches_ = 0;
  while ((count < fewSteps || cycles.usefulWork() < end) && !cycles.limitReached(workOfCheck)) {
    f.setBatch(batches_->batch(nextBatch_++));
    if (!descent_->step(f)) {
      descent_->goBack();
      continue;
    }
    ++count;
    meanOfBatches_ += (descent_->batchValue() - meanOfBatches_) / static_cast<Real>(count);
  }
  if (count == 0) meanOfBatches_ = state.value;
}

template <class Real>
bool StochasticIteration<Real>::checkIsDue(const CycleRunner<Real>& cycles) const {
  const double work = cycles.usefulWork();
  return cycles.limitReached(sweepWork() / 3) ||
         work - workAtCheck_ >= std::max(2 * sweepWork(), (work - workAtStart_) / 2);
}

// The objective of all samples at the model; where it has not decreased, the state of the last check returns.
template <class Real>
void StochasticIteration<Real>::check(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
  Objective& f = objective(level_);
  f.update(*state.x, ROL::UpdateType::Temp);
  const Real value = f.value(*state.x, tolerance);
  const bool accepted = value < checkedValue_;
  const Real promised = checkedValue_ - meanOfBatches_;
  const Real ratio = promised > Real(0) ? (checkedValue_ - value) / promised : Real(0);
  state.start->set(*checked_);
  if (accepted) {
    checked_->set(*state.x);
    checkedValue_ = value;
    descent_->keep();
  } else {
    state.x->set(*checked_);
    descent_->goBack();
  }
  state.value = checkedValue_;
  state.start->axpy(Real(-1), *state.x);
  workAtCheck_ = cycles.usefulWork();
  showRow(state, cycles, f.batchSamples(), ratio, accepted);
}

template <class Real>
void StochasticIteration<Real>::showRow(LevelState<Real>& state, CycleRunner<Real>& cycles, long samples,
                                        Real ratio, bool accepted) {
  rowSamples_ = samples;
  state.gradientNorm = std::numeric_limits<Real>::quiet_NaN();
  const Real stepNorm = accepted ? state.start->norm() : Real(0);
  cycles.addRow(level_, ratio, stepNorm, accepted);
}

template <class Real>
void StochasticIteration<Real>::visitState(StateArchive<Real>& archive, const std::string& name,
                                           LevelState<Real>& state, int level) {
  archive.visitNumber(name + "/active", isActive_);
  archive.visitNumber(name + "/was_active", wasActive_);
  bool hasDescent = descent_.has_value();
  archive.visitNumber(name + "/has_descent", hasDescent);
  if (!hasDescent) return;
  if (archive.restores()) begin(level, state);
  descent_->visitState(archive, name + "/descent");
  archive.visitNumber(name + "/next_batch", nextBatch_);
  archive.visit(name + "/checked", *checked_);
  archive.visitNumber(name + "/checked_value", checkedValue_);
  archive.visitNumber(name + "/work_at_start", workAtStart_);
  archive.visitNumber(name + "/work_at_check", workAtCheck_);
  archive.visitNumber(name + "/mean_of_batches", meanOfBatches_);
}

} // namespace terrace
