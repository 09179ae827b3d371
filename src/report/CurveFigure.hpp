#pragma once

#include "report/Figure.hpp"
#include "report/PlotAxis.hpp"
#include "report/Series.hpp"

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// The curves of one solver: one a run, and their median.
struct CurveGroup {
  std::string name;
  std::vector<Series> runs;
  std::vector<Series> side; ///< of coarser levels or smaller samples: dotted, not in the median
};

/// Curves of several solvers in one figure: runs thin, medians thick.
struct CurveFigure {
  Figure figure; ///< id, title, caption
  PlotAxis x;
  PlotAxis y;
  std::vector<CurveGroup> groups;
  bool largerIsBetter = false; ///< what has not begun counts as the worst in the median
  bool marksOnly = false;      ///< a mark a point of each run and no lines, for what jumps about

  /// Nothing if there is no point that can be drawn.
  std::optional<Figure> draw(const Gnuplot& gnuplot) const;
};

} // namespace terrace::program
