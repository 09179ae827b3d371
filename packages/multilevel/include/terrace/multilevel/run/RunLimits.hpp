#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <utility>

namespace terrace {

/// Limits of a run in work units and seconds, and its interruption from outside.
///
/// The solvers ask after every trial step, a status test (RunLimitsTest) after every iteration. All answers
/// are the same on all ranks.
class RunLimits {
public:
  /// reason() of an interrupted run.
  static constexpr const char* interruptedReason = "Interrupted";

  /// \param workLimit       work units, 0 for none.
  /// \param timeLimit       seconds, 0 for none; needs \p elapsedSeconds.
  /// \param workUnits       work units so far; may be empty without a work limit.
  /// \param elapsedSeconds  seconds so far; may be empty without a time limit.
  /// \param interrupted     true ends the run; may be empty.
  RunLimits(double workLimit, double timeLimit, std::function<double()> workUnits,
            std::function<double()> elapsedSeconds, std::function<bool()> interrupted)
      : workLimit_(workLimit), timeLimit_(timeLimit), workUnits_(std::move(workUnits)),
        elapsedSeconds_(std::move(elapsedSeconds)), interrupted_(std::move(interrupted)) {}

  /// \param reserve  work units to be left.
  bool reached(double reserve = 0) const { return !reason(reserve).empty(); }

  /// Whether this share of the work or time limit is spent.
  /// \param lost  work units that do not count.
  bool spent(double share, double lost) const {
    return (workLimit_ > 0 && workUnits_() - lost >= share * workLimit_) ||
           (timeLimit_ > 0 && elapsedSeconds_ && elapsedSeconds_() >= share * timeLimit_);
  }

  /// One sentence, or "" if no limit is reached. \param reserve  as in reached().
  std::string reason(double reserve = 0) const {
    std::ostringstream text;
    // The fractions of an epoch's batches add up to one but for rounding.
    constexpr double nearly = 1 - 1e-9;
    if (workLimit_ > 0 && workUnits_() + reserve >= nearly * workLimit_) {
      text << "Work Limit of " << workLimit_ << " units reached";
    } else if (timeLimit_ > 0 && elapsedSeconds_ && elapsedSeconds_() >= timeLimit_) {
      text << "Time Limit of " << timeLimit_ << " seconds reached";
    } else if (interrupted_ && interrupted_()) {
      text << interruptedReason;
    }
    return text.str();
  }

private:
  double workLimit_;
  double timeLimit_;
  std::function<double()> workUnits_;
  std::function<double()> elapsedSeconds_;
  std::function<bool()> interrupted_;
};

} // namespace terrace
