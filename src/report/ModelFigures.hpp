#pragma once

#include "report/Figure.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;
class LearnedModel;

/// What a model learned: for classification the regions of its classes, if inputs are two numbers, and the
/// confusion matrix; for regression predicted against true values.
/// \param id      beginning of the figures' ids.
/// \param solver  whose model it is, for the titles.
std::vector<Figure> modelFigures(const LearnedModel& model, const std::string& id, const std::string& solver,
                                 const Gnuplot& gnuplot);

} // namespace terrace::program
