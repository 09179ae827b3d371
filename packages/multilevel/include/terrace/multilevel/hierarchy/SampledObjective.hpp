#pragma once

#include <ROL_Objective.hpp>

#include <vector>

namespace terrace {

/// An objective that is a mean over samples (plus terms that no sample enters) and can be restricted to a
/// batch of them. It is what mini-batch methods work on: dynamic sampling, stochastic gradients.
///
/// The samples stand in one order, the same for all levels of a hierarchy: position 0 .. samples() - 1. An
/// evaluation on a batch costs work in proportion to the batch.
template <class Real>
class SampledObjective : public ROL::Objective<Real> {
public:
  /// Samples that batches can be drawn from.
  virtual long samples() const = 0;

  /// Samples of the present batch.
  virtual long batchSamples() const = 0;

  /// From now on value, gradient and Hessian are those of the mean over the samples at \p positions.
  ///
  /// Collective. What was evaluated before is forgotten, so that the next update() starts afresh.
  /// \param positions  distinct, at least one; the same on all ranks.
  /// \throws std::invalid_argument if there is none, or one is not in 0 .. samples() - 1.
  virtual void setBatch(const std::vector<long>& positions) = 0;

  /// Back to the samples that the objective was made for: all of them on the finest level.
  virtual void resetBatch() = 0;
};

} // namespace terrace
