#pragma once

#include <terrace/multilevel/engine/CycleParameters.hpp>
#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelStates.hpp>
#include <terrace/multilevel/engine/StagnationTest.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>

#include <string>

namespace terrace {

/// Nested iteration: the start of a run, from the coarsest level up to the finest.
///
/// Cycles on the coarsest level until it stagnates (StagnationTest); then the iterate, the secant pairs and
/// the radius go up to the next finer level, and so on. The finest level is entered but not worked on.
template <class Real>
class NestedIteration {
public:
  /// \param target  value of the finest level at which the run ends; minus infinity for none.
  NestedIteration(const CycleParameters& parameters, double target);

  /// The state before a run: nothing is under way.
  void restart();

  /// Projects the finest level's iterate to the coarsest level, where run() begins. At least two levels.
  void start(LevelStates<Real>& levels);

  /// Works on the levels, from the one where it stands up to level 1, then enters level 0.
  void run(LevelStates<Real>& levels, CycleRunner<Real>& cycles);

  /// Whether a coarser level than the finest is worked on.
  bool isUnderWay() const { return level_ > 0; }
  /// Value of the finest level at which the run ends; minus infinity for none.
  double target() const { return target_; }
  /// The level worked on; 0 if nothing is under way.
  int level() const { return level_; }

  /// The share of a work or time limit that may be spent when the present level is left. The coarser levels
  /// have theirs in the ratio of the cube roots of their costs.
  /// \param coarseShare  of all coarser levels together.
  double budgetShare(const LevelHierarchy<Real>& hierarchy, double coarseShare) const;

  /// \throws std::invalid_argument if the level to restore is not one of \p levels levels.
  void visitState(StateArchive<Real>& archive, const std::string& name, int levels);

private:
  void workOnLevel(LevelStates<Real>& levels, CycleRunner<Real>& cycles);
  bool isDone(const LevelState<Real>& level, const CycleRunner<Real>& cycles);
  void climb(LevelStates<Real>& levels) const;

  CycleParameters parameters_;
  double target_;
  int level_ = 0;
  int cycles_ = 0; // done on the level
  StagnationTest progress_;
};

extern template class NestedIteration<double>;

} // namespace terrace
