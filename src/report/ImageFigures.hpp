#pragma once

#include "report/Figure.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Gnuplot;
class LearnedModel;

/// What a model of images learned, for classification: the samples that it predicts worst, and the stencils
/// of its first layer. None if the samples are no images, or large ones. \param id      beginning of the
/// figures' ids. \param solver  name of the model's solver, for the titles.
std::vector<Figure> imageFigures(const LearnedModel& model, const std::string& id, const std::string& solver,
                                 const Gnuplot& gnuplot);

} // namespace terrace::program
