#pragma once

#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/engine/StochasticIteration.hpp>
#include <terrace/multilevel/hierarchy/ValueAlone.hpp>
#include <terrace/multilevel/sampling/SampledObjectives.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent_Def.hpp>
#include <terrace/multilevel/stochastic/DiagonalMetric.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace {

template <class Real>
StochasticIteration<Real>::StochasticIteration(const LevelHierarchy<Real>& hierarchy,
                                               const SamplingParameters& parameters, std::uint64_t seed)
    : hierarchy_(hierarchy), objectives_(sampledObjectives(hierarchy)), parameters_(parameters), seed_(seed),
      checked_(hierarchy[0].vector->clone()) {}

template <class Real>
void StochasticIteration<Real>::restart() {
  descent_.reset();
  const long samples = objectives_.front()->samples();
  isActive_ = parameters_.batchSize > 0 ? parameters_.batchSize < samples : samples >= fewestSamples;
  nextTrial_ = 0;
}

// Of a sweep over all samples of the present level.
template <class Real>
double StochasticIteration<Real>::objectiveWork() const {
  const Level<Real>& level = hierarchy_[level_];
  return level.samples > 0
             ? level.work * static_cast<double>(objective().samples()) / static_cast<double>(level.samples)
             : level.work;
}

template <class Real>
double StochasticIteration<Real>::workOfStep() const {
  return objectiveWork() * static_cast<double>(batches_->size()) /
             static_cast<double>(objective().samples()) +
         metric_->workOfStep();
}

template <class Real>
void StochasticIteration<Real>::makeMetric(int level, const LevelState<Real>& state) {
  level_ = level;
  if (auto* source = dynamic_cast<MetricSource<Real>*>(&objective())) {
    metric_ = source->makeMetric({});
  } else {
    metric_ = ROL::makePtr<DiagonalMetric<Real>>(state.x->dual(), MetricOptions());
  }
}

// The descent on a level, from its iterate.
template <class Real>
void StochasticIteration<Real>::begin(int level, const LevelState<Real>& state) {
  makeMetric(level, state);
  useBatches(batchSize(objective().samples(), metric_->workOfStep()));
  trialRadius_ = 0;
  referenceIsTrial_ = false;
  descent_.emplace(*state.x, metric_, typename AveragedDescent<Real>::Options());
  descent_->start(*state.x);
}

// As many samples as make an epoch of a few hundred steps, or as keep the metric's arithmetic below a third
// of the sweeps'; yet an epoch has some steps. Whole groups where samples are taken together: the objective
// of a batch is then one of groups of the same size.
template <class Real>
long StochasticIteration<Real>::batchSize(long samples, double workOfMetric) const {
  if (parameters_.batchSize > 0) return parameters_.batchSize;
  constexpr long stepsOfEpoch = 240, mostSamples = 256;
  constexpr double metricShare = 1.0 / 3;
  const double workOfSample = objectiveWork() / static_cast<double>(samples);
  const long together = objective().samplesTogether();
  long size = (leastBatch + together - 1) / together * together;
  while (size < mostSamples && 2 * size * fewestBatches <= samples &&
         (size * stepsOfEpoch < samples ||
          workOfMetric > metricShare * static_cast<double>(size) * workOfSample))
    size *= 2;
  return size;
}

// Each level, and each size, has an order of its own. Where samples are taken together, groups that stayed
// the same would be learned by heart.
template <class Real>
void StochasticIteration<Real>::useBatches(long size) {
  batches_.emplace(objective().samples(), size, seed_ + static_cast<std::uint64_t>(1000 * size + level_),
                   objective().samplesTogether() > 1);
  nextBatch_ = 0;
}

template <class Real>
void StochasticIteration<Real>::enter(int level, LevelState<Real>& state, CycleRunner<Real>& cycles) {
  if (descent_ && descent_->steps() > 0 && level_ == level + 1)
    continueFromCoarser(level, state);
  else
    begin(level, state);
  estimate(state);
  if (!std::isfinite(state.value))
    throw std::runtime_error("The objective's value is not finite where level " + std::to_string(level) +
                             " starts.");
  if (level == 0) checked_->set(*state.x);
  workAtStart_ = workAtCheck_ = cycles.usefulWork();
  course_.assign(1, {static_cast<double>(state.value), workAtStart_});
  showRow(state, cycles, batches_->size(), Real(0), false);
}

// The descent on a level goes on where that on the coarser one ends: z - x goes up like the iterate, the step
// length as it is, since h times a block's parameters is what a step changes. Of the steps that would have
// cost the same here a quarter counts: averages and control must be able to follow what is new.
template <class Real>
void StochasticIteration<Real>::continueFromCoarser(int level, const LevelState<Real>& state) {
  constexpr double countedShare = 0.25;
  const double workBefore = static_cast<double>(descent_->steps()) * workOfStep();
  const AveragedDescent<Real> coarse = std::move(*descent_);
  begin(level, state);
  const ROL::Ptr<ROL::Vector<Real>> u = state.x->clone();
  hierarchy_[level].toCoarser->prolong(*u, coarse.lead());
  descent_->continueFrom(coarse, *state.x, *u, static_cast<long>(countedShare * workBefore / workOfStep()));
}

// Algorithm 5, step 1: the value at the start from some batches, of which the metric learns if steps go on
// from a coarser level. The first check is judged by it, with an allowance for its error.
template <class Real>
void StochasticIteration<Real>::estimate(LevelState<Real>& state) {
  constexpr long fewest = 4, most = 24;
  Objective& f = objective();
  const BatchReset<Real> reset(f);
  const bool learns = descent_->steps() > 0;
  const long count = std::clamp(f.samples() / (20 * batches_->size()), fewest, most);
  Real mean = 0, squares = 0;
  for (long i = 0; i < count; ++i) {
    f.setBatch(batches_->batch(nextBatch_++));
    const Real value = learns ? descent_->learn(f, *state.x) : valueAlone(f, *state.x);
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
  const bool hasContinued = course_.size() == 1 && descent_->steps() > 0; // and has made no step here
  const bool isFinite = steps(state, cycles);
  // A fast iterate that was brought along and leads uphill here is given up at once.
  if (hasContinued && !(meanOfBatches_ < checkedValue_)) descent_->restore();
  state.start->set(*state.x);
  state.x->set(descent_->iterate());
  state.start->axpy(Real(-1), *state.x);
  state.value = meanOfBatches_;
  showRow(state, cycles, batches_->size(), Real(0), true);
  course_.push_back({static_cast<double>(meanOfBatches_), cycles.usefulWork()});
  if (level_ == 0) {
    if (cycles.decided("check", isFinite && checkIsDue(cycles))) check(state, cycles);
    state.x->set(*checked_);
  }
  if (!isFinite) handOver(state, cycles);
  if (isActive_ && cycles.decided("trial", trialIsDue(cycles))) tryDeterministic(state, cycles);
  if (!isActive_) descent_.reset();
}

// A quarter of a sweep over all samples, later a part of the work so far; at least a few steps. False if
// values or gradients are again and again not finite.
template <class Real>
bool StochasticIteration<Real>::steps(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  constexpr int fewSteps = 8, mostFailures = 20;
  Objective& f = objective();
  const BatchReset<Real> reset(f);
  const double begin = cycles.usefulWork();
  const double end = begin + std::max(objectiveWork() / 4, (begin - workAtStart_) / 16);
  const double workOfCheck = level_ == 0 ? objectiveWork() / 3 : 0;
  long count = 0;
  int failures = 0;
  meanOfBatches_ = 0;
  while ((count < fewSteps || cycles.usefulWork() < end) && !cycles.limitReached(workOfCheck)) {
    f.setBatch(batches_->batch(nextBatch_++));
    if (!descent_->step(f)) {
      descent_->goBack();
      if (++failures < mostFailures) continue;
      break;
    }
    ++count;
    meanOfBatches_ += (descent_->batchValue() - meanOfBatches_) / static_cast<Real>(count);
  }
  if (count == 0) meanOfBatches_ = state.value;
  return failures < mostFailures;
}

template <class Real>
bool StochasticIteration<Real>::checkIsDue(const CycleRunner<Real>& cycles) const {
  const double work = cycles.usefulWork();
  const double distance = referenceIsTrial_ ? 2 * trialSweeps * objectiveWork()
                                            : std::max(2 * objectiveWork(), (work - workAtStart_) / 2);
  return cycles.limitReached(objectiveWork() / 3) || work - workAtCheck_ >= distance;
}

// Algorithm 5, step 4: the objective of all samples; where it has not decreased, the state of the last check
// returns. Where that was what a lost trial had reached, in half of the work, the trial's method is faster.
template <class Real>
void StochasticIteration<Real>::check(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  state.x->set(descent_->iterate());
  const Real value = valueAlone(objective(), *state.x);
  const bool accepted = cycles.decided("check accepted", value < checkedValue_);
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
  showRow(state, cycles, objective().batchSamples(), ratio, accepted);
  if (accepted) {
    referenceIsTrial_ = false;
  } else if (!referenceIsTrial_) {
    grow(state, cycles);
  } else if (!cycles.limitReached()) {
    handOver(state, cycles);
  }
}

// Batches that mislead grow, until they are everything: then the method is the deterministic one.
template <class Real>
void StochasticIteration<Real>::grow(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  const long samples = objective().samples();
  const double wanted = std::ceil(parameters_.growth * static_cast<double>(batches_->size()));
  if (wanted < static_cast<double>(samples)) {
    useBatches(static_cast<long>(wanted));
  } else if (!cycles.limitReached()) {
    handOver(state, cycles);
  }
}

// From here on the run makes deterministic cycles, from the iterate; on the finest level in the coordinates
// of the metric, as it is now.
template <class Real>
void StochasticIteration<Real>::handOver(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  isActive_ = false;
  // Coarse levels know nothing yet of the curvature, so corrections do not come first.
  state.recursion.recordCorrection(0, hierarchy_[level_].work);
  cycles.enter(level_);
  if (level_ == 0 && state.newton == ROL::nullPtr && descent_->steps() > 0) enterMetric(state);
  Real radius = descent_->lastStepNorm();
  // Mean squares of a batch's derivatives are at most the curvature over its size. Measured: a sixteenth.
  if (state.hasMetric()) radius = state.scaledGradientNorm() / static_cast<Real>(16 * batches_->size());
  if (trialRadius_ > Real(0)) radius = 2 * trialRadius_;
  if (!std::isfinite(radius) || !(radius > Real(0))) return;
  state.hasMetric() ? state.smoothingRadius.set(radius) : state.smoothingRadius.carryOver(radius);
}

// A metric that makes nothing, or no numbers, of a gradient is of no use.
template <class Real>
void StochasticIteration<Real>::enterMetric(LevelState<Real>& state) {
  state.setMetric(metric_);
  if (std::isfinite(state.scaledGradientNorm()) && state.scaledGradientNorm() > Real(0))
    state.secant.clear();
  else
    state.setMetric(ROL::nullPtr);
}

template <class Real>
bool StochasticIteration<Real>::trialIsDue(const CycleRunner<Real>& cycles) {
  // What follows a trial that wins must have the time to pay: as many sweeps of the finest level.
  if (cycles.limitReached(trialSweeps * hierarchy_[0].work) ||
      cycles.usefulWork() < std::max(nextTrial_, trialDistance * trialSweeps * hierarchy_[level_].work))
    return false;
  // Deterministic cycles have a smaller share of a limit on a coarse level; it may be spent already.
  isActive_ = false;
  const bool hasTime = !cycles.limitReached();
  isActive_ = true;
  return hasTime;
}

// Algorithm 5, step 5: some sweeps of deterministic cycles on the level's samples. If they decrease the value
// faster than stochastic steps do, the run keeps to them. If not, or if a coarse level's limit cuts them
// short, the stochastic steps continue from where they were, and the next trial comes at twice the work; on
// the finest level the next check must beat what the cycles reached.
template <class Real>
void StochasticIteration<Real>::tryDeterministic(LevelState<Real>& state, CycleRunner<Real>& cycles) {
  const double stochasticRate = rate();
  if (level_ == 0 && cycles.usefulWork() > workAtCheck_) check(state, cycles);
  if (!isActive_) return;
  handOver(state, cycles);
  const Real valueBefore = state.value;
  const double workBefore = cycles.usefulWork();
  const bool hadMetric = state.hasMetric();
  const double end = workBefore + trialSweeps * hierarchy_[level_].work;
  while (cycles.usefulWork() < end && !cycles.limitReached() && !state.isAtPrecisionFloor()) {
    cycles.runCycle(level_);
    if (cycles.idle()) break;
  }
  const double spent = cycles.usefulWork() - workBefore;
  const auto decrease = static_cast<double>(valueBefore - state.value);
  const bool isCut = cycles.limitReached();
  const bool isLast = isCut && level_ == 0;
  if (cycles.decided("trial won", isLast || (!isCut && decrease >= stochasticRate * spent))) return;
  isActive_ = true;
  nextTrial_ = 2 * cycles.usefulWork();
  trialRadius_ = hadMetric == state.hasMetric() ? state.smoothingRadius.value() : Real(0);
  if (state.hasMetric()) state.secant.clear();
  state.setMetric(ROL::nullPtr);
  if (level_ > 0) {
    state.x->set(descent_->iterate());
    state.value = meanOfBatches_;
  } else {
    checked_->set(*state.x);
    checkedValue_ = state.value;
    workAtCheck_ = cycles.usefulWork();
    referenceIsTrial_ = true;
  }
}

// Decrease of the batches' values per work unit, over the last half of the work on the level.
template <class Real>
double StochasticIteration<Real>::rate() const {
  const ProgressPoint& last = course_.back();
  std::size_t first = course_.size() - 1;
  while (first > 0 && last.work - course_[first].work < (last.work - course_.front().work) / 2) --first;
  const double work = last.work - course_[first].work;
  return work > 0 ? std::max(course_[first].value - last.value, 0.0) / work : 0.0;
}

template <class Real>
void StochasticIteration<Real>::showRow(LevelState<Real>& state, CycleRunner<Real>& cycles, long samples,
                                        Real ratio, bool accepted) {
  rowSamples_ = samples;
  state.gradientNorm = std::numeric_limits<Real>::quiet_NaN();
  const Real stepNorm = accepted ? state.start->norm() : Real(0);
  cycles.addRow(level_, ratio, stepNorm, accepted);
}

// Algorithm 5, step 6: the metric of deterministic steps after the hand-over.
template <class Real>
void StochasticIteration<Real>::visitMetric(StateArchive<Real>& archive, const std::string& name,
                                            LevelState<Real>& state, int level) {
  bool isUsed = state.hasMetric();
  archive.visitNumber(name + "_is_used", isUsed);
  if (!isUsed) return;
  if (archive.restores()) {
    const UncountedWork uncounted(*hierarchy_.work());
    makeMetric(level, state);
  }
  metric_->visitState(archive, name);
  if (archive.restores()) state.setMetric(metric_);
}

template <class Real>
void StochasticIteration<Real>::visitState(StateArchive<Real>& archive, const std::string& name,
                                           LevelState<Real>& state, int level) {
  archive.visitNumber(name + "/active", isActive_);
  bool hasDescent = descent_.has_value();
  archive.visitNumber(name + "/has_descent", hasDescent);
  if (!hasDescent) {
    descent_.reset();
    return visitMetric(archive, name + "/metric", state, level);
  }
  if (archive.restores()) {
    const UncountedWork uncounted(*hierarchy_.work());
    begin(level, state);
  }
  descent_->visitState(archive, name + "/descent");
  long size = batches_->size();
  archive.visitNumber(name + "/batch_size", size);
  if (archive.restores()) useBatches(size);
  archive.visitNumber(name + "/next_batch", nextBatch_);
  archive.visit(name + "/checked", *checked_);
  archive.visitNumber(name + "/checked_value", checkedValue_);
  archive.visitNumber(name + "/work_at_start", workAtStart_);
  archive.visitNumber(name + "/work_at_check", workAtCheck_);
  archive.visitNumber(name + "/mean_of_batches", meanOfBatches_);
  archive.visitNumber(name + "/next_trial", nextTrial_);
  archive.visitNumber(name + "/trial_radius", trialRadius_);
  archive.visitNumber(name + "/reference_is_trial", referenceIsTrial_);
  visitProgress(archive, name + "/course", course_);
}

} // namespace terrace
