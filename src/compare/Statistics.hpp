#pragma once

#include <vector>

namespace terrace::program {

/// Median and range of some numbers; infinity stands for "never".
struct Statistics {
  double median = 0;
  double lowest = 0;
  double highest = 0;

  /// The median of an even number of values is the mean of the two in the middle, or infinity if one of them
  /// is infinite. Values that are NaN do not count. Without values all three are NaN.
  static Statistics of(std::vector<double> values);
};

} // namespace terrace::program
