#pragma once

#include <string>
#include <vector>

namespace terrace::program {

/// An axis of a plot: its label, and whether it is logarithmic.
struct PlotAxis {
  std::string label; ///< with its unit
  bool logarithmic = false;

  /// Commands of gnuplot for the axis \p name ("x" or "y") from \p lowest to \p highest: label, range and, if
  /// logarithmic, tics at powers of ten, and between them if there are few.
  std::string commands(const std::string& name, double lowest, double highest) const;
};

} // namespace terrace::program
