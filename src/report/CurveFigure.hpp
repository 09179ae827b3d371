#pragma once

#include "report/Figure.hpp"
#include "report/PlotAxis.hpp"
#include "report/Series.hpp"

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// The curves of one solver, one for each run.
struct CurveGroup {
  std::string name;
  std::vector<Series> runs;
  std::vector<Series> side; ///< of coarser levels or fewer samples: dotted, not in the median
};

/// Curves of several solvers in one figure: runs thin, medians thick.
struct CurveFigure {
  Figure figure; ///< id, title, caption
  PlotAxis x;
  PlotAxis y;
  std::vector<CurveGroup> groups;
  bool largerIsBetter = false; ///< a curve that has not begun counts as the worst in the median
  bool marksOnly = false;      ///< a mark for each point and no lines, for values that jump

  /// \returns nothing if no point can be drawn.
  std::optional<Figure> draw(const Gnuplot& gnuplot) const;
};

} // namespace terrace::program
