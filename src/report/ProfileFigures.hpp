#pragma once

#include "report/Figure.hpp"
#include "report/RunGroups.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;

/// Performance profiles of a study (Dolan & Moré, Math. Program. 91, 2002) in work units and in seconds; none
/// if there are fewer than two instances. \throws std::invalid_argument if the profiles of the study are not
/// as `terrace compare` writes them.
std::vector<Figure> profileFigures(const RecordedStudy& study, const std::string& prefix,
                                   const Gnuplot& gnuplot);

} // namespace terrace::program
