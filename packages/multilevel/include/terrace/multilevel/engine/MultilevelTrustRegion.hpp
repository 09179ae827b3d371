#pragma once

#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/engine/StagnationTest.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>
#include <terrace/multilevel/sampling/SampleSchedule.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <vector>

namespace terrace {

/// The multilevel trust-region method: the engine behind MultilevelTrustRegionStep and
/// MultilevelTrustRegionAlgorithm.
///
/// Recursive multilevel trust region (Gratton, Sartenaer & Toint, SIAM J. Optim. 19, 2008; Kopaničáková &
/// Krause, SIAM J. Sci. Comput. 45, 2023) with L-SR1 or Newton models on every level, V, W and F cycles,
/// adaptive recursion, nested iteration and dynamic sampling. doc/algorithm.md states the steps. No vector is
/// allocated after construction.
template <class Real>
class MultilevelTrustRegion {
public:
  /// \param hierarchy   the levels, finest first; at least one.
  /// \param parameters  the deck's lists General, Step, Sampling and Status Test, checked and complete.
  /// \param context     observer, clock and interruption.
  MultilevelTrustRegion(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, Teuchos::ParameterList& parameters,
                        SolverContext<Real> context);

  /// Asked after every trial step on any level; true ends nested iteration and corrections early.
  /// The same answer on all ranks.
  /// \param shareSpent  asked in nested iteration, which leaves three fifths of a budget to the finest level
  /// and two fifths to the coarser ones in the ratio of the cube roots of their costs: whether this share of
  /// the budget is spent, `lost` work units aside.
  void setLimit(std::function<bool()> limitReached,
                std::function<bool(double share, double lost)> shareSpent = {}) {
    limitReached_ = std::move(limitReached);
    shareSpent_ = std::move(shareSpent);
  }

  /// Tells the objectives of moves by ROL's older update(x, flag, iter) too.
  void callOldUpdate() {
    for (auto& level : states_) level->model.callOldUpdate();
  }

  /// Starts at \p x: evaluates \p objective there, or first does the nested iteration from the coarsest level
  /// up, which keeps of \p x only its projection to the coarsest level. \param objective  of the finest level
  /// (the hierarchy's own or one that wraps it); must outlive the run. \throws std::runtime_error if the
  /// value or gradient at the start is not finite.
  void initialize(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective);

  /// Goes on from a state that was kept at rest, in place of initialize().
  /// \throws std::invalid_argument if it does not fit the hierarchy and the parameters.
  void resume(StateArchive<Real>& archive, ROL::Objective<Real>& objective);

  /// To be called between two iterations: offers the state to the context's checkpoints.
  void rest();

  /// One cycle on the finest level; while batches are sampled, the cycles on one batch and their check.
  void iterate();

  const ROL::Vector<Real>& iterateVector() const { return *states_.front()->x; }
  const ROL::Vector<Real>& gradientVector() const { return *states_.front()->gradient; }
  /// Value and gradient norm of the objective at the iterate, on all samples; while batches are sampled the
  /// norm is not known after the start: the largest number.
  Real value() const { return onBatch() ? checkedValue_ : states_.front()->value; }
  Real gradientNorm() const { return onBatch() ? checkedGradientNorm_ : states_.front()->gradientNorm; }
  /// The last iteration on the finest level.
  const IterationRecord<Real>& record() const { return record_; }
  /// Whether the last cycle tried no step on its finest level: rounding errors leave none to try.
  bool idle() const { return idle_; }
  /// Whether the finest level's objective is too inexact to judge what is left to gain (LimitedPrecision).
  bool atPrecisionFloor() const { return !onBatch() && states_.front()->isAtPrecisionFloor(); }
  /// Evaluations of value and gradient on \p level.
  long evaluations(int level) const { return counts(level).values; }
  /// The secant of \p level.
  const CompactSR1<Real>& secant(int level) const {
    return states_.at(static_cast<std::size_t>(level))->secant;
  }
  /// Evaluations on \p level by kind, in this run.
  const EvaluationCounts& counts(int level) const {
    return states_.at(static_cast<std::size_t>(level))->model.counts();
  }
  int levels() const { return static_cast<int>(states_.size()); }
  /// Whether the finest level works on a batch of its samples.
  bool onBatch() const { return sampling_ && !sampling_->isWhole(); }
  /// Whether the last cycles were on a batch.
  bool wasOnBatch() const { return wasOnBatch_; }

private:
  using Cycle = CycleParameters::Cycle;

  LevelState<Real>& state(int level) { return *states_[static_cast<std::size_t>(level)]; }
  const TransferOperator<Real>& transfer(int level) const { return *(*hierarchy_)[level].toCoarser; }
  double work() const { return hierarchy_->work()->units(); }
  // Without that on corrections that were not taken, so that they change no decision: a run is that without
  // them.
  double usefulWork() const { return work() - lostWork_; }
  // A radius that collapsed where another objective converged says nothing about the one entered.
  void carryRadius(Real radius, LevelState<Real>& entered) const {
    entered.smoothingRadius.set(std::max(radius, static_cast<Real>(0.01 * parameters_.initialRadius)));
  }
  // Of the run, and of nested iteration while it is under way.
  bool limitReached() const {
    return (limitReached_ && limitReached_()) ||
           (nestedLevel_ > 0 && shareSpent_ && shareSpent_(nestedShare(nestedLevel_), lostWork_));
  }

  void visitState(StateArchive<Real>& archive);

  void begin(ROL::Objective<Real>& objective);
  void nestedIteration();
  void continueNestedIteration();
  void workOnNestedLevel();
  bool nestedLevelIsDone();
  double nestedShare(int level) const;
  void enter(int level);
  void climb(int level);
  void runCycle(int level);
  void observe(int level);

  void startSampling();
  void runBatch();
  void enterWhole();
  bool checkBatch(Real predicted);
  Real fullValue();

  void cycle(int level, Cycle kind);
  bool smooth(int level);
  void smooth(int level, int steps);
  void correct(int level, Cycle kind);
  Real tryCorrection(int level, Cycle kind, double workBefore);
  bool setUpCoarseModel(int level);
  void minimizeCoarseModel(int coarse, Cycle kind);
  Real remainingDistance(LevelState<Real>& level) const;

  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  CycleParameters parameters_;
  double target_ = -std::numeric_limits<double>::infinity();
  SolverContext<Real> context_;
  std::function<bool()> limitReached_;
  std::function<bool(double, double)> shareSpent_;
  std::vector<std::unique_ptr<LevelState<Real>>> states_; // finest first
  std::unique_ptr<SampleSchedule<Real>> sampling_;        // null if not wanted
  ROL::Ptr<ROL::Vector<Real>> checked_; // the iterate at the last check of the full objective
  Real checkedValue_ = 0;
  Real checkedGradientNorm_ = 0;
  Real firstGradientNorm_ = 0; // of the full objective, where sampling started
  bool wasOnBatch_ = false;
  StagnationTest batchProgress_{1, 0};
  int nestedLevel_ = 0;  // that nested iteration works on; 0 afterwards
  int nestedCycles_ = 0; // done on it
  StagnationTest nestedProgress_{1, 0};
  double lostWork_ = 0; // on corrections that were not taken
  IterationRecord<Real> record_;
  int rows_ = 0; ///< Records made.
  bool idle_ = false;
};

extern template class MultilevelTrustRegion<double>;

} // namespace terrace
