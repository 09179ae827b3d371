#include "detail/OptionChecks.hpp"

#include <terrace/pde/ParametricProblem.hpp>

#include <stdexcept>
#include <utility>

namespace terrace::pde {

ParametricProblem::ParametricProblem(const SquareMesh& mesh, EllipticSolver solver, ParameterTable parameters)
    : mesh_(mesh), solver_(std::move(solver)), parameters_(std::move(parameters)), fields_(mesh) {
  if (inputs().empty())
    throw std::invalid_argument("every parameter is fixed to a single value; at least one must vary.");
}

std::vector<double> ParametricProblem::solve(const std::vector<double>& inputs) {
  parameterValues_ = parameters_.values(inputs);
  setFields(fields_, parameterValues_);
  solution_ = solver_.solve(fields_);
  std::vector<double> values;
  values.reserve(functionals_.size());
  for (const auto& functional : functionals_) values.push_back(functional(solution_));
  return values;
}

std::vector<double> ParametricProblem::jacobian() {
  std::vector<double> rows;
  rows.reserve(functionals_.size() * inputs().size());
  for (const auto& byFields : solver_.derivatives(functionals_)) {
    const auto row = parameters_.byInputs(byParameters(byFields, parameterValues_), parameterValues_);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

void ParametricProblem::addQuantity(const std::string& name, const std::string& unit,
                                    LinearFunctional functional) {
  quantities_.push_back({name, unit});
  functionals_.push_back(std::move(functional));
}

void ParametricProblem::addMeansAndPoints(const std::string& symbol, const std::string& unit,
                                          const ProblemOptions& options) {
  for (int region = 0; region < options.regions * options.regions; ++region)
    addQuantity("mean " + symbol + " in region " + std::to_string(region + 1), unit,
                regionMean(mesh_, options.regions, region));
  for (int j = 1; j <= options.points; ++j)
    for (int i = 1; i <= options.points; ++i) {
      const double x = mesh_.side() * i / (options.points + 1);
      const double y = mesh_.side() * j / (options.points + 1);
      addQuantity(symbol + "(" + detail::numberText(x) + ", " + detail::numberText(y) + ")", unit,
                  pointValue(mesh_, x, y));
    }
}

} // namespace terrace::pde
