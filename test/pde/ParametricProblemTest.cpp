#include <terrace/pde/DiffusionConvectionReaction.hpp>
#include <terrace/pde/NeutronDiffusion.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace::pde {
namespace {

std::vector<double> middle(const ParametricProblem& problem) {
  std::vector<double> inputs;
  for (const auto& input : problem.inputs()) inputs.push_back((input.lowest + input.highest) / 2);
  return inputs;
}

std::vector<double> corner(const ParametricProblem& problem, bool high) {
  std::vector<double> inputs;
  for (const auto& input : problem.inputs()) {
    inputs.push_back(high ? input.highest : input.lowest);
    high = !high;
  }
  return inputs;
}

template <class Options>
Options coarse() {
  Options options;
  options.cells = 16;
  return options;
}

template <class Error, class Work>
std::string messageOf(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing thrown";
}

// The largest difference of the Jacobian from central differences, relative to its largest entry.
double errorOfJacobian(ParametricProblem& problem, const std::vector<double>& inputs, double step) {
  problem.solve(inputs);
  const auto jacobian = problem.jacobian();
  double error = 0, largest = 0;
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    auto left = inputs, right = inputs;
    left[j] -= step;
    right[j] += step;
    const auto below = problem.solve(left), above = problem.solve(right);
    for (std::size_t i = 0; i < below.size(); ++i) {
      const double difference = (above[i] - below[i]) / (2 * step);
      error = std::max(error, std::abs(jacobian[i * inputs.size() + j] - difference));
      largest = std::max(largest, std::abs(difference));
    }
  }
  return error / largest;
}

// The error of differences is of second order: it falls by 4 with the step, as far as the solver goes.
void expectSecondOrder(ParametricProblem& problem, const std::vector<double>& inputs) {
  const double coarse = errorOfJacobian(problem, inputs, 4e-2), fine = errorOfJacobian(problem, inputs, 2e-2);
  EXPECT_GT(coarse, 1e-6);
  EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1);
  EXPECT_LT(errorOfJacobian(problem, inputs, 1e-4), 1e-7);
}

TEST(DiffusionConvectionReaction, JacobiansOfAdjointSolvesAgreeWithDifferences) {
  auto options = coarse<DiffusionConvectionReactionOptions>();
  options.tolerance = 1e-12;
  options.strength = {0.5, 1.5};
  DiffusionConvectionReaction problem(options);
  expectSecondOrder(problem, corner(problem, true));
  options.kappa = {0.01, 0.1}; // convection dominates: the stabilisation has derivatives, too
  options.velocity = {0.5, 2};
  DiffusionConvectionReaction convective(options);
  expectSecondOrder(convective, middle(convective));
}

TEST(NeutronDiffusion, JacobiansOfAdjointSolvesAgreeWithDifferences) {
  auto options = coarse<NeutronDiffusionOptions>();
  options.tolerance = 1e-12;
  NeutronDiffusion problem(options);
  expectSecondOrder(problem, corner(problem, false));
}

TEST(DiffusionConvectionReaction, NamesItsInputsAndQuantities) {
  const DiffusionConvectionReaction problem(coarse<DiffusionConvectionReactionOptions>());
  ASSERT_EQ(problem.inputs().size(), 9U); // Q is fixed
  EXPECT_EQ(problem.inputs()[0].name, "log10 kappa_1");
  EXPECT_DOUBLE_EQ(problem.inputs()[0].lowest, -1);
  EXPECT_DOUBLE_EQ(problem.inputs()[0].highest, 0);
  EXPECT_EQ(problem.inputs()[6].name, "r");
  EXPECT_EQ(problem.inputs()[7].name, "x_s");
  ASSERT_EQ(problem.quantities().size(), 13U);
  EXPECT_EQ(problem.quantities()[0].name, "mean u in region 1");
  EXPECT_EQ(problem.quantities()[4].name, "u(0.25, 0.25)");
  EXPECT_EQ(problem.quantities()[12].name, "u(0.75, 0.75)");
}

TEST(DiffusionConvectionReaction, DoesNotDependOnEarlierSolves) {
  DiffusionConvectionReaction problem(coarse<DiffusionConvectionReactionOptions>());
  const auto first = problem.solve(middle(problem));
  const int iterations = problem.iterations();
  EXPECT_NE(problem.solve(corner(problem, true)), first);
  EXPECT_EQ(problem.solve(middle(problem)), first);
  EXPECT_EQ(problem.iterations(), iterations);
}

TEST(DiffusionConvectionReaction, ItsMirrorImageHasTheMirroredQuantities) {
  DiffusionConvectionReaction problem(coarse<DiffusionConvectionReactionOptions>());
  // kappa_1..4, b_x, b_y, r, x_s, y_s; reflected about x = 1/2
  const auto a = problem.solve({-2, -1, -0.5, 0, 0.8, -0.3, 2, 0.3, 0.6});
  const auto b = problem.solve({-1, -2, 0, -0.5, -0.8, -0.3, 2, 0.7, 0.6});
  const std::vector<std::size_t> image{1, 0, 3, 2, 6, 5, 4, 9, 8, 7, 12, 11, 10};
  const double scale = *std::max_element(a.begin(), a.end());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[image[i]], 1e-9 * scale) << i;
}

TEST(DiffusionConvectionReaction, IsLinearInTheSource) {
  auto options = coarse<DiffusionConvectionReactionOptions>();
  options.strength = {0, 2};
  DiffusionConvectionReaction problem(options);
  ASSERT_EQ(problem.inputs()[7].name, "Q");
  auto inputs = middle(problem);
  const auto once = problem.solve(inputs);
  inputs[7] *= 2;
  const auto twice = problem.solve(inputs);
  inputs[7] = 0;
  const auto none = problem.solve(inputs);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_NEAR(twice[i], 2 * once[i], 1e-9 * once[0]);
    EXPECT_EQ(none[i], 0);
  }
}

TEST(DiffusionConvectionReaction, AWindCarriesTheSubstance) {
  DiffusionConvectionReaction problem(coarse<DiffusionConvectionReactionOptions>());
  const auto still = problem.solve({-1, -1, -1, -1, 0, 0, 0, 0.5, 0.5});
  const auto wind = problem.solve({-1, -1, -1, -1, 1, 0, 0, 0.5, 0.5});
  EXPECT_NEAR(still[7], still[9], 1e-9 * still[8]); // (0.25, 0.5) and (0.75, 0.5)
  EXPECT_LT(wind[7], still[7]);
  EXPECT_GT(wind[9], still[9]);
}

TEST(DiffusionConvectionReaction, ReactionConsumesWhatDoesNotLeave) {
  // With strong decay everywhere and little diffusion almost nothing reaches the boundary: r times the
  // integral of u is the integral of f, 1.
  auto options = coarse<DiffusionConvectionReactionOptions>();
  options.cells = 64;
  options.regions = 1;
  options.sourceWidth = 0.1;
  DiffusionConvectionReaction problem(options);
  const auto values = problem.solve({-2.5, 0, 0, 100, 0.5, 0.5});
  EXPECT_NEAR(100 * values[0], 1, 1e-3);
}

TEST(NeutronDiffusion, NamesItsInputsAndQuantities) {
  const NeutronDiffusion problem(coarse<NeutronDiffusionOptions>());
  ASSERT_EQ(problem.inputs().size(), 12U);
  EXPECT_EQ(problem.inputs()[3].name, "log10 D_4");
  EXPECT_EQ(problem.inputs()[4].name, "log10 Sigma_1");
  EXPECT_EQ(problem.inputs()[11].name, "S_4");
  EXPECT_EQ(problem.inputs()[11].unit, "1/(cm^3 s)");
  ASSERT_EQ(problem.quantities().size(), 14U);
  EXPECT_EQ(problem.quantities()[4].name, "phi(5, 5)");
  EXPECT_EQ(problem.quantities()[13].name, "leakage");
  EXPECT_EQ(problem.quantities()[13].unit, "1/(cm s)");
}

TEST(NeutronDiffusion, ProductionIsAbsorptionAndLeakage) {
  NeutronDiffusion problem(coarse<NeutronDiffusionOptions>());
  for (const bool high : {true, false}) {
    const auto inputs = corner(problem, high);
    const auto values = problem.solve(inputs);
    double production = 0, absorption = 0;
    for (std::size_t region = 0; region < 4; ++region) {
      constexpr double area = 100; // cm^2 of a region
      production += area * inputs[8 + region];
      absorption += area * std::pow(10, inputs[4 + region]) * values[region];
    }
    EXPECT_GT(production, 0);
    EXPECT_GT(values[13], 0);
    EXPECT_NEAR(absorption + values[13], production, 1e-8 * production);
  }
}

TEST(NeutronDiffusion, BetweenMirrorsTheFluxIsSourceOverAbsorption) {
  auto options = coarse<NeutronDiffusionOptions>();
  options.vacuum = {};
  options.regions = 1;
  NeutronDiffusion problem(options);
  ASSERT_EQ(problem.quantities().size(), 10U); // no leakage
  for (const double flux : problem.solve({0, -1, 0.7})) EXPECT_NEAR(flux, 7, 1e-8);
}

TEST(NeutronDiffusion, FluxIsPositiveAndLargestAwayFromTheVacuum) {
  auto options = coarse<NeutronDiffusionOptions>();
  options.regions = 1;
  NeutronDiffusion problem(options);
  problem.solve(middle(problem));
  const auto& flux = problem.solution();
  EXPECT_GT(*std::min_element(flux.begin(), flux.end()), 0);
  EXPECT_EQ(std::max_element(flux.begin(), flux.end()), flux.begin());
}

TEST(NeutronDiffusion, QuantitiesOfTheDefaultMeshAreNearThoseOfAFineOne) {
  NeutronDiffusionOptions options;
  NeutronDiffusion coarseProblem(options);
  options.cells = 256;
  NeutronDiffusion fineProblem(options);
  const auto inputs = middle(coarseProblem);
  const auto values = coarseProblem.solve(inputs);
  const auto reference = fineProblem.solve(inputs);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], reference[i], 2e-3 * reference[i]);
}

TEST(ParametricProblem, RejectsOptionsByName) {
  const auto rejection = [](const NeutronDiffusionOptions& options) {
    return messageOf<std::invalid_argument>([&] { NeutronDiffusion problem(options); });
  };
  NeutronDiffusionOptions options;
  options.diffusion = {-1, 2};
  EXPECT_EQ(rejection(options),
            "diffusion = -1..2 is not valid; expected two positive numbers, the smaller one first.");
  options = {};
  options.absorption = {0.2, 0.1};
  EXPECT_EQ(rejection(options),
            "absorption = 0.2..0.1 is not valid; expected two positive numbers, the smaller one first.");
  options = {};
  options.source = {-1, 1};
  EXPECT_EQ(rejection(options),
            "source = -1..1 is not valid; expected two numbers, the smaller one first, both at least 0.");
  options = {};
  options.source.highest = std::numeric_limits<double>::infinity();
  EXPECT_EQ(rejection(options).find("source = 0..inf is not valid"), 0U);
  options = {};
  options.cells = 0;
  EXPECT_EQ(rejection(options), "cells = 0 is out of range; expected 4..1024.");
  options.cells = 65;
  EXPECT_EQ(rejection(options), "cells = 65 is not valid; expected a multiple of regions = 2, such as 64.");
  options = {};
  options.side = -20;
  EXPECT_EQ(rejection(options).find("side = -20"), 0U);
  options = {};
  options.tolerance = 0;
  EXPECT_EQ(rejection(options), "tolerance = 0 is not valid; expected 1e-12..0.01.");
  options = {};
  options.diffusion = {1, 1};
  options.absorption = {1, 1};
  options.source = {1, 1};
  EXPECT_EQ(rejection(options), "every parameter is fixed to a single value; at least one must vary.");
}

TEST(ParametricProblem, RejectsInputsThatDoNotFit) {
  NeutronDiffusion problem(coarse<NeutronDiffusionOptions>());
  auto inputs = middle(problem);
  inputs[5] = std::nan("");
  EXPECT_EQ(messageOf<std::invalid_argument>([&] { problem.solve(inputs); }),
            "The input \"log10 Sigma_2\" is not finite.");
  inputs.pop_back();
  EXPECT_EQ(messageOf<std::invalid_argument>([&] { problem.solve(inputs); }),
            "11 inputs were given; expected 12.");
}

} // namespace
} // namespace terrace::pde
