#include "detail/OptionChecks.hpp"

#include <terrace/pde/DiffusionConvectionReaction.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace::pde {
namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double unbounded = std::numeric_limits<double>::max();

// Parameters after the kappas of the regions.
enum Tail : std::size_t { VelocityX, VelocityY, Reaction, Strength, SourceX, SourceY };

const DiffusionConvectionReactionOptions& checked(const DiffusionConvectionReactionOptions& options) {
  detail::requireValid(options);
  detail::requirePositive("kappa", options.kappa);
  detail::requireRange("velocity", options.velocity, -unbounded, unbounded);
  detail::requireRange("reaction", options.reaction, 0, unbounded);
  detail::requireRange("strength", options.strength, -unbounded, unbounded);
  detail::requireRange("source position", options.sourcePosition, 0, 1);
  detail::requireNumber("source width", options.sourceWidth, 1.0 / options.cells, 10);
  return options;
}

ParameterTable tableOf(const DiffusionConvectionReactionOptions& options) {
  ParameterTable table;
  for (int region = 1; region <= options.regions * options.regions; ++region)
    table.add("kappa_" + std::to_string(region), "1", options.kappa, Scale::Logarithmic);
  table.add("b_x", "1", options.velocity, Scale::Linear);
  table.add("b_y", "1", options.velocity, Scale::Linear);
  table.add("r", "1", options.reaction, Scale::Linear);
  table.add("Q", "1", options.strength, Scale::Linear);
  table.add("x_s", "1", options.sourcePosition, Scale::Linear);
  table.add("y_s", "1", options.sourcePosition, Scale::Linear);
  return table;
}

bool convects(const Range& velocity) {
  return velocity.lowest != 0 || velocity.highest != 0;
}

// exp(-(x - centre)^2 / (2 s^2)) at the nodes of a side.
std::vector<double> bell(const SquareMesh& mesh, double centre, double s) {
  std::vector<double> values(static_cast<std::size_t>(mesh.nodesPerSide()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double distance = static_cast<double>(i) * mesh.cellSize() - centre;
    values[i] = std::exp(-distance * distance / (2 * s * s));
  }
  return values;
}

// Calls f(corner's place among the source's values, node along x, node along y) for the corners of all cells.
template <class Function>
void forEachCorner(const SquareMesh& mesh, const Function& f) {
  const auto side = static_cast<std::size_t>(mesh.cellsPerSide());
  std::size_t corner = 0;
  for (std::size_t j = 0; j < side; ++j)
    for (std::size_t i = 0; i < side; ++i) {
      f(corner++, i, j);
      f(corner++, i + 1, j);
      f(corner++, i + 1, j + 1);
      f(corner++, i, j + 1);
    }
}

void setSource(EllipticFields& fields, const SquareMesh& mesh, double strength, double x, double y,
               double s) {
  const double height = strength / (2 * pi * s * s);
  const auto alongX = bell(mesh, x, s);
  const auto alongY = bell(mesh, y, s);
  forEachCorner(mesh, [&](std::size_t corner, std::size_t i, std::size_t j) {
    fields.source[corner] = height * alongX[i] * alongY[j];
  });
}

} // namespace

DiffusionConvectionReaction::DiffusionConvectionReaction(const DiffusionConvectionReactionOptions& options)
    : // In braces, so that the options are checked first.
      ParametricProblem{SquareMesh(checked(options).cells),
                        EllipticSolver(SquareMesh(options.cells), BoundaryConditions{},
                                       convects(options.velocity), options.tolerance),
                        tableOf(options)},
      options_(options) {
  addMeansAndPoints("u", "1", options);
}

std::string DiffusionConvectionReaction::description() const {
  return "Diffusion-convection-reaction: -div(kappa grad u) + b.grad u + r u = f on the unit square, u = 0 "
         "on "
         "its boundary; kappa constant in each of " +
         std::to_string(options_.regions) + " x " + std::to_string(options_.regions) +
         " squares (row by row from the lower left), f(x) = Q exp(-|x - (x_s, y_s)|^2 / (2 s^2)) / (2 pi "
         "s^2) "
         "with s = " +
         detail::numberText(options_.sourceWidth) + "; kappa in " + detail::rangeText(options_.kappa) +
         " (log-uniform), b_x and b_y in " + detail::rangeText(options_.velocity) + ", r in " +
         detail::rangeText(options_.reaction) + ", Q in " + detail::rangeText(options_.strength) +
         ", x_s and y_s in " + detail::rangeText(options_.sourcePosition) + " (uniform)";
}

void DiffusionConvectionReaction::setFields(EllipticFields& fields,
                                            const std::vector<double>& parameters) const {
  const double* tail = parameters.data() + options_.regions * options_.regions;
  for (int cell = 0; cell < mesh().cells(); ++cell)
    fields.diffusion[static_cast<std::size_t>(cell)] =
        parameters[static_cast<std::size_t>(regionOf(mesh(), options_.regions, cell))];
  std::fill(fields.velocityX.begin(), fields.velocityX.end(), tail[VelocityX]);
  std::fill(fields.velocityY.begin(), fields.velocityY.end(), tail[VelocityY]);
  std::fill(fields.reaction.begin(), fields.reaction.end(), tail[Reaction]);
  setSource(fields, mesh(), tail[Strength], tail[SourceX], tail[SourceY], options_.sourceWidth);
}

std::vector<double> DiffusionConvectionReaction::byParameters(const EllipticFields& byFields,
                                                              const std::vector<double>& parameters) const {
  const auto regions = static_cast<std::size_t>(options_.regions * options_.regions);
  std::vector<double> derivatives(parameters.size(), 0.0);
  double* tail = derivatives.data() + regions;
  for (int cell = 0; cell < mesh().cells(); ++cell) {
    const auto c = static_cast<std::size_t>(cell);
    derivatives[static_cast<std::size_t>(regionOf(mesh(), options_.regions, cell))] += byFields.diffusion[c];
    tail[VelocityX] += byFields.velocityX[c];
    tail[VelocityY] += byFields.velocityY[c];
    tail[Reaction] += byFields.reaction[c];
  }
  const double s = options_.sourceWidth, h = mesh().cellSize();
  const double strength = parameters[regions + Strength], x = parameters[regions + SourceX],
               y = parameters[regions + SourceY];
  const auto alongX = bell(mesh(), x, s), alongY = bell(mesh(), y, s);
  forEachCorner(mesh(), [&](std::size_t corner, std::size_t i, std::size_t j) {
    const double byStrength = byFields.source[corner] * alongX[i] * alongY[j] / (2 * pi * s * s);
    tail[Strength] += byStrength;
    tail[SourceX] += byStrength * strength * (static_cast<double>(i) * h - x) / (s * s);
    tail[SourceY] += byStrength * strength * (static_cast<double>(j) * h - y) / (s * s);
  });
  return derivatives;
}

} // namespace terrace::pde
