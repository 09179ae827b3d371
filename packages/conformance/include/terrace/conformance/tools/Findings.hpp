#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace terrace::conformance::detail {

/// What a check found. A check continues after a failure, so that all ranks make the same collective calls.
class Findings {
public:
  /// \param error  a NaN is a failure.
  void atMost(double error, double bound, const std::string& what) {
    if (error <= bound) return;
    failures_ << what << ": the error is " << error << "; expected at most " << bound << ".\n";
    failed_ = true;
  }

  void expect(bool holds, const std::string& failure) {
    if (holds) return;
    failures_ << failure << '\n';
    failed_ = true;
  }

  ::testing::AssertionResult result() const {
    return failed_ ? ::testing::AssertionFailure() << failures_.str() : ::testing::AssertionSuccess();
  }

private:
  bool failed_ = false;
  std::ostringstream failures_;
};

} // namespace terrace::conformance::detail
