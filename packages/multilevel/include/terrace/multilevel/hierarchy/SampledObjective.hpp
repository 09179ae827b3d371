#pragma once

#include <ROL_Objective.hpp>

#include <vector>

namespace terrace {

/// An objective that is a mean over samples (plus terms without samples) and can be restricted to a batch of
/// them. Mini-batch methods need one: dynamic sampling, stochastic gradients.
///
/// All levels of a hierarchy have the samples in the same order: positions 0 .. samples() - 1. An evaluation
/// on a batch costs work in proportion to the batch.
template <class Real>
class SampledObjective : public ROL::Objective<Real> {
public:
  /// Samples that batches can be drawn from.
  virtual long samples() const = 0;

  /// Samples that the objective takes together: it is a mean over the groups 0 .. n-1, n .. 2n-1, ... of a
  /// batch's samples rather than over samples. Batches that are chosen freely are whole multiples of n.
  virtual long samplesTogether() const { return 1; }

  /// Samples of the present batch.
  virtual long batchSamples() const = 0;

  /// Restricts the mean to the samples at \p positions. Collective. Earlier evaluations are forgotten.
  ///
  /// \param positions  distinct, at least one; the same on all ranks.
  /// \throws std::invalid_argument if there is none, or one is not in 0 .. samples() - 1.
  virtual void setBatch(const std::vector<long>& positions) = 0;

  /// Takes the samples that the objective was made for again: all of them on the finest level.
  virtual void resetBatch() = 0;
};

} // namespace terrace
