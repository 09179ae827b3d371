#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::program {

/// Points of a curve, x ascending.
struct Series {
  std::vector<double> x;
  std::vector<double> y;

  bool empty() const { return x.empty(); }
  std::size_t size() const { return x.size(); }
  void add(double xValue, double yValue);
};

/// The points that can be drawn: finite, and positive where the axis is logarithmic.
Series drawable(const Series& series, bool logarithmicX, bool logarithmicY);

/// A series that looks the same with fewer points: the first, lowest, highest and last one of each of \p
/// parts equal parts of the axis.
Series thinned(const Series& series, bool logarithmicX, std::size_t parts);

/// The median of several curves. A curve keeps a value until its next point, and its last value after its
/// end. A curve that has not begun has the infinite value \p notBegun, so the median begins when more than
/// half of the curves have begun. It ends where half of them have ended. Curves without points do not count.
Series medianOf(const std::vector<Series>& curves, double notBegun);

/// The points as lines of a data block of gnuplot.
std::string dataBlock(const std::string& name, const Series& series);

} // namespace terrace::program
