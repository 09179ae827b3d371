#pragma once

#include <terrace/multilevel/engine/CycleRunner.hpp>
#include <terrace/multilevel/engine/LevelState.hpp>
#include <terrace/multilevel/engine/StagnationTest.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>
#include <terrace/multilevel/sampling/SampleSchedule.hpp>

#include <string>

namespace terrace {

/// Iterations on batches of the samples, and on coarse samples that are drawn again for each correction.
///
/// An iteration on a batch is some cycles on it and a check: the objective of all samples must decrease too,
/// else the iterate goes back to the last check. Batches grow until they hold all samples; from then on an
/// iteration is one cycle. The steps are those of algorithm 6 in doc/algorithm.md.
template <class Real>
class BatchIteration {
public:
  /// \param hierarchy  of SampledObjectives.
  /// \throws ParameterError if it is not.
  BatchIteration(const LevelHierarchy<Real>& hierarchy, const SamplingParameters& parameters,
                 double stagnationTolerance);

  /// The state before a run: the first batch.
  void restart();

  /// Algorithm 6, step 1, after the finest level was evaluated on all samples. The first batch is checked
  /// against that. Only where isOnBatch().
  /// \param work  CycleRunner::usefulWork().
  void start(const LevelState<Real>& finest, double work);

  /// One iteration. The objectives have all their samples afterwards, also after an exception.
  void iterate(LevelState<Real>& finest, CycleRunner<Real>& cycles);

  /// Whether the next iteration is on a batch that does not hold all samples.
  bool isOnBatch() const { return !samples_.isWhole(); }
  /// Whether the last one was.
  bool wasOnBatch() const { return wasOnBatch_; }

  /// \name While batches are sampled: the objective of all samples at the iterate
  /// @{

  /// At the last check.
  Real value() const { return checkedValue_; }
  /// The largest number after the start, where the gradient is not known.
  Real gradientNorm() const { return checkedGradientNorm_; }
  /// @}

  /// What chooses the batches, and the samples of the coarse levels.
  SampleSchedule<Real>& samples() { return samples_; }
  /// \overload
  const SampleSchedule<Real>& samples() const { return samples_; }

  /// What a resumed run needs: the batch, the last check, and the progress on batches of its size.
  void visitState(StateArchive<Real>& archive, const std::string& name);

private:
  bool solveBatch(LevelState<Real>& finest, CycleRunner<Real>& cycles);
  bool check(Real predicted, LevelState<Real>& finest, CycleRunner<Real>& cycles);
  void enterSize(double work);

  SampleSchedule<Real> samples_;
  double stagnationTolerance_;
  StagnationTest progress_; // of the objective of all samples, on batches of one size
  bool wasOnBatch_ = false;
  ROL::Ptr<ROL::Vector<Real>> checked_; // the iterate at the last check
  Real checkedValue_ = 0;
  Real checkedGradientNorm_ = 0;
  Real firstGradientNorm_ = 0; // of all samples, where sampling started
};

extern template class BatchIteration<double>;

} // namespace terrace
