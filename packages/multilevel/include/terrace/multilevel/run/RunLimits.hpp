#pragma once

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>

#include <ROL_StatusTest.hpp>

#include <functional>
#include <sstream>
#include <string>
#include <utility>

namespace terrace {

/// Limits of a run in work units and seconds, and its interruption from outside.
///
/// The engine asks reached() after every trial step, a status test (RunLimitsTest) after every iteration.
class RunLimits {
public:
  /// reason() of an interrupted run.
  static constexpr const char* interruptedReason = "Interrupted";

  /// \param workLimit  work units, 0 for none.
  /// \param timeLimit  seconds, 0 for none; needs \p elapsedSeconds.
  RunLimits(ROL::Ptr<WorkCounter> work, double workLimit, double timeLimit,
            std::function<double()> elapsedSeconds, std::function<bool()> interrupted)
      : work_(std::move(work)), workLimit_(workLimit), timeLimit_(timeLimit),
        elapsedSeconds_(std::move(elapsedSeconds)), interrupted_(std::move(interrupted)) {}

  bool reached() const { return !reason().empty(); }

  /// Whether this share of the work or time limit is spent. \param lost  work units that do not count.
  bool spent(double share, double lost) const {
    return (workLimit_ > 0 && work_->units() - lost >= share * workLimit_) ||
           (timeLimit_ > 0 && elapsedSeconds_ && elapsedSeconds_() >= share * timeLimit_);
  }

  /// One sentence, or "" if no limit is reached.
  std::string reason() const {
    std::ostringstream text;
    // The fractions of an epoch's batches add up to one but for rounding.
    constexpr double nearly = 1 - 1e-9;
    if (workLimit_ > 0 && work_->units() >= nearly * workLimit_) {
      text << "Work Limit of " << workLimit_ << " units reached";
    } else if (timeLimit_ > 0 && elapsedSeconds_ && elapsedSeconds_() >= timeLimit_) {
      text << "Time Limit of " << timeLimit_ << " seconds reached";
    } else if (interrupted_ && interrupted_()) {
      text << interruptedReason;
    }
    return text.str();
  }

private:
  ROL::Ptr<WorkCounter> work_;
  double workLimit_;
  double timeLimit_;
  std::function<double()> elapsedSeconds_;
  std::function<bool()> interrupted_;
};

/// Stops when one of the limits is reached.
template <class Real>
class RunLimitsTest : public ROL::StatusTest<Real> {
public:
  RunLimitsTest(ROL::Ptr<RunLimits> limits, ROL::Ptr<std::string> stopReason)
      : limits_(std::move(limits)), stopReason_(std::move(stopReason)) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    const std::string reason = limits_->reason();
    if (reason.empty()) return true;
    state.statusFlag = ROL::EXITSTATUS_USERDEFINED;
    if (stopReason_ != ROL::nullPtr) *stopReason_ = reason;
    return false;
  }

private:
  ROL::Ptr<RunLimits> limits_;
  ROL::Ptr<std::string> stopReason_;
};

} // namespace terrace
