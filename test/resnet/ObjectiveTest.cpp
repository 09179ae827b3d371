#include "AllocationCounter.hpp"
#include "ObjectiveProblem.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/ResNetHierarchy.hpp>

#include <Teuchos_Array.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::index;
using reference::makeNetwork;
using reference::Vector;
TEST(ResNetObjective, ValueAndGradientAreThoseOfPlainLoopsOnAnyNumberOfRanks) {
  for (const int count : {1, 2, 3, 40}) // one rank or two own no sample in the first cases
    for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
      Network network = makeNetwork(5, 6);
      network.lift = lift;
      Problem problem(network, count);
      const auto theta = reference::makeParameters(network);
      auto expected = reference::evaluate(network, problem.data, theta);
      const double value = expected.loss + reference::regularization(network, theta, expected.gradient);
      const auto x = problem.vector(theta);
      auto g = problem.space->createDualVector();
      EXPECT_NEAR(problem.objective.value(*x, tolerance), value, 1e-13 * value);
      problem.objective.gradient(*g, *x, tolerance);
      const auto gradient = problem.space->gatherToAll(*g);
      for (std::size_t i = 0; i < theta.size(); ++i)
        ASSERT_NEAR(gradient[i], expected.gradient[i], 1e-13) << i;
      EXPECT_NEAR(problem.objective.loss(*x), expected.loss, 1e-13 * value);
    }
}

TEST(ResNetObjective, AFloatSweepDiffersFromADoubleOneByRoundingOnly) {
  const Network network = makeNetwork(5, 6);
  Problem problem(network, 40);
  ResNetObjective single(problem.space, reference::makeSamples(network, problem.data, SweepScalar::Float),
                         problem.work);
  const auto x = problem.point();
  auto g = problem.space->createDualVector(), h = problem.space->createDualVector();
  problem.objective.gradient(*g, *x, tolerance);
  single.gradient(*h, *x, tolerance);
  h->axpy(-1.0, *g);
  EXPECT_LE(h->norm(), 1e-5 * g->norm());
  EXPECT_GT(h->norm(), 0.0);
  EXPECT_NEAR(single.value(*x, tolerance), problem.objective.value(*x, tolerance), 1e-5);
}

TEST(Work, ValueThenGradientAtOnePointIsOneSweepAndOneUnit) {
  Problem problem(makeNetwork(4, 3), 9, true, {}, 0.25);
  const auto x = problem.point();
  auto g = problem.space->createDualVector();
  problem.objective.value(*x, tolerance);
  problem.objective.gradient(*g, *x, tolerance);
  problem.objective.value(*x, tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 0.25);
  EXPECT_EQ(problem.work->values(), 1);
  EXPECT_EQ(problem.work->gradients(), 1);
  // Another vector with the same numbers is the same point, and updates do not matter.
  problem.objective.update(*x, ROL::UpdateType::Trial);
  problem.objective.update(*x, true, 3);
  problem.objective.gradient(*g, *problem.point(), tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 0.25);
}

TEST(Work, ValueWithGradientIsOneSweepWithTheNumbersOfBoth) {
  Network leastSquares = makeNetwork(4, 3);
  leastSquares.loss = LossType::LeastSquares;
  for (const auto layer : {OutputLayer::Trained, OutputLayer::Solved}) {
    ObjectiveOptions options;
    options.outputLayer = layer;
    Problem together(leastSquares, 40, true, options), apart(leastSquares, 40, true, options);
    const auto x = together.point();
    auto g = together.space->createDualVector(), expected = together.space->createDualVector();
    const double value = together.objective.valueWithGradient(*g, *x, tolerance);
    EXPECT_EQ(value, apart.objective.value(*x, tolerance));
    apart.objective.gradient(*expected, *x, tolerance);
    EXPECT_EQ(together.space->gatherToAll(*g), together.space->gatherToAll(*expected));
    EXPECT_EQ(together.work->units(), apart.work->units());
    EXPECT_EQ(together.objective.valueWithGradient(*g, *x, tolerance), value) << "the kept point";
    EXPECT_EQ(together.work->units(), apart.work->units());
  }
}

TEST(Work, TheIterateSurvivesOneTrialPoint) {
  Problem problem(makeNetwork(4, 3));
  const auto iterate = problem.point(1), trial = problem.point(2), another = problem.point(3);
  const double value = problem.objective.value(*iterate, tolerance);
  problem.objective.value(*trial, tolerance);
  EXPECT_EQ(problem.objective.value(*iterate, tolerance), value);
  EXPECT_DOUBLE_EQ(problem.work->units(), 2.0);
  problem.objective.value(*another, tolerance); // drops the trial point, which was used longest ago
  EXPECT_EQ(problem.objective.value(*iterate, tolerance), value);
  EXPECT_DOUBLE_EQ(problem.work->units(), 3.0);
  problem.objective.value(*trial, tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 4.0);
}

TEST(Work, AChangedVectorIsNotTakenForTheKeptPoint) {
  Problem problem(makeNetwork(4, 3));
  const auto x = problem.point();
  const double before = problem.objective.value(*x, tolerance);
  x->scale(1.0 + 1e-15); // no update() tells of it
  const auto y = problem.point();
  y->axpy(1e-3, *problem.point(9));
  EXPECT_NE(problem.objective.value(*y, tolerance), before);
  problem.objective.value(*x, tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 3.0);
}

TEST(Work, TemporaryPointsAreEvaluatedForward) {
  Problem problem(makeNetwork(4, 3), 9, true, {}, 1.0);
  const auto x = problem.point(1), y = problem.point(2);
  const double atX = problem.objective.value(*x, tolerance);
  problem.objective.update(*y, ROL::UpdateType::Temp);
  const double forward = problem.objective.value(*y, tolerance);
  EXPECT_NEAR(problem.work->units(), 1.0 + 1.0 / 3.0, 1e-15);
  EXPECT_EQ(problem.objective.value(*x, tolerance), atX);
  problem.objective.update(*y, ROL::UpdateType::Accept);
  EXPECT_EQ(problem.objective.value(*y, tolerance), forward);
  EXPECT_NEAR(problem.work->units(), 2.0 + 1.0 / 3.0, 1e-15);
}

TEST(Work, HessianProductsCountTheirMatrixProducts) {
  for (const auto& [kind, units] :
       {std::pair(HessianKind::Exact, 8.0 / 3), std::pair(HessianKind::GaussNewton, 5.0 / 3)}) {
    Problem problem(makeNetwork(4, 3), 9, true, {kind, 0}, 0.5);
    problem.product(*problem.point(), *problem.point(2));
    EXPECT_NEAR(problem.work->units(), 0.5 * units, 1e-15);
    EXPECT_EQ(problem.work->hessianProducts(), 1);
  }
}

TEST(Work, DiagnosticsAreFree) {
  Problem problem(makeNetwork(4, 3));
  const auto x = problem.point();
  problem.objective.metrics(*x);
  problem.objective.loss(*x);
  problem.objective.outputs(*x, problem.objective.batch());
  EXPECT_EQ(problem.work->units(), 0.0);
}

TEST(ResNetObjective, RepeatedEvaluationsDoNotAllocateInProportionToTheSamples) {
  TERRACE_SKIP_ON_DEVICE();
  // Tpetra's Import and Export allocate a little of their own; a sweep adds nothing, whatever the samples.
  const Network network = makeNetwork(4, 3);
  const auto count = [&](int samples) {
    Problem problem(network, samples, true, {HessianKind::Exact, 16});
    const auto x = problem.point(1), y = problem.point(2), z = problem.point(4), v = problem.point(3);
    auto g = problem.space->createDualVector();
    const auto run = [&](const ParameterVector& at) {
      problem.objective.value(at, tolerance);
      problem.objective.gradient(*g, at, tolerance);
      problem.objective.hessVec(*g, *v, at, tolerance);
    };
    run(*x);
    run(*y);
    const long before = allocationCount();
    run(*z);
    return allocationCount() - before;
  };
  EXPECT_EQ(count(6), count(600));
}

TEST(ResNetObjective, ValuesThatAreNotFinitePassThroughOnAllRanks) {
  Problem problem(makeNetwork(4, 3));
  auto theta = reference::makeParameters(problem.network);
  theta[5] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(problem.objective.value(*problem.vector(theta), tolerance)));
  theta[5] = 1e200;
  EXPECT_FALSE(std::isfinite(problem.objective.value(*problem.vector(theta), tolerance)));
  EXPECT_TRUE(std::isfinite(problem.objective.value(*problem.point(), tolerance)));
}

TEST(ResNetObjective, RejectsSamplesAndVectorsThatDoNotFit) {
  const Network network = makeNetwork(4, 3);
  Problem problem(network);
  const auto targets = reference::makeSamples(network, reference::makeData(network, 9, false));
  EXPECT_THROW(ResNetObjective(problem.space, targets, problem.work), std::invalid_argument);
  const Network other = makeNetwork(4, 3, 5);
  const auto wide = reference::makeSamples(other, reference::makeData(other, 9, true));
  EXPECT_THROW(ResNetObjective(problem.space, wide, problem.work), std::invalid_argument);
  const auto x = problem.point();
  auto primal = problem.space->createVector();
  EXPECT_THROW(problem.objective.gradient(*primal, *x, tolerance), std::invalid_argument);
  EXPECT_THROW(problem.objective.value(x->dual(), tolerance), std::invalid_argument);
}

TEST(Metrics, AccuracyIsTheFractionOfRightClasses) {
  for (const auto loss : {LossType::CrossEntropy, LossType::LeastSquares}) {
    Network network = makeNetwork(5, 4);
    network.loss = loss;
    Problem problem(network, 41);
    const auto theta = reference::makeParameters(network);
    const auto x = problem.vector(theta);
    const auto expected = reference::evaluate(network, problem.data, theta);
    for (int pass = 0; pass < 2; ++pass) { // by a forward sweep, then from the kept point
      const auto metrics = problem.objective.metrics(*x);
      EXPECT_NEAR(metrics.accuracy, expected.score / 41, 1e-15);
      EXPECT_NEAR(metrics.loss, expected.loss, 1e-13);
      EXPECT_TRUE(std::isnan(metrics.relativeError));
      problem.objective.value(*x, tolerance);
    }
    const auto test = reference::makeData(network, 17, true, 99);
    const auto other =
        problem.objective.metrics(*x, reference::makeSamples(network, test, SweepScalar::Float));
    EXPECT_NEAR(other.accuracy, reference::evaluate(network, test, theta).score / 17, 1e-15);
  }
}

TEST(Metrics, RelativeErrorIsMeasuredInTheNormOfTheTargets) {
  Network network = makeNetwork(5, 4);
  network.loss = LossType::LeastSquares;
  Problem problem(network, 23, false);
  const auto theta = reference::makeParameters(network);
  const auto expected = reference::evaluate(network, problem.data, theta);
  double targets = 0;
  for (const double t : problem.data.targets) targets += t * t;
  const auto metrics = problem.objective.metrics(*problem.vector(theta));
  EXPECT_NEAR(metrics.relativeError, std::sqrt(expected.score / targets), 1e-13);
  EXPECT_TRUE(std::isnan(metrics.accuracy));
}

TEST(Metrics, OutputsAreThoseOfTheLocalSamples) {
  const Network network = makeNetwork(5, 4);
  Problem problem(network, 10);
  const auto theta = reference::makeParameters(network);
  const auto all = reference::evaluate(network, problem.data, theta).outputs;
  const auto comm = Tpetra::getDefaultComm();
  const auto inputs = reference::localRows(problem.data.inputs, network.features());
  const auto unlabelled = SampleSet::unlabelled(comm, 10, network.features(), inputs, network.outputs);
  const auto outputs = problem.objective.outputs(*problem.vector(theta), unlabelled);
  const auto columns = index(network.outputs);
  ASSERT_EQ(outputs.size(), index(unlabelled.localCount()) * columns);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_NEAR(outputs[i], all[i / columns][i % columns], 1e-13); // all ten lie together on rank 0
  }
  EXPECT_THROW(problem.objective.metrics(*problem.point(), unlabelled), std::invalid_argument);
}

Teuchos::ParameterList levelList(int levels, int coarsening, const std::vector<double>& fractions) {
  Teuchos::ParameterList list;
  list.set("Number of Levels", levels).set("Depth Coarsening", coarsening);
  list.set("Sample Fractions", Teuchos::Array<double>(fractions)).set("Least Samples", 1);
  return list;
}

TEST(Hierarchy, GoesDownInDepthAndSamples) {
  const Network network = makeNetwork(4, 32);
  const auto samples = reference::makeSamples(network, reference::makeData(network, 101, true));
  const auto hierarchy =
      makeHierarchy(network, levelList(4, 2, {1.0, 0.2, 0.1, 0.001}), samples, Tpetra::getDefaultComm());
  ASSERT_EQ(hierarchy.levels->size(), 4);
  const std::vector<long> counts{101, 21, 11, 1};
  for (int l = 0; l < 4; ++l) {
    const auto& level = (*hierarchy.levels)[l];
    EXPECT_EQ(hierarchy.spaces[index(l)]->network().blocks(), 32 >> l);
    EXPECT_EQ(level.samples, counts[index(l)]);
    EXPECT_EQ(level.toCoarser == ROL::nullPtr, l == 3);
    const double flops = network.coarsened(1 << l).flopsPerSample() / network.flopsPerSample();
    EXPECT_NEAR(level.work, flops * static_cast<double>(counts[index(l)]) / 101, 1e-15);
  }
  EXPECT_DOUBLE_EQ((*hierarchy.levels)[0].work, 1.0);
}

TEST(Hierarchy, LevelsOfOneDepthShareTheirSpace) {
  const Network network = makeNetwork(4, 7);
  const auto samples = reference::makeSamples(network, reference::makeData(network, 100, true));
  const auto hierarchy =
      makeHierarchy(network, levelList(2, 1, {1.0, 0.05}), samples, Tpetra::getDefaultComm());
  EXPECT_EQ(hierarchy.spaces[0], hierarchy.spaces[1]);
  EXPECT_EQ((*hierarchy.levels)[1].samples, 5);
  auto fine = hierarchy.spaces[0]->createVector(), coarse = hierarchy.spaces[1]->createVector();
  coarse->setScalar(2.0);
  (*hierarchy.levels)[0].toCoarser->prolong(*fine, *coarse);
  fine->axpy(-1.0, *coarse);
  EXPECT_EQ(fine->norm(), 0.0);
}

TEST(Hierarchy, LevelsCountInOneCounterByTheirWork) {
  const Network network = makeNetwork(4, 8);
  const auto samples = reference::makeSamples(network, reference::makeData(network, 100, true));
  const auto hierarchy =
      makeHierarchy(network, levelList(2, 2, {1.0, 0.1}), samples, Tpetra::getDefaultComm());
  for (int l = 0; l < 2; ++l) {
    const auto& level = (*hierarchy.levels)[l];
    level.objective->value(*level.vector, tolerance);
  }
  EXPECT_DOUBLE_EQ(hierarchy.levels->work()->units(), 1.0 + (*hierarchy.levels)[1].work);
  EXPECT_LT((*hierarchy.levels)[1].work, 0.06);
}

TEST(Hierarchy, StopsAtALevelWithoutAWholeBlock) {
  const Network network = makeNetwork(4, 4);
  const auto samples = reference::makeSamples(network, reference::makeData(network, 10, true));
  EXPECT_THROW(makeHierarchy(network, levelList(4, 2, {}), samples, Tpetra::getDefaultComm()),
               ParameterError);
}

} // namespace
} // namespace terrace::resnet
