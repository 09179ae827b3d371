#pragma once

#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/engine/ProgressPoint.hpp>
#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/sampling/SamplingParameters.hpp>
#include <terrace/multilevel/sampling/WindowSequence.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace terrace {

/// The stochastic phase of a run: AveragedDescent, a new batch at each step, on every level of nested
/// iteration and then on the finest, until a trial of the deterministic method on a level is faster, or the
/// batches have grown to all samples. From then on the method is the deterministic one.
///
/// An iteration is a quarter of a sweep's work in steps, later a sixteenth of the work on the level. The
/// objective of all samples is checked at growing distances: there the model becomes the iterate, or is given
/// up for the last checked one. doc/algorithm.md, "Samples", has the steps.
template <class Real>
class StochasticIteration {
public:
  /// \param hierarchy  of SampledObjectives.
  /// \throws ParameterError as sampledObjectives().
  StochasticIteration(const LevelHierarchy<Real>& hierarchy, const SamplingParameters& parameters,
                      std::uint64_t seed);

  /// The state before a run.
  void restart();

  /// Begins on a level, at its iterate. Its value is estimated from some batches.
  void enter(int level, LevelState<Real>& state, CycleRunner<Real>& cycles);

  /// One iteration on the level that was entered. The objective has all its samples afterwards, also after an
  /// exception; the level's value is the mean over the iteration's batches.
  void iterate(LevelState<Real>& state, CycleRunner<Real>& cycles);

  /// Whether the next iteration is stochastic.
  bool isActive() const { return isActive_; }

  /// The objective of all samples at the iterate of the finest level; before the first check an upper
  /// estimate from some batches.
  Real value() const { return checkedValue_; }
  /// Of the level that was entered.
  const AveragedDescent<Real>& descent() const { return *descent_; }
  /// Samples of the batch that the last row was about.
  long samples() const { return rowSamples_; }

  /// What a resumed run needs, for the level that was entered: its descent and metric, the batches so far,
  /// the last check and the course. \param state  of that level; \param level  its number.
  void visitState(StateArchive<Real>& archive, const std::string& name, LevelState<Real>& state, int level);

private:
  using Objective = SampledObjective<Real>;

  static constexpr long leastBatch = 64;
  static constexpr long fewestBatches = 16; ///< Of an epoch.
  static constexpr long fewestSamples = fewestBatches * leastBatch;
  /// Length of a trial of the deterministic method, in sweeps of the level, and the work that the run has
  /// done before one, in trials.
  static constexpr double trialSweeps = 10;
  static constexpr double trialDistance = 3;

  /// Of the level that was entered.
  Objective& objective() const { return *objectives_[static_cast<std::size_t>(level_)]; }
  void visitMetric(StateArchive<Real>& archive, const std::string& name, LevelState<Real>& state, int level);
  void makeMetric(int level, const LevelState<Real>& state);
  void begin(int level, const LevelState<Real>& state);
  void continueFromCoarser(int level, const LevelState<Real>& state);
  double objectiveWork() const;
  double workOfStep() const;
  long batchSize(long samples, double workOfMetric) const;
  void estimate(LevelState<Real>& state);
  void useBatches(long size);
  bool steps(LevelState<Real>& state, CycleRunner<Real>& cycles);
  bool checkIsDue(const CycleRunner<Real>& cycles) const;
  void check(LevelState<Real>& state, CycleRunner<Real>& cycles);
  bool trialIsDue(const CycleRunner<Real>& cycles);
  void tryDeterministic(LevelState<Real>& state, CycleRunner<Real>& cycles);
  double rate() const;
  void grow(LevelState<Real>& state, CycleRunner<Real>& cycles);
  void handOver(LevelState<Real>& state, CycleRunner<Real>& cycles);
  void enterMetric(LevelState<Real>& state);
  void showRow(LevelState<Real>& state, CycleRunner<Real>& cycles, long samples, Real ratio, bool accepted);

  const LevelHierarchy<Real>& hierarchy_;
  std::vector<Objective*> objectives_; ///< Of all levels.
  SamplingParameters parameters_;
  std::uint64_t seed_;
  bool isActive_ = false;
  int level_ = 0;
  ROL::Ptr<AdaptiveMetric<Real>> metric_;        ///< Of the level.
  std::optional<AveragedDescent<Real>> descent_; ///< Of the level.
  std::optional<WindowSequence> batches_;
  long nextBatch_ = 0;
  long rowSamples_ = 0;
  ROL::Ptr<ROL::Vector<Real>> checked_; ///< The finest level's iterate at the last check.
  Real checkedValue_ = 0;
  double workAtStart_ = 0; ///< Of the level.
  double workAtCheck_ = 0;
  Real meanOfBatches_ = 0;            ///< Of an iteration.
  double nextTrial_ = 0;              ///< Least work.
  Real trialRadius_ = 0;              ///< After the last trial on the level; 0 before.
  bool referenceIsTrial_ = false;     ///< The last check was the end of a trial that lost.
  std::vector<ProgressPoint> course_; ///< After each iteration on the level.
};

extern template class StochasticIteration<double>;

} // namespace terrace
