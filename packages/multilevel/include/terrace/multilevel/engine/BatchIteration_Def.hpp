#pragma once

#include <terrace/multilevel/engine/BatchIteration.hpp>
#include <terrace/multilevel/engine/LevelState_Def.hpp>
#include <terrace/multilevel/sampling/SampleSchedule_Def.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace {

template <class Real>
BatchIteration<Real>::BatchIteration(const LevelHierarchy<Real>& hierarchy,
                                     const SamplingParameters& parameters, double stagnationTolerance)
    : samples_(hierarchy, parameters), stagnationTolerance_(stagnationTolerance),
      progress_(1, stagnationTolerance), checked_(hierarchy[0].vector->clone()) {}

template <class Real>
void BatchIteration<Real>::restart() {
  progress_ = StagnationTest(1, stagnationTolerance_);
  wasOnBatch_ = false;
  samples_.restart();
}

template <class Real>
void BatchIteration<Real>::start(const LevelState<Real>& finest, double work) {
  checked_->set(*finest.x);
  checkedValue_ = finest.value;
  checkedGradientNorm_ = firstGradientNorm_ = finest.gradientNorm;
  enterSize(work);
}

// Batches of another size: their progress is judged from here on.
template <class Real>
void BatchIteration<Real>::enterSize(double work) {
  progress_.enter(static_cast<double>(checkedValue_), work, 1 / samples_.parameters().growth);
}

template <class Real>
struct AllSamplesAfterwards {
  SampleSchedule<Real>& samples;
  ~AllSamplesAfterwards() { samples.useAll(); }
};

template <class Real>
void BatchIteration<Real>::iterate(LevelState<Real>& finest, CycleRunner<Real>& cycles) {
  const AllSamplesAfterwards<Real> guard{samples_};
  wasOnBatch_ = isOnBatch();
  if (!wasOnBatch_) return cycles.runCycle(0);

  // Algorithm 6, step 2: cycles on the batch.
  samples_.useBatch();
  finest.evaluate();
  finest.smoothingRadius.carryOver(finest.smoothingRadius.value());
  const Real start = finest.value;
  const bool isSolved = cycles.decided("batch solved", solveBatch(finest, cycles));

  // Algorithm 6, step 3: the check.
  const bool accepted = check(start - finest.value, finest, cycles);
  const bool stagnates = cycles.decided(
      "batches stagnate", progress_.stagnates(static_cast<double>(checkedValue_), cycles.usefulWork()));
  if (cycles.limitReached()) return;

  // Algorithm 6, step 4: the next batch.
  if (accepted && !isSolved && !stagnates) return samples_.move();
  samples_.grow();
  enterSize(cycles.usefulWork());

  // Algorithm 6, step 5: from batches to the deterministic method.
  if (!samples_.isWhole()) return;
  finest.smoothingRadius.carryOver(finest.smoothingRadius.value());
  cycles.enter(0);
}

// Cycles on the batch; true if it is solved before they are all done. Below a hundredth of its first
// gradient, or a millionth of the first full gradient, is sampling error: further steps would fill the secant
// with it.
template <class Real>
bool BatchIteration<Real>::solveBatch(LevelState<Real>& finest, CycleRunner<Real>& cycles) {
  const Real solved = std::max(Real(0.01) * finest.gradientNorm, Real(1e-6) * firstGradientNorm_);
  bool isSolved = finest.gradientNorm <= solved;
  for (int cycle = 0; cycle < samples_.parameters().stepsPerCheck && !isSolved && !cycles.limitReached();
       ++cycle) {
    cycles.runCycle(0);
    isSolved = finest.gradientNorm <= solved || finest.isAtPrecisionFloor() ||
               (cycles.idle() && !cycles.limitReached());
  }
  return isSolved;
}

// The global ratio test: the objective of all samples must have decreased by a share of `predicted`, the
// decrease of the batch's objective. If not, the iterate goes back to the last check.
template <class Real>
bool BatchIteration<Real>::check(Real predicted, LevelState<Real>& finest, CycleRunner<Real>& cycles) {
  samples_.useAll();
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  finest.model.update(*finest.x, ROL::UpdateType::Temp);
  const Real value = finest.model.value(*finest.x, tol);
  const Real ratio =
      predicted > Real(0) ? (checkedValue_ - value) / predicted : -std::numeric_limits<Real>::infinity();
  const bool accepted =
      cycles.decided("batch accepted", ratio >= static_cast<Real>(samples_.parameters().acceptanceThreshold));
  finest.start->set(*checked_);
  if (accepted) {
    checked_->set(*finest.x);
    checkedValue_ = value;
  } else {
    finest.x->set(*checked_);
  }
  finest.value = checkedValue_;
  checkedGradientNorm_ = std::numeric_limits<Real>::max();
  finest.gradientNorm = std::numeric_limits<Real>::quiet_NaN();
  finest.start->axpy(Real(-1), *finest.x);
  cycles.addRow(0, ratio, finest.start->norm(), accepted);
  return accepted;
}

template <class Real>
void BatchIteration<Real>::visitState(StateArchive<Real>& archive, const std::string& name) {
  samples_.visitState(archive, name);
  progress_.visitState(archive, name + "/progress");
  archive.visitNumber(name + "/was_on_batch", wasOnBatch_);
  archive.visit(name + "/checked", *checked_);
  archive.visitNumber(name + "/checked_value", checkedValue_);
  archive.visitNumber(name + "/checked_gradient_norm", checkedGradientNorm_);
  archive.visitNumber(name + "/first_gradient_norm", firstGradientNorm_);
}

} // namespace terrace
