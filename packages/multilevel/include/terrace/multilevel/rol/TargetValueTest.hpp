#pragma once

#include <terrace/multilevel/run/SolverContext.hpp>

#include <ROL_StatusTest.hpp>

#include <sstream>
#include <utility>

namespace terrace {

/// Stops when the value of the objective is at most a target.
template <class Real>
class TargetValueTest : public ROL::StatusTest<Real> {
public:
  /// \param stopReason  receives a sentence when the test stops the run; may be null.
  TargetValueTest(Real target, ROL::Ptr<std::string> stopReason)
      : target_(target), stopReason_(std::move(stopReason)) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    if (!(state.value <= target_)) return true;
    state.statusFlag = ROL::EXITSTATUS_USERDEFINED;
    if (stopReason_ != ROL::nullPtr) {
      std::ostringstream text;
      text << "Target Value " << target_ << " reached";
      *stopReason_ = text.str();
    }
    return false;
  }

private:
  Real target_;
  ROL::Ptr<std::string> stopReason_;
};

} // namespace terrace
