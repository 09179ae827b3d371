#pragma once

#include "report/Figure.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;
class LearnedModel;

/// What a model learned. For classification: the regions of its classes, if there are two inputs, the
/// confusion matrix and imageFigures(). For regression: predicted against true values.
/// \param id      beginning of the figures' ids.
/// \param solver  name of the model's solver, for the titles.
std::vector<Figure> modelFigures(const LearnedModel& model, const std::string& id, const std::string& solver,
                                 const Gnuplot& gnuplot);

} // namespace terrace::program
