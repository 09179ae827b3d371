#include "compare/Statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace::program {

Statistics Statistics::of(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
               values.end());
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {none, none, none};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double upper = values[middle];
  const double median = values.size() % 2 == 1 || std::isinf(upper)
                            ? upper
                            : values[middle - 1] + (upper - values[middle - 1]) / 2;
  return {median, values.front(), values.back()};
}

} // namespace terrace::program
