#pragma once

#include <terrace/multilevel/LevelState.hpp>
#include <terrace/multilevel/SolverContext.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace terrace {

/// The multilevel trust-region method: the engine behind MultilevelTrustRegionStep and
/// MultilevelTrustRegionAlgorithm.
///
/// Recursive multilevel trust region (Gratton, Sartenaer & Toint, SIAM J. Optim. 19, 2008; Kopaničáková &
/// Krause, SIAM J. Sci. Comput. 45, 2023) with L-SR1 or Newton models on every level, V, W and F cycles,
/// adaptive recursion and nested iteration. doc/algorithm.md states the steps. No vector is allocated after
/// construction.
template <class Real>
class MultilevelTrustRegion {
public:
  /// \param hierarchy   the levels, finest first; at least one.
  /// \param parameters  the deck's lists General and Step, checked and complete.
  /// \param context     observer, clock and interruption.
  MultilevelTrustRegion(const ROL::Ptr<LevelHierarchy<Real>>& hierarchy, Teuchos::ParameterList& parameters,
                        SolverContext<Real> context);

  /// Asked after every trial step on any level; true ends nested iteration and corrections early.
  /// The same answer on all ranks.
  /// \param nestedLimitReached  the same for nested iteration alone: the rest of a budget is left to the
  /// finest level.
  void setLimit(std::function<bool()> limitReached, std::function<bool()> nestedLimitReached = {}) {
    limitReached_ = std::move(limitReached);
    nestedLimitReached_ = std::move(nestedLimitReached);
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

  /// One cycle on the finest level.
  void iterate();

  const ROL::Vector<Real>& iterateVector() const { return *states_.front()->x; }
  const ROL::Vector<Real>& gradientVector() const { return *states_.front()->gradient; }
  /// The last iteration on the finest level.
  const IterationRecord<Real>& record() const { return record_; }
  /// Whether the last cycle tried no step on its finest level: rounding errors leave none to try.
  bool idle() const { return idle_; }
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

private:
  using Cycle = CycleParameters::Cycle;

  LevelState<Real>& state(int level) { return *states_[static_cast<std::size_t>(level)]; }
  const TransferOperator<Real>& transfer(int level) const { return *(*hierarchy_)[level].toCoarser; }
  double work() const { return hierarchy_->work()->units(); }
  bool limitReached() const { return limitReached_ && limitReached_(); }
  bool nestingEnds() const { return limitReached() || (nestedLimitReached_ && nestedLimitReached_()); }

  void nestedIteration();
  void enter(int level);
  void climb(int level);
  void runCycle(int level);
  void observe(int level);

  void cycle(int level, Cycle kind);
  bool smooth(int level);
  void smooth(int level, int steps);
  void correct(int level, Cycle kind);
  bool setUpCoarseModel(int level);
  void minimizeCoarseModel(int coarse, Cycle kind);
  Real remainingDistance(LevelState<Real>& level) const;

  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  CycleParameters parameters_;
  SolverContext<Real> context_;
  std::function<bool()> limitReached_;
  std::function<bool()> nestedLimitReached_;
  std::vector<std::unique_ptr<LevelState<Real>>> states_; // finest first
  IterationRecord<Real> record_;
  int rows_ = 0; ///< Records made.
  bool idle_ = false;
};

extern template class MultilevelTrustRegion<double>;

} // namespace terrace
