#pragma once

#include <terrace/multilevel/run/RunLimits.hpp>

#include <ROL_Ptr.hpp>
#include <ROL_StatusTest.hpp>

#include <string>
#include <utility>

namespace terrace {

/// Stops when one of the limits is reached.
template <class Real>
class RunLimitsTest : public ROL::StatusTest<Real> {
public:
  /// \param stopReason  receives the reason if this test ends the run; may be null.
  RunLimitsTest(ROL::Ptr<const RunLimits> limits, ROL::Ptr<std::string> stopReason)
      : limits_(std::move(limits)), stopReason_(std::move(stopReason)) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    const std::string reason = limits_->reason();
    if (reason.empty()) return true;
    state.statusFlag = ROL::EXITSTATUS_USERDEFINED;
    if (stopReason_ != ROL::nullPtr) *stopReason_ = reason;
    return false;
  }

private:
  ROL::Ptr<const RunLimits> limits_;
  ROL::Ptr<std::string> stopReason_;
};

} // namespace terrace
