#pragma once

namespace terrace {

/// What nested iteration and batches are made of: cycles on a level, with their rows in the run's history.
template <class Real>
class CycleRunner {
public:
  virtual ~CycleRunner() = default;

  /// The first evaluation on a level that becomes the finest one worked on, with its row.
  /// \throws std::runtime_error if the value or the gradient is not finite.
  virtual void enter(int level) = 0;

  /// One cycle whose finest level is \p level, with its row.
  virtual void runCycle(int level) = 0;

  /// Whether the last cycle tried no step on its finest level: rounding errors leave none to try.
  virtual bool idle() const = 0;

  /// Adds a row for what happened on \p level without a cycle.
  virtual void addRow(int level, Real ratio, Real stepNorm, bool accepted) = 0;

  /// Work units so far, without those of rejected corrections.
  virtual double usefulWork() const = 0;

  /// Whether the run, or what is under way, must end. The same answer on all ranks.
  virtual bool limitReached() const = 0;

  /// Offers the present state to the run's checkpoints.
  virtual void rest() = 0;
};

} // namespace terrace
