#pragma once

#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>
#include <terrace/multilevel/sampling/SampleSchedule_Def.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace terrace {

template <class Real>
MultilevelTrustRegion<Real>::MultilevelTrustRegion(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy,
                                                   Teuchos::ParameterList& parameters,
                                                   SolverContext<Real> context)
    : hierarchy_(hierarchy), parameters_(parameters.sublist("Step").sublist("Multilevel Trust Region")),
      context_(std::move(context)) {
  if (hierarchy->size() == 0)
    throw std::invalid_argument("MultilevelTrustRegion: the hierarchy has no level.");
  for (int level = 0; level < hierarchy->size(); ++level)
    states_.push_back(std::make_unique<LevelState<Real>>((*hierarchy)[level], parameters_,
                                                         parameters.sublist("General").sublist("Secant"),
                                                         level + 1 == hierarchy->size()));
  if (parameters_.coarseModel == CycleParameters::CoarseModel::SecondOrder)
    for (int level = 1; level < levels(); ++level)
      state(level).model.reserveQuadraticTerm(*state(level - 1).x);
  if (const double target = parameters.sublist("Status Test").get("Target Value", 0.0); target != 0)
    target_ = target;
  const SamplingParameters sampling(parameters.sublist("Sampling"));
  if (sampling.dynamic || sampling.redrawsCoarseSamples) {
    sampling_ = std::make_unique<SampleSchedule<Real>>(*hierarchy, sampling);
    checked_ = state(0).x->clone();
  }
}

// What runs begin with, whether they start or go on.
template <class Real>
void MultilevelTrustRegion<Real>::begin(ROL::Objective<Real>& objective) {
  record_ = {};
  rows_ = nestedLevel_ = nestedCycles_ = 0;
  lostWork_ = 0;
  idle_ = wasOnBatch_ = false;
  nestedProgress_ = StagnationTest(parameters_.stagnationWindow, parameters_.stagnationTolerance, target_);
  batchProgress_ = StagnationTest(1, parameters_.stagnationTolerance);
  for (auto& level : states_) level->restart(parameters_);
  if (sampling_) sampling_->restart();
  state(0).model.setObjective(ROL::makePtrFromRef(objective));
}

template <class Real>
void MultilevelTrustRegion<Real>::initialize(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective) {
  begin(objective);
  state(0).x->set(x);
  if (parameters_.nestedIteration && levels() > 1) {
    nestedIteration();
  } else {
    enter(0);
  }
  if (onBatch()) startSampling();
}

template <class Real>
void MultilevelTrustRegion<Real>::resume(StateArchive<Real>& archive, ROL::Objective<Real>& objective) {
  begin(objective);
  visitState(archive);
  if (nestedLevel_ == 0) return;
  continueNestedIteration();
  if (onBatch()) startSampling();
}

template <class Real>
void MultilevelTrustRegion<Real>::rest() {
  if (context_.checkpoints != ROL::nullPtr)
    context_.checkpoints->atRest(nestedLevel_, *state(nestedLevel_).x,
                                 [this](StateArchive<Real>& archive) { visitState(archive); });
}

// Everything that the next cycle depends on, and the counters.
template <class Real>
void MultilevelTrustRegion<Real>::visitState(StateArchive<Real>& archive) {
  archive.visitNumber("rows", rows_);
  archive.visitNumber("idle", idle_);
  archive.visitNumber("lost_work", lostWork_);
  record_.visitState(archive, "record");
  archive.visitNumber("nested/level", nestedLevel_);
  archive.visitNumber("nested/cycles", nestedCycles_);
  nestedProgress_.visitState(archive, "nested/progress");
  if (nestedLevel_ < 0 || nestedLevel_ >= levels())
    throw std::invalid_argument("MultilevelTrustRegion: level " + std::to_string(nestedLevel_) +
                                " to restore; expected 0.." + std::to_string(levels() - 1) + ".");
  for (int level = 0; level < levels(); ++level)
    state(level).visitState(archive, "level_" + std::to_string(level), level == nestedLevel_);
  if (!sampling_) return;
  sampling_->visitState(archive, "sampling");
  batchProgress_.visitState(archive, "sampling/progress");
  archive.visitNumber("sampling/was_on_batch", wasOnBatch_);
  archive.visit("sampling/checked", *checked_);
  archive.visitNumber("sampling/checked_value", checkedValue_);
  archive.visitNumber("sampling/checked_gradient_norm", checkedGradientNorm_);
  archive.visitNumber("sampling/first_gradient_norm", firstGradientNorm_);
}

// Cycles on the coarsest level, then on the next finer one with the iterate, the pairs and the radius carried
// up, ... up to the finest level, which is entered (evaluated) but not worked on.
template <class Real>
void MultilevelTrustRegion<Real>::nestedIteration() {
  for (int level = 0; level + 1 < levels(); ++level)
    transfer(level).project(*state(level + 1).x, *state(level).x);
  nestedLevel_ = levels() - 1;
  continueNestedIteration();
}

template <class Real>
void MultilevelTrustRegion<Real>::continueNestedIteration() {
  for (; nestedLevel_ > 0; --nestedLevel_) {
    if (nestedCycles_ > 0 || !limitReached()) workOnNestedLevel();
    climb(nestedLevel_);
    nestedCycles_ = 0;
  }
  enter(0);
}

template <class Real>
void MultilevelTrustRegion<Real>::workOnNestedLevel() {
  const int level = nestedLevel_;
  if (nestedCycles_ == 0) {
    enter(level);
    nestedProgress_.enter(static_cast<double>(state(level).value), usefulWork(),
                          (*hierarchy_)[level].work / (*hierarchy_)[level - 1].work);
  }
  while (!nestedLevelIsDone() && nestedCycles_ < parameters_.nestedCycles && !limitReached()) {
    runCycle(level);
    ++nestedCycles_;
    rest();
  }
}

// Judges the last cycle, if there was one on this level.
template <class Real>
bool MultilevelTrustRegion<Real>::nestedLevelIsDone() {
  LevelState<Real>& level = state(nestedLevel_);
  if (nestedCycles_ == 0) return nestedProgress_.hasNothingToGive();
  return nestedProgress_.stagnates(static_cast<double>(level.value), usefulWork()) || idle_ ||
         level.isAtPrecisionFloor();
}

// The share of a budget that nested iteration may have spent when it leaves `level`.
template <class Real>
double MultilevelTrustRegion<Real>::nestedShare(int level) const {
  double all = 0, coarser = 0;
  for (int l = 1; l < levels(); ++l) {
    const double part = std::cbrt((*hierarchy_)[l].work);
    all += part;
    if (l >= level) coarser += part;
  }
  return 0.4 * coarser / all;
}

// First evaluation on a level that becomes the finest one worked on.
template <class Real>
void MultilevelTrustRegion<Real>::enter(int level) {
  state(level).evaluate();
  if (!std::isfinite(state(level).value) || !std::isfinite(state(level).gradientNorm))
    throw std::runtime_error("The objective's value or gradient is not finite where level " +
                             std::to_string(level) + " starts.");
  record_.coarsestLevel = level;
  record_.stepNorm = record_.ratio = Real(0);
  record_.accepted = false;
  observe(level);
}

template <class Real>
void MultilevelTrustRegion<Real>::climb(int level) {
  LevelState<Real>& coarse = state(level);
  LevelState<Real>& fine = state(level - 1);
  transfer(level - 1).prolong(*fine.x, *coarse.x);
  fine.secant.prolongPairs(coarse.secant, transfer(level - 1));
  fine.recursion.inherit(coarse.recursion, (*hierarchy_)[level - 1].work / (*hierarchy_)[level].work);
  carryRadius(coarse.smoothingRadius.value(), fine);
}

// Between two iterations the objectives have all samples, also after an exception.
template <class Real>
struct AllSamplesAfterwards {
  SampleSchedule<Real>* sampling;
  ~AllSamplesAfterwards() {
    if (sampling != nullptr) sampling->useAll();
  }
};

template <class Real>
void MultilevelTrustRegion<Real>::iterate() {
  const AllSamplesAfterwards<Real> guard{sampling_.get()};
  ++record_.cycle;
  wasOnBatch_ = onBatch();
  if (wasOnBatch_) {
    runBatch();
  } else {
    runCycle(0);
  }
  if (atPrecisionFloor() && context_.stopReason != ROL::nullPtr)
    *context_.stopReason =
        "Decreases that are left are below the errors of the value. " + state(0).precision->remedy();
}

// The full objective, evaluated at the iterate, is what the first batch is checked against.
template <class Real>
void MultilevelTrustRegion<Real>::startSampling() {
  checked_->set(*state(0).x);
  checkedValue_ = state(0).value;
  checkedGradientNorm_ = firstGradientNorm_ = state(0).gradientNorm;
  batchProgress_.enter(static_cast<double>(checkedValue_), usefulWork(), 1 / sampling_->parameters().growth);
}

// Cycles on one batch, then the check that decides between going on and going back, and the choice of the
// next batch.
template <class Real>
void MultilevelTrustRegion<Real>::runBatch() {
  LevelState<Real>& top = state(0);
  sampling_->useBatch();
  top.evaluate();
  carryRadius(top.smoothingRadius.value(), top);
  const Real start = top.value;
  // What lies below this is sampling error; further steps would only fill the secant with it.
  const Real solved = std::max(Real(0.01) * top.gradientNorm, Real(1e-6) * firstGradientNorm_);
  bool isSolved = top.gradientNorm <= solved;
  for (int cycles = 0; cycles < sampling_->parameters().stepsPerCheck && !isSolved && !limitReached();
       ++cycles) {
    runCycle(0);
    isSolved = top.gradientNorm <= solved || top.isAtPrecisionFloor() || (idle_ && !limitReached());
  }
  const bool accepted = checkBatch(start - top.value);
  const bool stagnates = batchProgress_.stagnates(static_cast<double>(checkedValue_), usefulWork());
  idle_ = false;
  if (limitReached()) return;
  if (accepted && !isSolved && !stagnates) return sampling_->move();
  sampling_->grow();
  batchProgress_.enter(static_cast<double>(checkedValue_), usefulWork(), 1 / sampling_->parameters().growth);
  if (sampling_->isWhole()) enterWhole();
}

// From batches to the deterministic method.
template <class Real>
void MultilevelTrustRegion<Real>::enterWhole() {
  carryRadius(state(0).smoothingRadius.value(), state(0));
  enter(0);
}

// The global ratio test: the full objective must have decreased by a share of what its batch has.
template <class Real>
bool MultilevelTrustRegion<Real>::checkBatch(Real predicted) {
  LevelState<Real>& top = state(0);
  sampling_->useAll();
  const Real value = fullValue();
  record_.ratio =
      predicted > Real(0) ? (checkedValue_ - value) / predicted : -std::numeric_limits<Real>::infinity();
  const bool accepted = record_.ratio >= static_cast<Real>(sampling_->parameters().acceptanceThreshold);
  top.start->set(*checked_);
  if (accepted) {
    checked_->set(*top.x);
    checkedValue_ = value;
  } else {
    top.x->set(*checked_);
  }
  top.value = checkedValue_;
  checkedGradientNorm_ = std::numeric_limits<Real>::max();
  top.gradientNorm = std::numeric_limits<Real>::quiet_NaN();
  top.start->axpy(Real(-1), *top.x);
  record_.stepNorm = top.start->norm();
  record_.accepted = accepted;
  record_.coarsestLevel = 0;
  observe(0);
  return accepted;
}

template <class Real>
Real MultilevelTrustRegion<Real>::fullValue() {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  LevelState<Real>& top = state(0);
  top.model.update(*top.x, ROL::UpdateType::Temp);
  return top.model.value(*top.x, tol);
}

// One cycle whose finest level is `level`, with its row of the history.
template <class Real>
void MultilevelTrustRegion<Real>::runCycle(int level) {
  LevelState<Real>& top = state(level);
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
void MultilevelTrustRegion<Real>::observe(int level) {
  const LevelState<Real>& top = state(level);
  record_.iteration = rows_++;
  record_.level = level;
  record_.value = top.value;
  record_.gradientNorm = top.gradientNorm;
  record_.radius = top.smoothingRadius.value();
  record_.samples = sampling_ ? sampling_->samples(level) : (*hierarchy_)[level].samples;
  record_.work = work();
  if (context_.observer != ROL::nullPtr) context_.observer->observe(record_, *top.x);
}

template <class Real>
void MultilevelTrustRegion<Real>::cycle(int level, Cycle kind) {
  record_.coarsestLevel = std::max(record_.coarsestLevel, level);
  smooth(level, parameters_.preSmoothingSteps);
  if (level + 1 < levels() && !limitReached() && state(level).recursion.recurseNow()) correct(level, kind);
  smooth(level, parameters_.postSmoothingSteps);
}

template <class Real>
void MultilevelTrustRegion<Real>::smooth(int level, int steps) {
  const double workBefore = work();
  const Real valueBefore = state(level).value;
  for (int i = 0; i < steps && !limitReached(); ++i)
    if (!smooth(level)) break;
  state(level).recursion.recordSmoothing(static_cast<double>(valueBefore - state(level).value),
                                         work() - workBefore);
}

// One trust-region step with the level's secant or Newton model. False if there is nothing left to do on the
// level.
template <class Real>
bool MultilevelTrustRegion<Real>::smooth(int level) {
  LevelState<Real>& s = state(level);
  const Real radius = std::min(s.smoothingRadius.value(), remainingDistance(s));
  if (!(radius > Real(0)) || s.isStationary()) return false;
  const auto subproblem = s.solveSubproblem(radius);
  if (subproblem.stepNorm <= s.smallestStep() && s.stepIsLost()) return false;
  const bool finite = s.evaluateTrial();
  record_.ratio = s.ratio(finite, subproblem.predictedReduction);
  if (finite) s.learnFromTrial();
  s.smoothingRadius.update(record_.ratio, subproblem.stepNorm);
  if (s.smoothingRadius.accepts(record_.ratio)) {
    s.acceptTrial();
  } else {
    s.rejectTrial();
  }
  return true;
}

// How far the iterate may still go from the origin of its coarse model.
template <class Real>
Real MultilevelTrustRegion<Real>::remainingDistance(LevelState<Real>& s) const {
  if (!std::isfinite(s.bound)) return s.bound;
  s.step->set(*s.x);
  s.step->axpy(Real(-1), s.model.origin());
  return s.bound - s.step->norm();
}

// The coarse correction, with its account.
template <class Real>
void MultilevelTrustRegion<Real>::correct(int level, Cycle kind) {
  const double workBefore = work(), lostBefore = lostWork_;
  const Real decrease = setUpCoarseModel(level) ? tryCorrection(level, kind, workBefore) : Real(0);
  const double spent = work() - workBefore;
  lostWork_ = decrease > Real(0) ? lostBefore : lostBefore + spent; // what was lost within it is in it
  state(level).recursion.recordCorrection(static_cast<double>(decrease), spent);
}

// Minimise the coarse model within the correction radius, prolong the total step, and accept it if the
// objective of this level agrees with the model's decrease. \return the decrease of the objective, 0 if it is
// not accepted.
template <class Real>
Real MultilevelTrustRegion<Real>::tryCorrection(int level, Cycle kind, double workBefore) {
  LevelState<Real>& fine = state(level);
  LevelState<Real>& coarse = state(level + 1);
  const Real valueAtOrigin = coarse.value;
  minimizeCoarseModel(level + 1, kind);

  const Real predicted = valueAtOrigin - coarse.value;
  Real decrease = 0;
  if (predicted > Real(0)) {
    coarse.step->set(*coarse.x);
    coarse.step->axpy(Real(-1), coarse.model.origin());
    const Real stepNorm = coarse.step->norm();
    transfer(level).prolong(*fine.step, *coarse.step);
    const bool finite = fine.evaluateTrial();
    record_.ratio = fine.ratio(finite, predicted);
    fine.correctionRadius.update(record_.ratio, stepNorm);
    const Real gained = fine.value - fine.valueTrial;
    const bool isTaken =
        nestedLevel_ == 0 || fine.recursion.isWorthTaking(static_cast<double>(gained), work() - workBefore);
    if (isTaken && fine.correctionRadius.accepts(record_.ratio)) {
      decrease = gained;
      fine.acceptTrial();
    } else {
      fine.rejectTrial();
    }
  }
  coarse.leaveCoarseModel();
  return decrease;
}

// Consistent model on the next coarser level; false if the restricted gradient says that it has
// little to gain (the criticality condition of Gratton, Sartenaer & Toint).
template <class Real>
bool MultilevelTrustRegion<Real>::setUpCoarseModel(int level) {
  LevelState<Real>& fine = state(level);
  LevelState<Real>& coarse = state(level + 1);
  transfer(level).restrictDual(*coarse.dual, *fine.gradient);
  const Real restrictedNorm = coarse.dual->norm();
  if (!(restrictedNorm >= static_cast<Real>(parameters_.criticality) * fine.gradientNorm) ||
      restrictedNorm == Real(0))
    return false;
  const Real distance = std::min(fine.correctionRadius.value(), remainingDistance(fine));
  if (!(distance > fine.smallestStep())) return false;
  if (sampling_ && level == 0) sampling_->redrawCoarseSamples();
  transfer(level).project(*coarse.x, *fine.x);
  if (!coarse.enterCoarseModel(distance)) return false;
  if (parameters_.coarseModel == CycleParameters::CoarseModel::SecondOrder)
    coarse.model.setQuadraticTerm(fine.model, *fine.x, transfer(level));
  return true;
}

// W: two cycles on the coarse level; F: an F-cycle, then a V-cycle.
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
