#pragma once

#include <string>

namespace terrace {

/// What an objective implements beside ROL::Objective whose values are less exact than its numbers. The
/// solver then does not judge a step by a decrease that may be noise, and ends a run where only such steps
/// are left.
class LimitedPrecision {
public:
  virtual ~LimitedPrecision() = default;

  /// Relative error of the value, at most; 0 if it is only that of the value's own rounding.
  virtual double relativeError() const = 0;

  /// What a user can do to get further, one sentence.
  virtual std::string remedy() const = 0;
};

} // namespace terrace
