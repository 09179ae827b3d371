#pragma once

#include <terrace/multilevel/engine/BatchIteration.hpp>
#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelStates.hpp>
#include <terrace/multilevel/engine/NestedIteration.hpp>
#include <terrace/multilevel/engine/StochasticIteration.hpp>
#include <terrace/multilevel/run/RunLimits.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>

#include <memory>

namespace terrace {

/// The multilevel trust-region method: the engine behind MultilevelTrustRegionStep and
/// MultilevelTrustRegionAlgorithm.
///
/// Recursive multilevel trust region (Gratton, Sartenaer & Toint, SIAM J. Optim. 19, 2008; Kopaničáková &
/// Krause, SIAM J. Sci. Comput. 45, 2023) with L-SR1 or Newton models on every level. This class has the
/// V, W and F cycles with their smoothing steps and coarse corrections, and the rows of the history. Its
/// parts are NestedIteration, which finds the start, and for dynamic sampling StochasticIteration or
/// BatchIteration. doc/algorithm.md states the steps; comments name them. No vector is allocated after
/// construction, but for the vectors of stochastic steps, where a level is entered.
template <class Real>
class MultilevelTrustRegion : private CycleRunner<Real> {
public:
  /// \param hierarchy   the levels, finest first; at least one.
  /// \param parameters  the deck's lists General, Step, Sampling and Status Test, checked and complete.
  /// \param context     observer, checkpoints and receiver of the reason for stopping.
  /// \param limits      asked after every trial step on any level: where they are reached, nested iteration,
  ///                    corrections and batches end early. Nested iteration keeps to its share of them
  ///                    (NestedIteration::budgetShare()). May be null.
  /// \throws std::invalid_argument if there is no level; ParameterError if parameters contradict each other
  /// or the levels.
  MultilevelTrustRegion(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, Teuchos::ParameterList& parameters,
                        SolverContext<Real> context, ROL::Ptr<const RunLimits> limits = ROL::nullPtr);

  /// Tells the objectives of moves by ROL's older update(x, flag, iter) too.
  void enableOldUpdate();

  /// Starts a run: evaluates the objective at \p x, or at the result of nested iteration. Nested iteration
  /// uses only the projection of \p x to the coarsest level.
  ///
  /// \param objective  of the finest level (the hierarchy's own or one that wraps it); must outlive the run.
  /// \throws std::runtime_error if the value or the gradient at the start is not finite.
  void initialize(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective);

  /// Resumes a run from a state that was kept at rest, in place of initialize().
  /// \throws std::invalid_argument if it does not fit the hierarchy and the parameters.
  void resume(StateArchive<Real>& archive, ROL::Objective<Real>& objective);

  /// To be called between two iterations: offers the state to the context's checkpoints.
  void rest() override;

  /// One cycle on the finest level; while batches are sampled, the cycles on one batch and their check.
  void iterate();

  /// The finest level's iterate, primal.
  const ROL::Vector<Real>& iterateVector() const { return *levels_[0].x; }
  /// The gradient there, dual; while batches are sampled, the one that was computed last.
  const ROL::Vector<Real>& gradientVector() const { return levels_[0].gradient.vector(); }
  /// Value and gradient norm of the objective at the iterate, on all samples. While batches are sampled the
  /// norm is not known after the start: it is the largest number.
  Real value() const;
  /// \copydoc value()
  Real gradientNorm() const;
  /// The last iteration on the finest level.
  const IterationRecord<Real>& record() const { return record_; }
  /// Whether the last cycle tried no step on its finest level, because rounding errors leave none.
  bool idle() const override { return idle_; }
  /// Whether the finest level's objective is too inexact to judge further steps (LimitedPrecision).
  bool atPrecisionFloor() const { return !onBatch() && levels_[0].isAtPrecisionFloor(); }
  /// Evaluations of value and gradient on \p level.
  long evaluations(int level) const { return counts(level).values; }
  /// The secant of \p level.
  const CompactSR1<Real>& secant(int level) const { return levels_[level].secant; }
  /// Evaluations on \p level by kind, in this run.
  const EvaluationCounts& counts(int level) const { return levels_[level].model.counts(); }
  /// Number of levels.
  int levels() const { return levels_.size(); }
  /// Whether the next iteration works on a batch of the samples.
  bool onBatch() const { return isStochastic() || (batches_ && batches_->isOnBatch()); }
  /// Whether the last iteration did.
  bool wasOnBatch() const { return isStochastic() || (batches_ && batches_->wasOnBatch()); }

private:
  using Cycle = CycleParameters::Cycle;

  // CycleRunner, for nested iteration and batches.
  void enter(int level) override;
  void runCycle(int level) override;
  void addRow(int level, Real ratio, Real stepNorm, bool accepted) override;
  double usefulWork() const override { return work() - lostWork_; }
  bool limitReached(double reserve) const override;
  bool decided(const char* what, bool decision) const override {
    tell(what, decision);
    return decision;
  }
  void tell(const char* what, double number) const {
    if (context_.decided) context_.decided(what, number);
  }

  bool isStochastic() const override { return stochastic_ && stochastic_->isActive(); }
  void startBatches();
  static double targetValue(Teuchos::ParameterList& statusTest);
  void begin(ROL::Objective<Real>& objective);
  void visitState(StateArchive<Real>& archive);
  void observe(int level);
  double work() const { return hierarchy_->work()->units(); }

  void cycle(int level, Cycle kind);
  bool smooth(int level);
  void smooth(int level, int steps);
  void correct(int level, Cycle kind);
  bool setUpCoarseModel(int level);
  Real tryCorrection(int level, Cycle kind, double workBefore);
  void minimizeCoarseModel(int coarse, Cycle kind);

  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  CycleParameters parameters_;
  SolverContext<Real> context_;
  ROL::Ptr<const RunLimits> limits_;
  LevelStates<Real> levels_;
  NestedIteration<Real> nested_;
  std::unique_ptr<BatchIteration<Real>> batches_;         // null if all levels keep all their samples
  std::unique_ptr<StochasticIteration<Real>> stochastic_; // null if the run has no stochastic phase
  // Work of rejected corrections. No decision counts it, so a run whose corrections are all rejected takes
  // the same steps as a run without recursion.
  double lostWork_ = 0;
  IterationRecord<Real> record_;
  int rows_ = 0; // of the history so far
  bool idle_ = false;
};

extern template class MultilevelTrustRegion<double>;

} // namespace terrace
