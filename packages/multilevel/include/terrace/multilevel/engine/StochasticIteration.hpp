#pragma once

#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/sampling/SamplingParameters.hpp>
#include <terrace/multilevel/sampling/WindowSequence.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace terrace {

/// The stochastic phase of a run: AveragedDescent, a new batch at each step, on every level of nested iteration
/// and then on the finest, until the batches have grown to all samples. From then on the method is the
/// deterministic one.
///
/// An iteration is a quarter of a sweep's work in steps. The objective of all samples is checked at growing
/// distances: there the model becomes the iterate, or is given up for the last checked one.
/// doc/algorithm.md, "Samples", has the steps.
template <class Real>
class StochasticIteration {
public:
  /// \param hierarchy  of SampledObjectives.
  /// \throws ParameterError if one is not.
  StochasticIteration(const LevelHierarchy<Real>& hierarchy, const SamplingParameters& parameters,
                      std::uint64_t seed);

  /// The state before a run.
  void restart();

  /// Begins on a level, at its iterate. Its value is that of the first batch.
  void enter(int level, LevelState<Real>& state, CycleRunner<Real>& cycles);

  /// One iteration on the level that was entered. The objective has all its samples afterwards, also after an
  /// exception; the level's value is the mean over the iteration's batches.
  void iterate(LevelState<Real>& state, CycleRunner<Real>& cycles);

  /// Whether the next iteration is stochastic.
  bool isActive() const { return isActive_; }
  /// Whether the last one was.
  bool wasActive() const { return wasActive_; }

  /// The objective of all samples at the iterate of the finest level; before the first check an upper estimate
  /// from some batches.
  Real value() const { return checkedValue_; }
  /// Samples of the batch that the last row was about.
  long samples() const { return rowSamples_; }

  void visitState(StateArchive<Real>& archive, const std::string& name, LevelState<Real>& state, int level);

private:
  using Objective = SampledObjective<Real>;

  Objective& objective(int level) const;
  void begin(int level, const LevelState<Real>& state);
  double sweepWork() const { return hierarchy_[level_].work; }
  void estimate(LevelState<Real>& state);
  void steps(LevelState<Real>& state, CycleRunner<Real>& cycles);
  bool checkIsDue(const CycleRunner<Real>& cycles) const;
  void check(LevelState<Real>& state, CycleRunner<Real>& cycles);
  void showRow(LevelState<Real>& state, CycleRunner<Real>& cycles, long samples, Real ratio, bool accepted);

  const LevelHierarchy<Real>& hierarchy_;
  SamplingParameters parameters_;
  std::uint64_t seed_;
  bool isActive_ = false;
  bool wasActive_ = false;
  int level_ = 0;
  std::optional<AveragedDescent<Real>> descent_; ///< Of the level.
  std::optional<WindowSequence> batches_;
  long nextBatch_ = 0;
  long rowSamples_ = 0;
  ROL::Ptr<ROL::Vector<Real>> checked_; ///< The finest level's iterate at the last check.
  Real checkedValue_ = 0;
  double workAtStart_ = 0; ///< Of the level.
  double workAtCheck_ = 0;
  Real meanOfBatches_ = 0; ///< Of an iteration.
};

extern template class StochasticIteration<double>;

} // namespace terrace
