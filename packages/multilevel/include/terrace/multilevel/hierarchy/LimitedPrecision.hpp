#pragma once

#include <string>

namespace terrace {

/// Implemented, beside ROL::Objective, by an objective whose values are less exact than their number type.
///
/// The solver then does not judge a step by a decrease that may be noise, and ends a run where only such
/// steps are left.
class LimitedPrecision {
public:
  virtual ~LimitedPrecision() = default;

  /// An upper bound of the value's relative error; 0 for no error but the rounding of the value itself.
  virtual double relativeError() const = 0;

  /// One sentence: what a user can do to get further.
  virtual std::string remedy() const = 0;
};

} // namespace terrace
