#pragma once

#include <terrace/multilevel/engine/BatchIteration_Def.hpp>
#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>
#include <terrace/multilevel/engine/NestedIteration_Def.hpp>
#include <terrace/multilevel/engine/StochasticIteration_Def.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace terrace {

template <class Real>
MultilevelTrustRegion<Real>::MultilevelTrustRegion(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                   Teuchos::ParameterList& parameters,
                                                   SolverContext<Real> context,
                                                   ROL::Ptr<const RunLimits> limits)
    : hierarchy_(hierarchy), parameters_(parameters.sublist("Step").sublist("Multilevel Trust Region")),
      context_(std::move(context)), limits_(std::move(limits)),
      levels_(hierarchy, parameters_, parameters.sublist("General").sublist("Secant")),
      nested_(parameters_, targetValue(parameters.sublist("Status Test"))) {
  const SamplingParameters sampling(parameters.sublist("Sampling"));
  if (sampling.isStochastic())
    stochastic_ = std::make_unique<StochasticIteration<Real>>(*hierarchy, sampling, context_.seed);
  if ((sampling.dynamic && !sampling.isStochastic()) || sampling.redrawsCoarseSamples)
    batches_ = std::make_unique<BatchIteration<Real>>(*hierarchy, sampling, parameters_.stagnationTolerance);
}

// Minus infinity for none.
template <class Real>
double MultilevelTrustRegion<Real>::targetValue(Teuchos::ParameterList& statusTest) {
  const double target = statusTest.get("Target Value", 0.0);
  return target != 0 ? target : -std::numeric_limits<double>::infinity();
}

template <class Real>
void MultilevelTrustRegion<Real>::enableOldUpdate() {
  for (int level = 0; level < levels(); ++level) levels_[level].model.enableOldUpdate();
}

// Resets everything; a run begins, whether it starts or resumes.
template <class Real>
void MultilevelTrustRegion<Real>::begin(ROL::Objective<Real>& objective) {
  record_ = {};
  rows_ = 0;
  lostWork_ = 0;
  idle_ = false;
  nested_.restart();
  for (int level = 0; level < levels(); ++level) levels_[level].restart(parameters_);
  if (batches_) batches_->restart();
  if (stochastic_) stochastic_->restart();
  levels_[0].model.setObjective(ROL::makePtrFromRef(objective));
}

template <class Real>
void MultilevelTrustRegion<Real>::initialize(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective) {
  begin(objective);
  levels_[0].x->set(x);
  if (parameters_.nestedIteration && levels() > 1) {
    nested_.start(levels_);
    nested_.run(levels_, *this);
  } else {
    enter(0);
  }
  startBatches();
}

template <class Real>
void MultilevelTrustRegion<Real>::resume(StateArchive<Real>& archive, ROL::Objective<Real>& objective) {
  begin(objective);
  visitState(archive);
  if (!nested_.isUnderWay()) return;
  nested_.run(levels_, *this);
  startBatches();
}

template <class Real>
void MultilevelTrustRegion<Real>::startBatches() {
  if (batches_ && batches_->isOnBatch()) batches_->start(levels_[0], usefulWork());
}

template <class Real>
Real MultilevelTrustRegion<Real>::value() const {
  if (isStochastic()) return stochastic_->value();
  return onBatch() ? batches_->value() : levels_[0].value;
}

template <class Real>
Real MultilevelTrustRegion<Real>::gradientNorm() const {
  if (isStochastic()) return std::numeric_limits<Real>::max();
  return onBatch() ? batches_->gradientNorm() : levels_[0].gradientNorm;
}

template <class Real>
void MultilevelTrustRegion<Real>::rest() {
  if (context_.checkpoints != ROL::nullPtr)
    context_.checkpoints->atRest(nested_.level(), *levels_[nested_.level()].x,
                                 [this](StateArchive<Real>& archive) { visitState(archive); });
}

// Everything that the next cycle depends on, and the counters.
template <class Real>
void MultilevelTrustRegion<Real>::visitState(StateArchive<Real>& archive) {
  archive.visitNumber("rows", rows_);
  archive.visitNumber("idle", idle_);
  archive.visitNumber("lost_work", lostWork_);
  record_.visitState(archive, "record");
  nested_.visitState(archive, "nested", levels());
  for (int level = 0; level < levels(); ++level)
    levels_[level].visitState(archive, "level_" + std::to_string(level), level == nested_.level());
  if (batches_) batches_->visitState(archive, "sampling");
  if (stochastic_) stochastic_->visitState(archive, "stochastic", levels_[nested_.level()], nested_.level());
}

template <class Real>
void MultilevelTrustRegion<Real>::iterate() {
  ++record_.cycle;
  if (batches_ && !isStochastic()) {
    batches_->iterate(levels_[0], *this);
    if (wasOnBatch()) idle_ = false;
  } else {
    runCycle(0);
  }
  if (atPrecisionFloor() && context_.stopReason != ROL::nullPtr)
    *context_.stopReason =
        "Decreases that are left are below the errors of the value. " + levels_[0].precision->remedy();
}

// Limits of the run, and of nested iteration while it is under way. The shares are measured:
// doc/measurements/ladder.md and, of stochastic steps, doc/measurements/real-data.md.
template <class Real>
bool MultilevelTrustRegion<Real>::limitReached(double reserve) const {
  if (limits_ == ROL::nullPtr) return false;
  return decided(
      "limit reached",
      limits_->reached(reserve) ||
          (nested_.isUnderWay() &&
           limits_->spent(nested_.budgetShare(*hierarchy_, isStochastic() ? 0.6 : 0.4), lostWork_)));
}

template <class Real>
void MultilevelTrustRegion<Real>::enter(int level) {
  if (isStochastic()) return stochastic_->enter(level, levels_[level], *this);
  levels_[level].evaluate();
  if (!std::isfinite(levels_[level].value) || !std::isfinite(levels_[level].gradientNorm))
    throw std::runtime_error("The objective's value or gradient is not finite where level " +
                             std::to_string(level) + " starts.");
  addRow(level, Real(0), Real(0), false);
}

template <class Real>
void MultilevelTrustRegion<Real>::runCycle(int level) {
  if (isStochastic()) {
    idle_ = false;
    return stochastic_->iterate(levels_[level], *this);
  }
  LevelState<Real>& top = levels_[level];
  top.start->set(*top.x);
  record_.coarsestLevel = level;
  const long evaluationsBefore = top.model.counts().values;
  cycle(level, parameters_.cycle);
  idle_ = top.model.counts().values == evaluationsBefore;
  top.start->axpy(Real(-1), *top.x);
  record_.stepNorm = top.start->norm();
  record_.accepted = record_.stepNorm > Real(0);
  observe(level);
}

template <class Real>
void MultilevelTrustRegion<Real>::addRow(int level, Real ratio, Real stepNorm, bool accepted) {
  record_.coarsestLevel = level;
  record_.ratio = ratio;
  record_.stepNorm = stepNorm;
  record_.accepted = accepted;
  observe(level);
}

// Completes the row of `level` and shows it.
template <class Real>
void MultilevelTrustRegion<Real>::observe(int level) {
  const LevelState<Real>& top = levels_[level];
  record_.iteration = rows_++;
  record_.level = level;
  record_.value = top.value;
  record_.gradientNorm = top.gradientNorm;
  record_.radius = top.smoothingRadius.value();
  record_.samples = isStochastic() ? stochastic_->samples()
                    : batches_     ? batches_->samples().samples(level)
                                   : (*hierarchy_)[level].samples;
  record_.work = work();
  constexpr Real none = std::numeric_limits<Real>::quiet_NaN();
  record_.stepLength = isStochastic() ? stochastic_->descent().stepLength() : none;
  record_.slope = isStochastic() ? stochastic_->descent().slope() : none;
  record_.curvature = isStochastic() ? stochastic_->descent().curvature() : none;
  if (context_.observer != ROL::nullPtr) context_.observer->observe(record_, *top.x);
}

// Algorithm 4: smoothing steps, coarse correction, smoothing steps.
template <class Real>
void MultilevelTrustRegion<Real>::cycle(int level, Cycle kind) {
  record_.coarsestLevel = std::max(record_.coarsestLevel, level);
  smooth(level, parameters_.preSmoothingSteps);
  if (level == nested_.level() && static_cast<double>(levels_[level].value) <= nested_.target()) return;
  if (level + 1 < levels() && !limitReached(0) && decided("recurse", levels_[level].recursion.recurseNow()))
    correct(level, kind);
  smooth(level, parameters_.postSmoothingSteps);
}

template <class Real>
void MultilevelTrustRegion<Real>::smooth(int level, int steps) {
  LevelState<Real>& s = levels_[level];
  const double workBefore = work();
  const Real valueBefore = s.value;
  for (int i = 0; i < steps && !limitReached(0); ++i)
    if (!smooth(level)) break;
  s.recursion.recordSmoothing(static_cast<double>(valueBefore - s.value), work() - workBefore);
}

// One trust-region step with the level's secant or Newton model; steps 1 to 3 are in SpectralModel. False if
// there is nothing left to do on the level, also without a metric.
template <class Real>
bool MultilevelTrustRegion<Real>::smooth(int level) {
  LevelState<Real>& s = levels_[level];
  const Real radius = std::min(s.smoothingRadius.value(), s.remainingDistance());
  tell("radius of a step", static_cast<double>(radius));
  if (decided("stationary", s.isStationary())) return false;
  if (!(radius > Real(0))) return s.leaveMetric(parameters_);
  // Algorithm 1, step 4: the minimiser of the model within the radius.
  const auto subproblem = s.solveSubproblem(radius);
  if (decided("step lost", subproblem.stepNorm <= s.smallestStep() && s.stepIsLost()))
    return s.leaveMetric(parameters_);
  // Algorithm 1, step 5: trial iterate and secant pair.
  const bool finite = s.evaluateTrialAndLearn();
  record_.ratio = s.ratio(finite, subproblem.predictedReduction);
  tell("ratio of a step", static_cast<double>(record_.ratio));
  // Algorithm 1, step 6: ratio test.
  s.smoothingRadius.update(record_.ratio, subproblem.stepNorm);
  if (s.smoothingRadius.accepts(record_.ratio)) {
    s.acceptTrial(subproblem.stepNorm);
  } else {
    s.rejectTrial();
    if (s.distrustsMetric()) s.leaveMetric(parameters_);
  }
  return true;
}

// The coarse correction, with its account of work.
template <class Real>
void MultilevelTrustRegion<Real>::correct(int level, Cycle kind) {
  const double workBefore = work(), lostBefore = lostWork_;
  const bool hasModel = decided("coarse model", setUpCoarseModel(level));
  const Real decrease = hasModel ? tryCorrection(level, kind, workBefore) : Real(0);
  const double spent = work() - workBefore;
  lostWork_ = decrease > Real(0) ? lostBefore : lostBefore + spent; // corrections within it are part of it
  levels_[level].recursion.recordCorrection(static_cast<double>(decrease), spent);
}

// Consistent model on the next coarser level; false if there is none, or if little is to be gained from it.
template <class Real>
bool MultilevelTrustRegion<Real>::setUpCoarseModel(int level) {
  LevelState<Real>& fine = levels_[level];
  LevelState<Real>& coarse = levels_[level + 1];
  const TransferOperator<Real>& transfer = levels_.transfer(level);
  // Algorithm 3, step 1: criticality condition (Gratton, Sartenaer & Toint).
  transfer.restrictDual(*coarse.restrictedGradient, fine.gradient.vector());
  const Real restrictedNorm = coarse.restrictedGradient->norm();
  if (!(restrictedNorm >= static_cast<Real>(parameters_.criticality) * fine.gradientNorm) ||
      restrictedNorm == Real(0))
    return false;
  const Real distance = std::min(fine.correctionRadius.value(), fine.remainingDistance());
  if (!(distance > fine.smallestStep())) return false;
  // Algorithm 3, step 2: the coarse model at the projected iterate.
  if (batches_ && level == 0) batches_->samples().redrawCoarseSamples();
  transfer.project(*coarse.x, *fine.x);
  if (!coarse.enterCoarseModel(*coarse.restrictedGradient, distance)) return false;
  if (parameters_.coarseModel == CycleParameters::CoarseModel::SecondOrder)
    coarse.model.setQuadraticTerm(fine.model, *fine.x, transfer);
  return true;
}

// \return the decrease of the level's objective, 0 if the correction is rejected.
template <class Real>
Real MultilevelTrustRegion<Real>::tryCorrection(int level, Cycle kind, double workBefore) {
  LevelState<Real>& fine = levels_[level];
  LevelState<Real>& coarse = levels_[level + 1];
  // Algorithm 3, step 3: minimise the coarse model.
  const Real valueAtOrigin = coarse.value;
  minimizeCoarseModel(level + 1, kind);
  // Algorithm 3, step 4: prolong the total step; accept it if the objective agrees with the model's decrease.
  const Real predicted = valueAtOrigin - coarse.value;
  Real decrease = 0;
  if (predicted > Real(0)) {
    coarse.step->set(*coarse.x);
    coarse.step->axpy(Real(-1), coarse.model.origin());
    const Real stepNorm = coarse.step->norm();
    levels_.transfer(level).prolong(*fine.step, *coarse.step);
    const bool finite = fine.evaluateTrial();
    record_.ratio = fine.ratio(finite, predicted);
    fine.correctionRadius.update(record_.ratio, stepNorm);
    const Real gained = fine.value - fine.valueTrial;
    const bool isWorthIt = !nested_.isUnderWay() ||
                           fine.recursion.isWorthTaking(static_cast<double>(gained), work() - workBefore);
    if (decided("correction accepted", isWorthIt && fine.correctionRadius.accepts(record_.ratio))) {
      decrease = gained;
      fine.acceptTrial();
    } else {
      fine.rejectTrial();
    }
  }
  coarse.leaveCoarseModel();
  return decrease;
}

// Steps on the coarsest level, else cycles. V: one; W: two; F: an F-cycle, then a V-cycle.
template <class Real>
void MultilevelTrustRegion<Real>::minimizeCoarseModel(int coarse, Cycle kind) {
  if (coarse + 1 == levels()) {
    record_.coarsestLevel = coarse;
    return smooth(coarse, parameters_.coarseSteps);
  }
  cycle(coarse, kind);
  if (kind != Cycle::V) cycle(coarse, kind == Cycle::F ? Cycle::V : kind);
}

} // namespace terrace
