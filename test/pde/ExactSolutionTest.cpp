// Solutions that are known in closed form: discontinuous coefficients, mirrors and vacuum, boundary layers.
#include <terrace/pde/EllipticSolver.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace terrace::pde {
namespace {

const BoundaryCondition mirror{BoundaryCondition::Type::Robin, 0, {}};

BoundaryConditions alongX(const BoundaryCondition& left, const BoundaryCondition& right) {
  return {left, right, mirror, mirror};
}

BoundaryCondition dirichlet(double value) {
  return {BoundaryCondition::Type::Dirichlet, 0, [value](double, double) { return value; }};
}

// Largest difference from a function of x at the nodes.
template <class Exact>
double largestError(const SquareMesh& mesh, const std::vector<double>& nodal, Exact exact) {
  double largest = 0;
  for (int node = 0; node < mesh.nodes(); ++node)
    largest =
        std::max(largest, std::abs(nodal[static_cast<std::size_t>(node)] - exact(mesh.position(node)[0])));
  return largest;
}

TEST(ExactSolution, FluxIsContinuousWhereTheCoefficientJumps) {
  // kappa = 1 left of 1/2 and 1e-3 right of it, u(0) = 1, u(1) = 0: linear on both sides with the same flux,
  // and in the space of the elements, so that the nodes have it to the solver's tolerance.
  const SquareMesh mesh(16);
  EllipticFields fields(mesh);
  constexpr double low = 1e-3;
  for (int cell = 0; cell < mesh.cells(); ++cell)
    if (mesh.centre(cell)[0] > 0.5) fields.diffusion[static_cast<std::size_t>(cell)] = low;
  EllipticSolver solver(mesh, alongX(dirichlet(1), dirichlet(0)), false, 1e-12);
  const double flux = 2 * low / (1 + low);
  const auto exact = [&](double x) { return x <= 0.5 ? 1 - flux * x : flux / low * (1 - x); };
  EXPECT_LT(largestError(mesh, solver.solve(fields), exact), 1e-9);
}

// Neutrons in a slab of two materials with a source in the left one: mirror at 0, vacuum at 2 a.
struct TwoSlabs {
  double a = 10, d1 = 1.2, d2 = 0.4, sigma1 = 0.05, sigma2 = 0.1, source = 1;
  double k1 = std::sqrt(sigma1 / d1), k2 = std::sqrt(sigma2 / d2);

  // phi = S / sigma1 + A cosh(k1 x) left; B cosh(k2 (2a - x)) + C sinh(k2 (2a - x)) right. The vacuum gives
  // C = B / (2 d2 k2); A and B follow from continuity of flux and current at a.
  double flux(double x) const {
    const double c = 1 / (2 * d2 * k2);
    const double right = std::cosh(k2 * a) + c * std::sinh(k2 * a);
    const double rightSlope = -k2 * (std::sinh(k2 * a) + c * std::cosh(k2 * a));
    const double left = std::cosh(k1 * a), leftSlope = k1 * std::sinh(k1 * a);
    const double amplitude = (source / sigma1) / (right * d1 * leftSlope / (d2 * rightSlope) - left);
    const double b = amplitude * d1 * leftSlope / (d2 * rightSlope);
    if (x <= a) return source / sigma1 + amplitude * std::cosh(k1 * x);
    return b * (std::cosh(k2 * (2 * a - x)) + c * std::sinh(k2 * (2 * a - x)));
  }
};

TEST(ExactSolution, MirrorAndVacuumAgreeWithTheSlabsSolution) {
  const TwoSlabs slabs;
  std::vector<double> errors;
  for (const int cells : {16, 32, 64}) {
    const SquareMesh mesh(cells, 2 * slabs.a);
    EllipticFields fields(mesh);
    for (int cell = 0; cell < mesh.cells(); ++cell) {
      const auto c = static_cast<std::size_t>(cell);
      const bool left = mesh.centre(cell)[0] < slabs.a;
      fields.diffusion[c] = left ? slabs.d1 : slabs.d2;
      fields.reaction[c] = left ? slabs.sigma1 : slabs.sigma2;
      std::fill_n(&fields.source[4 * c], 4, left ? slabs.source : 0.0);
    }
    EllipticSolver solver(mesh, alongX(mirror, {BoundaryCondition::Type::Robin, 0.5, {}}), false, 1e-11);
    errors.push_back(largestError(mesh, solver.solve(fields), [&](double x) { return slabs.flux(x); }));
  }
  EXPECT_LT(errors[2], 0.002 * slabs.flux(0));
  EXPECT_NEAR(std::log2(errors[0] / errors[1]), 2, 0.1);
  EXPECT_NEAR(std::log2(errors[1] / errors[2]), 2, 0.1);
}

TEST(ExactSolution, ABoundaryLayerThinnerThanACellDoesNotOscillate) {
  // -kappa u'' + u' = 1, u(0) = u(1) = 0: nearly x, with a layer at 1. Without stabilisation the nodes
  // swing by about 1 at this cell Peclet number of 3125.
  const SquareMesh mesh(16);
  EllipticFields fields(mesh);
  std::fill(fields.diffusion.begin(), fields.diffusion.end(), 1e-5);
  std::fill(fields.velocityX.begin(), fields.velocityX.end(), 1.0);
  std::fill(fields.source.begin(), fields.source.end(), 1.0);
  EllipticSolver solver(mesh, alongX(dirichlet(0), dirichlet(0)), true, 1e-11);
  const auto nodal = solver.solve(fields);
  EXPECT_LT(largestError(mesh, nodal, [](double x) { return x < 1 ? x : 0.0; }), 1e-3);
}

} // namespace
} // namespace terrace::pde
