// Manufactured solutions: second order in L2, the order of bilinear elements.
#include "ManufacturedSolution.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace terrace::pde {
namespace {

using test::errorsOn;
using test::ManufacturedProblem;
using test::orders;
using test::SmoothFunction;

constexpr double pi = 3.14159265358979323846;
const std::vector<int> meshes{16, 32, 64, 128};

std::function<double(double, double)> constant(double value) {
  return [value](double, double) { return value; };
}

// exp(x) sin(pi y / 2 + 1 / 2): no value on the boundary is special.
SmoothFunction general() {
  const auto wave = [](double y) { return std::sin(pi * y / 2 + 0.5); };
  const auto slope = [](double y) { return pi / 2 * std::cos(pi * y / 2 + 0.5); };
  return {[=](double x, double y) { return std::exp(x) * wave(y); },
          [=](double x, double y) { return std::exp(x) * wave(y); },
          [=](double x, double y) { return std::exp(x) * slope(y); },
          [=](double x, double y) { return (1 - pi * pi / 4) * std::exp(x) * wave(y); }};
}

// sin(pi x) sin(pi y): zero on the boundary, as the problem of the data sets.
SmoothFunction bump() {
  return {[](double x, double y) { return std::sin(pi * x) * std::sin(pi * y); },
          [](double x, double y) { return pi * std::cos(pi * x) * std::sin(pi * y); },
          [](double x, double y) { return pi * std::sin(pi * x) * std::cos(pi * y); },
          [](double x, double y) { return -2 * pi * pi * std::sin(pi * x) * std::sin(pi * y); }};
}

ManufacturedProblem withConstants(const SmoothFunction& solution, double kappa, double bx, double by,
                                  double r) {
  return {solution,     constant(kappa), constant(0), constant(0),
          constant(bx), constant(by),    constant(r), BoundaryConditions{}};
}

// The boundary data that the solution has.
void setDirichlet(ManufacturedProblem& problem, Side side) {
  problem.boundary[side] = {BoundaryCondition::Type::Dirichlet, 0, problem.solution.value};
}
void setRobin(ManufacturedProblem& problem, Side side, double coefficient) {
  const double sign = side == Right || side == Top ? 1 : -1;
  const auto normal = side == Left || side == Right ? problem.solution.byX : problem.solution.byY;
  problem.boundary[side] = {BoundaryCondition::Type::Robin, coefficient,
                            [=, kappa = problem.diffusion, u = problem.solution.value](double x, double y) {
                              return sign * kappa(x, y) * normal(x, y) + coefficient * u(x, y);
                            }};
}

// The orders that are found; the table of doc/measurements/pde-data.md is made from what is printed.
std::vector<double> foundOrders(const char* name, const ManufacturedProblem& problem, bool convection) {
  const auto errors = errorsOn(problem, meshes, convection);
  const auto found = orders(errors);
  for (std::size_t i = 0; i < errors.size(); ++i)
    std::printf("%-32s %4d cells: error %.3e%s\n", name, meshes[i], errors[i],
                i == 0 ? "" : (", order " + std::to_string(found[i - 1])).c_str());
  EXPECT_LT(errors.back(), 1e-3) << name;
  return found;
}

void expectSecondOrder(const char* name, const ManufacturedProblem& problem, bool convection) {
  for (const double order : foundOrders(name, problem, convection)) EXPECT_NEAR(order, 2, 0.05) << name;
}

TEST(Convergence, IsOfSecondOrderForDiffusionAndReaction) {
  expectSecondOrder("diffusion and reaction", withConstants(bump(), 0.1, 0, 0, 3), false);
}

TEST(Convergence, IsOfSecondOrderWithConvection) {
  expectSecondOrder("convection, mild", withConstants(bump(), 0.5, 1, -0.5, 2), true);
}

TEST(Convergence, StaysAboveOrderThreeHalvesWhereConvectionDominatesEveryCell) {
  // Cell Peclet number |b| h / (2 kappa) = 4 on the finest mesh. SUPG promises 3/2: for bilinear elements the
  // stabilisation lacks kappa times the Laplacian, an error of order kappa h / |b|.
  const auto found = foundOrders("convection, dominant", withConstants(bump(), 1e-3, 0.8, 0.6, 1), true);
  for (const double order : found) EXPECT_GT(order, 1.75);
}

TEST(Convergence, IsOfSecondOrderForSmoothCoefficientsAndBoundaryData) {
  ManufacturedProblem problem = withConstants(general(), 0, 0, 0, 0);
  problem.diffusion = [](double x, double y) { return 1 + 0.5 * std::sin(3 * x + y); };
  problem.diffusionByX = [](double x, double y) { return 1.5 * std::cos(3 * x + y); };
  problem.diffusionByY = [](double x, double y) { return 0.5 * std::cos(3 * x + y); };
  problem.velocityX = [](double, double y) { return 2 * y; };
  problem.velocityY = [](double x, double) { return 1 - x; };
  problem.reaction = [](double x, double y) { return 1 + x * y; };
  for (const Side side : {Left, Right, Bottom, Top}) setDirichlet(problem, side);
  expectSecondOrder("smooth coefficients", problem, true);
}

TEST(Convergence, IsOfSecondOrderForNeutronsWithVacuumAndMirrors) {
  // The cosine has no slope on the mirrors x = 0 and y = 0.
  constexpr double side = 20;
  const auto profile = [](double x) { return 1.5 + std::cos(pi * x / 30); };
  const auto slope = [](double x) { return -pi / 30 * std::sin(pi * x / 30); };
  const auto bend = [](double x) { return -pi * pi / 900 * std::cos(pi * x / 30); };
  const SmoothFunction flux{[=](double x, double y) { return profile(x) * profile(y); },
                            [=](double x, double y) { return slope(x) * profile(y); },
                            [=](double x, double y) { return profile(x) * slope(y); },
                            [=](double x, double y) { return bend(x) * profile(y) + profile(x) * bend(y); }};
  ManufacturedProblem problem = withConstants(flux, 0, 0, 0, 0);
  problem.side = side;
  problem.diffusion = [](double x, double y) { return 1 + 0.02 * x + 0.01 * y; };
  problem.diffusionByX = constant(0.02);
  problem.diffusionByY = constant(0.01);
  problem.reaction = [](double x, double y) { return 0.05 + 0.001 * (x + y); };
  setRobin(problem, Left, 0);
  setRobin(problem, Bottom, 0);
  setRobin(problem, Right, 0.5);
  setRobin(problem, Top, 0.5);
  EXPECT_NEAR(problem.boundary[Left].data(0, 3), 0, 1e-15);
  EXPECT_NEAR(problem.boundary[Bottom].data(3, 0), 0, 1e-15);
  expectSecondOrder("neutrons, vacuum and mirrors", problem, false);
}

TEST(Convergence, IsOfSecondOrderWhereDirichletMeetsRobin) {
  ManufacturedProblem problem = withConstants(general(), 0.7, 0, 0, 1);
  setDirichlet(problem, Left);
  setDirichlet(problem, Top);
  setRobin(problem, Right, 2);
  setRobin(problem, Bottom, 0.5);
  expectSecondOrder("Dirichlet and Robin", problem, false);
}

} // namespace
} // namespace terrace::pde
