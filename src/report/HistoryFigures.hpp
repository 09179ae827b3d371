#pragma once

#include "report/Figure.hpp"
#include "report/RunGroups.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;

/// Loss, gradient norm and accuracy or error, each against work units and against seconds.
/// \param prefix  of the figures' ids; each problem has its own.
std::vector<Figure> convergenceFigures(const ProblemRuns& problem, const std::string& prefix,
                                       const Gnuplot& gnuplot);

/// Radius, ratio and samples over the iterations. A quantity that no solver has is left out.
std::vector<Figure> iterationFigures(const ProblemRuns& problem, const std::string& prefix,
                                     const Gnuplot& gnuplot);

/// The levels that each solver's typical run visited: a figure for each solver with several levels.
std::vector<Figure> levelFigures(const ProblemRuns& problem, const std::string& prefix,
                                 const Gnuplot& gnuplot);

} // namespace terrace::program
