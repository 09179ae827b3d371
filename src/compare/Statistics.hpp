#pragma once

#include <vector>

namespace terrace::program {

/// The middle of some numbers and how far they spread; infinity stands for "never".
struct Statistics {
  double median = 0;
  double lowest = 0;
  double highest = 0;

  /// Median of an even number of values: the mean of the two in the middle, infinity if one of them is. All
  /// are NaN for no values; values that are NaN do not count.
  static Statistics of(std::vector<double> values);
};

} // namespace terrace::program
