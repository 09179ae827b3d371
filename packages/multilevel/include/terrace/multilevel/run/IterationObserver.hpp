#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Vector.hpp>

#include <limits>
#include <string>

namespace terrace {

/// One row of a run's history: what happened in one cycle.
///
/// With dynamic sampling, the rows of cycles on a batch have the batch's samples and values. The row of its
/// check has all samples, the full value, a gradient norm of NaN and the global ratio. Rows of stochastic
/// steps have the batch's samples, the mean value of the batches, and what steers the step length.
template <class Real>
struct IterationRecord {
  int iteration = 0; ///< Row number of the run; 0 is the first evaluation.
  /// Iterations done on the finest level, 0 in nested iteration. All cycles on a batch are one iteration.
  int cycle = 0;
  int level = 0;         ///< Level of the cycle, 0 is the finest. Value, gradient and samples are of it.
  int coarsestLevel = 0; ///< Coarsest level that the iteration visited.
  Real value = 0;        ///< Objective value of the level at its iterate.
  Real gradientNorm = 0; ///< Norm of the gradient in the level's metric.
  Real stepNorm = 0;     ///< Norm of the iteration's total step; 0 if nothing was accepted.
  Real radius = 0;       ///< Trust-region radius after the iteration.
  Real ratio = 0;        ///< Actual over predicted reduction of the iteration's last trial step.
  bool accepted = false; ///< Whether the iterate moved.
  long samples = 0;      ///< Samples of the level's objective, 0 if it has none.
  double work = 0;       ///< Work units since the start.
  /// \name The step length, S and c of AveragedDescent; NaN in other rows
  /// @{
  Real stepLength = std::numeric_limits<Real>::quiet_NaN(); ///< alpha
  Real slope = std::numeric_limits<Real>::quiet_NaN();      ///< S
  Real curvature = std::numeric_limits<Real>::quiet_NaN();  ///< c
  /// @}

  /// All columns but those of AveragedDescent.
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/iteration", iteration);
    archive.visitNumber(name + "/cycle", cycle);
    archive.visitNumber(name + "/level", level);
    archive.visitNumber(name + "/coarsest_level", coarsestLevel);
    archive.visitNumber(name + "/value", value);
    archive.visitNumber(name + "/gradient_norm", gradientNorm);
    archive.visitNumber(name + "/step_norm", stepNorm);
    archive.visitNumber(name + "/radius", radius);
    archive.visitNumber(name + "/ratio", ratio);
    archive.visitNumber(name + "/accepted", accepted);
    archive.visitNumber(name + "/samples", samples);
    archive.visitNumber(name + "/work", work);
  }
};

/// Called after each iteration of a run, on all ranks with the same record.
template <class Real>
class IterationObserver {
public:
  virtual ~IterationObserver() = default;

  /// \param iterate  the iterate of record.level's space; valid during the call only.
  virtual void observe(const IterationRecord<Real>& record, const ROL::Vector<Real>& iterate) = 0;
};

} // namespace terrace
