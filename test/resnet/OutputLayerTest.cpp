// The reduced objective of variable projection against the objective of all parameters.
#include "ObjectiveProblem.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::makeNetwork;

Network leastSquares(Lift lift = Lift::Linear) {
  Network network = makeNetwork(4, 3);
  network.loss = LossType::LeastSquares;
  network.lift = lift;
  return network;
}

Network crossEntropy(Lift lift = Lift::Linear) {
  Network network = leastSquares(lift);
  network.loss = LossType::CrossEntropy;
  return network;
}

ObjectiveOptions solved(HessianKind hessian = HessianKind::Exact) {
  ObjectiveOptions options;
  options.hessian = hessian;
  options.outputLayer = OutputLayer::Solved;
  return options;
}

reference::Vector gradientAt(Problem& problem, const ParameterVector& x) {
  auto g = problem.space->createDualVector();
  problem.objective.gradient(*g, x, tolerance);
  return problem.space->gatherToAll(*g);
}

} // namespace

TEST(SolvedOutputLayer, TaylorRemaindersHaveSlopesTwoAndThree) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const bool labels : {true, false}) {
      Problem problem(leastSquares(lift), 40, labels, solved());
      const auto slopes = taylorSlopes(problem.objective, problem, 1e-3);
      EXPECT_NEAR(slopes.gradient, 2.0, 0.1);
      EXPECT_NEAR(slopes.hessian, 3.0, 0.2);
    }
}

TEST(SolvedOutputLayer, OfCrossEntropyHasTaylorSlopesTwoAndThree) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
    Problem problem(crossEntropy(lift), 300, true, solved());
    const auto slopes = taylorSlopes(problem.objective, problem, 1e-3);
    EXPECT_NEAR(slopes.gradient, 2.0, 0.1);
    EXPECT_NEAR(slopes.hessian, 3.0, 0.2);
  }
}

TEST(SolvedOutputLayer, IsTheMinimiserOverAllOutputLayers) {
  const std::vector<std::pair<Network, bool>> cases = {
      {leastSquares(), true}, {leastSquares(), false}, {crossEntropy(), true}};
  for (const auto& [network, labels] : cases) {
    Problem reduced(network, 300, labels, solved()), full(network, 300, labels);
    const auto x = reduced.point();
    auto best = reduced.space->createVector();
    best->set(*x);
    reduced.objective.setOutputLayer(*best);
    const double least = reduced.objective.value(*x, tolerance);
    EXPECT_NEAR(full.objective.value(*best, tolerance), least, 1e-14 * least);
    EXPECT_LT(least, 0.9 * full.objective.value(*x, tolerance));

    // The rest of the full gradient is the reduced one, which has no part in the output layer.
    const auto all = gradientAt(full, *best), rest = gradientAt(reduced, *x);
    const auto output = index(reduced.space->layout().output().offset);
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_NEAR(all[i], i < output ? rest[i] : 0.0, 1e-12);
      if (i >= output) {
        EXPECT_EQ(rest[i], 0.0);
      }
    }
    const auto before = reduced.space->gatherToAll(*x), after = reduced.space->gatherToAll(*best);
    EXPECT_TRUE(
        std::equal(before.begin(), before.begin() + reduced.space->layout().output().offset, after.begin()));
  }
}

TEST(SolvedOutputLayer, IsThatOfMetricsAndOutputsWhateverLayerIsPassed) {
  Problem reduced(leastSquares(), 60, false, solved()), full(leastSquares(), 60, false);
  const auto x = reduced.point();
  auto best = reduced.space->createVector();
  best->set(*x);
  reduced.objective.setOutputLayer(*best);
  const auto other = reference::makeSamples(reduced.network, reference::makeData(reduced.network, 7, false));
  const auto expected = full.objective.metrics(*best, other), found = reduced.objective.metrics(*x, other);
  EXPECT_NEAR(found.loss, expected.loss, 1e-13 * expected.loss);
  EXPECT_NEAR(found.relativeError, expected.relativeError, 1e-13);
  const auto y = reduced.objective.outputs(*x, other), z = full.objective.outputs(*best, other);
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], z[i], 1e-12);
}

TEST(SolvedOutputLayer, HessiansAreSymmetricAndGaussNewtonIsPositiveSemidefinite) {
  for (const auto& [network, kind] :
       {std::pair(leastSquares(), HessianKind::Exact), std::pair(leastSquares(), HessianKind::GaussNewton),
        std::pair(crossEntropy(), HessianKind::Exact), std::pair(crossEntropy(), HessianKind::GaussNewton)}) {
    Problem problem(network, 40, network.loss == LossType::CrossEntropy, solved(kind));
    auto Hv = problem.space->createDualVector(), Hw = problem.space->createDualVector();
    const auto x = problem.point(), v = problem.point(10), w = problem.point(30);
    problem.objective.hessVec(*Hv, *v, *x, tolerance);
    problem.objective.hessVec(*Hw, *w, *x, tolerance);
    EXPECT_NEAR(Hv->apply(*w), Hw->apply(*v), 1e-11 * (1 + Hv->norm() * w->norm()));
    if (kind == HessianKind::GaussNewton) {
      EXPECT_GT(Hv->apply(*v), 0.0);
    }
  }
}

TEST(SolvedOutputLayer, CountsTheForwardSweepOfTheFit) {
  Problem problem(leastSquares(), 20, false, solved(), 3.0);
  const auto x = problem.point(), v = problem.point(4);
  auto g = problem.space->createDualVector();
  problem.objective.value(*x, tolerance);
  problem.objective.gradient(*g, *x, tolerance);
  EXPECT_NEAR(problem.work->units(), 3.0 * 4 / 3, 1e-14);
  problem.objective.hessVec(*g, *v, *x, tolerance);
  EXPECT_NEAR(problem.work->units(), 3.0 * (4 + 16) / 3, 1e-13);
  problem.objective.update(*v, ROL::UpdateType::Temp);
  problem.objective.value(*v, tolerance);
  EXPECT_NEAR(problem.work->units(), 3.0 * (4 + 16 + 2) / 3, 1e-13);
}

TEST(SolvedOutputLayer, CountsTheIterationsForASoftmaxLayer) {
  Problem problem(crossEntropy(), 20, true, solved(), 3.0);
  const auto x = problem.point();
  problem.objective.value(*x, tolerance);
  auto g = problem.space->createDualVector();
  problem.objective.gradient(*g, *x, tolerance);
  const double work = problem.work->units();
  EXPECT_GT(work, 3.0 * 4 / 3 + 1);
  problem.objective.value(*x, tolerance); // known
  EXPECT_EQ(problem.work->units(), work);
}

TEST(SolvedOutputLayer, IsNotANumberWhereTheStatesAreNotFinite) {
  for (const auto& network : {leastSquares(), crossEntropy()}) {
    Problem problem(network, 20, network.loss == LossType::CrossEntropy, solved());
    auto x = problem.point();
    x->scale(1e200);
    EXPECT_FALSE(std::isfinite(problem.objective.value(*x, tolerance)));
    EXPECT_TRUE(std::isfinite(problem.objective.value(*problem.point(), tolerance)));
  }
}

// Classes that a layer can tell apart without error want weights without end; only the penalty stops them.
TEST(SolvedOutputLayer, OfSeparableClassesIsFoundWithASmallPenalty) {
  for (const double penalty : {1e-4, 1e-8}) {
    Network network = crossEntropy();
    network.regularization = {0, 0, penalty};
    Problem problem(network, 3, true, solved()), full(network, 3, true); // fewer samples than neurons
    const auto x = problem.point();
    auto best = problem.space->createVector();
    best->set(*x);
    problem.objective.setOutputLayer(*best);
    const auto g = gradientAt(full, *best);
    for (std::size_t i = index(problem.space->layout().output().offset); i < g.size(); ++i)
      EXPECT_NEAR(g[i], 0.0, 1e-10);
  }
}

TEST(SolvedOutputLayer, NamesAPenaltyThatIsTooSmall) {
  Network network = leastSquares();
  network.regularization.outputTikhonov = 1e-300;
  Problem problem(network, 2, false, solved()); // fewer samples than neurons
  try {
    problem.objective.value(*problem.point(), tolerance);
    FAIL() << "no error";
  } catch (const ParameterError& error) {
    EXPECT_NE(std::string(error.what()).find("\"Output Tikhonov\" = 1e-300"), std::string::npos)
        << error.what();
  }
}

TEST(SolvedOutputLayer, NeedsAPenaltyAndASolverThatSeesAllSamples) {
  Network network = leastSquares();
  network.regularization.outputTikhonov = 0;
  EXPECT_THROW(Problem(network, 9, false, solved()), ParameterError);
  network = crossEntropy();
  network.regularization.outputTikhonov = 0;
  EXPECT_THROW(Problem(network, 9, true, solved()), ParameterError);

  Teuchos::ParameterList parameters;
  parameters.set("Network", *validNetworkParameters());
  parameters.sublist("Network").set("Output Layer", "Solved");
  parameters.sublist("Step").set("Type", "Multilevel Trust Region");
  EXPECT_EQ(ObjectiveOptions::fromParameters(parameters).outputLayer, OutputLayer::Solved);
  parameters.sublist("Step").set("Type", "Adam");
  EXPECT_THROW(ObjectiveOptions::fromParameters(parameters), ParameterError);
}

TEST(SolvedOutputLayer, IsChosenWhereItPays) {
  Teuchos::ParameterList parameters;
  parameters.set("Network", *validNetworkParameters());
  Teuchos::ParameterList& network = parameters.sublist("Network");
  Teuchos::ParameterList& step = parameters.sublist("Step");
  Teuchos::ParameterList& sampling = parameters.sublist("Sampling");
  step.set("Type", "Multilevel Trust Region");
  sampling.set("Type", "Full");
  const auto chosen = [&] { return ObjectiveOptions::fromParameters(parameters).outputLayer; };
  EXPECT_EQ(chosen(), OutputLayer::Trained); // dense, with cross entropy
  network.set("Type", "Convolutional");
  EXPECT_EQ(chosen(), OutputLayer::Solved);
  network.set("Type", "Dense").set("Loss", "Least Squares");
  EXPECT_EQ(chosen(), OutputLayer::Solved);
  step.set("Type", "Line Search"); // ROL's
  EXPECT_EQ(chosen(), OutputLayer::Solved);
  step.set("Type", "Adam");
  EXPECT_EQ(chosen(), OutputLayer::Trained);
  step.set("Type", "Multilevel Trust Region");
  sampling.set("Type", "Dynamic");
  EXPECT_EQ(chosen(), OutputLayer::Trained);
  sampling.set("Type", "Full");
  network.sublist("Regularization").set("Output Tikhonov", 0.0);
  EXPECT_EQ(chosen(), OutputLayer::Trained);
  network.sublist("Regularization").set("Output Tikhonov", 1e-4);
  network.set("Output Layer", "Trained");
  EXPECT_EQ(chosen(), OutputLayer::Trained);
}

} // namespace terrace::resnet
