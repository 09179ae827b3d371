#pragma once

namespace terrace {

/// Runs cycles on a level and keeps the rows of the run's history. NestedIteration and BatchIteration are
/// made of these operations.
template <class Real>
class CycleRunner {
public:
  virtual ~CycleRunner() = default;

  /// Evaluates a level that becomes the finest one worked on, and adds its row.
  /// \throws std::runtime_error if the value or the gradient is not finite.
  virtual void enter(int level) = 0;

  /// Runs one cycle whose finest level is \p level, and adds its row.
  virtual void runCycle(int level) = 0;

  /// Whether the last cycle tried no step on its finest level, because rounding errors leave none.
  virtual bool idle() const = 0;

  /// Whether cycles are stochastic steps at present, so that values have the noise of batches.
  virtual bool isStochastic() const { return false; }

  /// Adds a row for what happened on \p level without a cycle.
  virtual void addRow(int level, Real ratio, Real stepNorm, bool accepted) = 0;

  /// Work units so far, without those of rejected corrections.
  virtual double usefulWork() const = 0;

  /// Whether the run, or the nested iteration that is under way, must end. The same answer on all ranks.
  /// \param reserve  work units to be left of the run's limit.
  virtual bool limitReached(double reserve = 0) const = 0;

  /// Tells a decision, before it is acted upon, to who compares the ranks. \return the decision.
  virtual bool decided(const char* /*what*/, bool decision) const { return decision; }

  /// Offers the present state to the run's checkpoints.
  virtual void rest() = 0;
};

} // namespace terrace
