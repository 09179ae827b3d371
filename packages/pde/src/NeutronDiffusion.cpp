#include "detail/OptionChecks.hpp"

#include <terrace/pde/NeutronDiffusion.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace::pde {
namespace {

constexpr double unbounded = std::numeric_limits<double>::max();
constexpr double vacuumCoefficient = 0.5; // Marshak: the incoming current phi/4 + (D/2) dphi/dn is 0

const char* const sideNames[] = {"left", "right", "bottom", "top"};

const NeutronDiffusionOptions& checked(const NeutronDiffusionOptions& options) {
  detail::requireValid(options);
  detail::requirePositive("diffusion", options.diffusion);
  detail::requirePositive("absorption", options.absorption);
  detail::requireRange("source", options.source, 0, unbounded);
  return options;
}

ParameterTable tableOf(const NeutronDiffusionOptions& options) {
  const int regions = options.regions * options.regions;
  ParameterTable table;
  for (int region = 1; region <= regions; ++region)
    table.add("D_" + std::to_string(region), "cm", options.diffusion, Scale::Logarithmic);
  for (int region = 1; region <= regions; ++region)
    table.add("Sigma_" + std::to_string(region), "1/cm", options.absorption, Scale::Logarithmic);
  for (int region = 1; region <= regions; ++region)
    table.add("S_" + std::to_string(region), "1/(cm^3 s)", options.source, Scale::Linear);
  return table;
}

BoundaryConditions boundaryOf(const NeutronDiffusionOptions& options) {
  BoundaryConditions boundary;
  for (auto& condition : boundary) condition.type = BoundaryCondition::Type::Robin;
  for (const Side side : options.vacuum) boundary[side].coefficient = vacuumCoefficient;
  return boundary;
}

std::string sidesText(const std::vector<Side>& sides) {
  std::string text;
  for (const Side side : sides) text += (text.empty() ? "" : ", ") + std::string(sideNames[side]);
  return text.empty() ? "none" : text;
}

} // namespace

NeutronDiffusion::NeutronDiffusion(const NeutronDiffusionOptions& options)
    : // In braces, so that the options are checked first.
      ParametricProblem{SquareMesh(checked(options).cells, options.side),
                        EllipticSolver(SquareMesh(options.cells, options.side), boundaryOf(options), false,
                                       options.tolerance),
                        tableOf(options)},
      options_(options) {
  addMeansAndPoints("phi", "1/(cm^2 s)", options);
  if (!options.vacuum.empty())
    addQuantity("leakage", "1/(cm s)", boundaryIntegral(mesh(), options.vacuum, vacuumCoefficient));
}

std::string NeutronDiffusion::description() const {
  return "Neutron diffusion, one group, fixed source: -div(D grad phi) + Sigma phi = S on a square of " +
         detail::numberText(options_.side) + " cm; D dphi/dn + phi/2 = 0 (vacuum) on the sides " +
         sidesText(options_.vacuum) +
         ", D dphi/dn = 0 (mirror) on the others; D, Sigma and S constant in each of " +
         std::to_string(options_.regions) + " x " + std::to_string(options_.regions) +
         " squares (row by row from the lower left); D in " + detail::rangeText(options_.diffusion) +
         " cm and Sigma in " + detail::rangeText(options_.absorption) + " 1/cm (log-uniform), S in " +
         detail::rangeText(options_.source) + " 1/(cm^3 s) (uniform)";
}

void NeutronDiffusion::setFields(EllipticFields& fields, const std::vector<double>& parameters) const {
  const auto regions = static_cast<std::size_t>(options_.regions * options_.regions);
  for (int cell = 0; cell < mesh().cells(); ++cell) {
    const auto c = static_cast<std::size_t>(cell);
    const auto region = static_cast<std::size_t>(regionOf(mesh(), options_.regions, cell));
    fields.diffusion[c] = parameters[region];
    fields.reaction[c] = parameters[regions + region];
    std::fill_n(fields.source.begin() + static_cast<std::ptrdiff_t>(4 * c), 4,
                parameters[2 * regions + region]);
  }
}

std::vector<double> NeutronDiffusion::byParameters(const EllipticFields& byFields,
                                                   const std::vector<double>& parameters) const {
  const auto regions = static_cast<std::size_t>(options_.regions * options_.regions);
  std::vector<double> derivatives(parameters.size(), 0.0);
  for (int cell = 0; cell < mesh().cells(); ++cell) {
    const auto c = static_cast<std::size_t>(cell);
    const auto region = static_cast<std::size_t>(regionOf(mesh(), options_.regions, cell));
    derivatives[region] += byFields.diffusion[c];
    derivatives[regions + region] += byFields.reaction[c];
    for (std::size_t corner = 4 * c; corner < 4 * c + 4; ++corner)
      derivatives[2 * regions + region] += byFields.source[corner];
  }
  return derivatives;
}

} // namespace terrace::pde
