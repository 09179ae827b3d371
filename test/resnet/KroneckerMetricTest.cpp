#include "ObjectiveProblem.hpp"

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>

#include <gtest/gtest.h>

#include <map>
#include <numeric>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::makeNetwork;
using reference::makeStages;

/// A metric that has learned from some batches.
struct Learned {
  explicit Learned(const Network& network, int gradients = 12) : problem(network, 640) {
    metric = problem.objective.makeMetric({});
    for (int i = 0; i < gradients; ++i) learn(i);
  }
  void learn(int i) {
    std::vector<long> positions(128);
    std::iota(positions.begin(), positions.end(), 128L * (i % 5));
    problem.objective.setBatch(positions);
    const auto x = problem.point(static_cast<unsigned>(10 + i));
    metric->expectGradient();
    const auto g = problem.space->createDualVector();
    problem.objective.gradient(*g, *x, tolerance);
    metric->learn(*g);
  }
  ROL::Ptr<ParameterVector> derivative(unsigned seed) const {
    auto g = problem.space->createDualVector();
    g->set(*problem.point(seed));
    return g;
  }
  Problem problem;
  ROL::Ptr<AdaptiveMetric<double>> metric;
};

std::vector<Network> networks() {
  Network wide = makeNetwork(5, 3, 140);
  wide.lift = Lift::Activated; // many inputs, with a bias
  Network linear = makeNetwork(6, 2, 150);
  linear.lift = Lift::Linear;
  Network identity = makeNetwork(4, 3);
  identity.lift = Lift::Identity;
  const Network images = reference::makeImages(StageKind::Symmetric, {2, 4, 6}, {3, 4}, {2, 1}),
                several = reference::makeImages(StageKind::Basic, {2, 4, 6}, {3, 4}, {2, 1});
  return {makeNetwork(6, 4), wide, linear, identity, makeStages({7, 4}, {2, 3}), images, several};
}

TEST(KroneckerMetric, AppliesWhatItsInverseUndoesAndIsSymmetricAndPositive) {
  for (const Network& network : networks()) {
    Learned learned(network);
    const auto& space = *learned.problem.space;
    const auto g = learned.derivative(1), back = space.createDualVector(), other = space.createDualVector();
    const auto step = space.createVector(), a = learned.problem.point(2), b = learned.problem.point(3);
    learned.metric->applyInverse(*step, *g);
    learned.metric->apply(*back, *step);
    back->axpy(-1, *g);
    EXPECT_LT(back->norm(), 1e-11 * g->norm());
    learned.metric->apply(*back, *a);
    learned.metric->apply(*other, *b);
    EXPECT_NEAR(b->apply(*back), a->apply(*other), 1e-12 * std::abs(b->apply(*back)) + 1e-14);
    EXPECT_GT(a->apply(*back), 0);
  }
}

TEST(KroneckerMetric, HasCurvatureCoordinatesOfStepsAndDerivativesThatAreAdjoint) {
  for (const Network& network : networks()) {
    Learned learned(network);
    const auto& space = *learned.problem.space;
    const auto g = learned.derivative(1), of = space.createDualVector();
    const auto coordinates = learned.problem.point(2), step = space.createVector();
    learned.metric->toCurvatureCoordinates(*of, *g);
    learned.metric->fromCurvatureCoordinates(*step, *coordinates);
    EXPECT_NEAR(step->apply(*g), coordinates->apply(*of), 1e-12 * coordinates->norm() * of->norm());
    EXPECT_GT(of->norm(), 0);
  }
}

TEST(KroneckerMetric, LearnsAndAppliesInOneCallWhatItDoesInTwo) {
  Learned one(makeNetwork(6, 4)), two(makeNetwork(6, 4));
  const auto g = one.derivative(5);
  const auto step = one.problem.space->createVector(), expected = one.problem.space->createVector();
  one.metric->learnAndApplyInverse(*step, *g);
  two.metric->learn(*g);
  two.metric->applyInverse(*expected, *g);
  EXPECT_EQ(one.problem.space->gatherToAll(*step), two.problem.space->gatherToAll(*expected));
}

// In the eigenvectors of its moments a layer does not see in which coordinates its inputs are given.
TEST(KroneckerMetric, TurnsWithTheInputsOfTheNetwork) {
  Network network = makeNetwork(5, 2, 3);
  network.lift = Lift::Linear;
  network.regularization = {0, 0, 0}; // its derivative would fill directions that no sample has
  const int features = 3, width = 5;
  const double c = std::cos(0.7), s = std::sin(0.7);
  const std::vector<double> R{c, -s, 0, s, c, 0, 0, 0, 1};
  const auto turnRows = [&](reference::Vector& rows, std::size_t count) {
    for (std::size_t row = 0; row < count; ++row) {
      const std::vector<double> x(rows.begin() + static_cast<long>(row) * features,
                                  rows.begin() + static_cast<long>(row + 1) * features);
      for (std::size_t i = 0; i < 3; ++i)
        rows[row * 3 + i] = R[3 * i] * x[0] + R[3 * i + 1] * x[1] + R[3 * i + 2] * x[2];
    }
  };
  const auto stepOf = [&](bool turned) {
    Problem problem(network, 256);
    auto data = problem.data;
    if (turned) turnRows(data.inputs, 256);
    const auto objective =
        makeObjective(problem.space, reference::makeSamples(network, data), problem.work, 1.0, {});
    auto parameters = reference::makeParameters(network, 3);
    if (turned) turnRows(parameters, width); // the lift comes first: rows W become W R^T
    const auto x = problem.vector(parameters);
    const auto metric = objective->makeMetric({});
    const auto g = problem.space->createDualVector();
    const auto step = problem.space->createVector();
    metric->expectGradient();
    objective->gradient(*g, *x, tolerance);
    metric->learnAndApplyInverse(*step, *g);
    return problem.space->gatherToAll(*step);
  };
  auto expected = stepOf(false);
  turnRows(expected, width);
  const auto found = stepOf(true);
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-7) << i;
}

// Scaled inputs want steps that are smaller by as much, and have the same curvature coordinates.
TEST(KroneckerMetric, ScalesStepsWithLargeInputs) {
  for (const int features : {3, 140}) {
    Network network = makeNetwork(5, 2, features);
    network.lift = Lift::Linear;
    network.regularization = {0, 0, 0};
    const double scale = 1024;
    std::vector<double> steps[2], coordinates[2];
    for (const bool scaled : {false, true}) {
      Problem problem(network, 256);
      auto data = problem.data;
      for (double& x : data.inputs) x *= scaled ? 64 * scale : 64; // both are large
      auto parameters = reference::makeParameters(network, 3);
      for (std::size_t i = 0; i < static_cast<std::size_t>(5 * features); ++i)
        parameters[i] /= scaled ? 64 * scale : 64; // the lift comes first
      const auto objective =
          makeObjective(problem.space, reference::makeSamples(network, data), problem.work, 1.0, {});
      const auto x = problem.vector(parameters);
      const auto metric = objective->makeMetric({});
      const auto g = problem.space->createDualVector(), in = problem.space->createDualVector();
      const auto step = problem.space->createVector();
      metric->expectGradient();
      objective->gradient(*g, *x, tolerance);
      metric->learnAndApplyInverse(*step, *g);
      metric->toCurvatureCoordinates(*in, *g);
      steps[scaled ? 1 : 0] = problem.space->gatherToAll(*step);
      coordinates[scaled ? 1 : 0] = problem.space->gatherToAll(*in);
    }
    for (std::size_t i = 0; i < steps[0].size(); ++i) {
      const bool isLift = i < static_cast<std::size_t>(5 * features);
      EXPECT_NEAR(steps[1][i] * (isLift ? scale : 1), steps[0][i], 1e-8) << features << ' ' << i;
      EXPECT_NEAR(coordinates[1][i], coordinates[0][i], 1e-8 * std::abs(coordinates[0][i]) + 1e-8) << i;
    }
  }
}

/// Keeps numbers in memory.
struct Archive : StateArchive<double> {
  using StateArchive<double>::visit;
  bool restores() const override { return restored; }
  void visit(const std::string& name, std::vector<double>& values) override {
    restored ? void(values = state.at(name)) : void(state[name] = values);
  }
  void visit(const std::string& /*name*/, ROL::Vector<double>& /*vector*/) override {}
  std::map<std::string, std::vector<double>> state;
  bool restored = false;
};

TEST(KroneckerMetric, ContinuesFromItsStateBitForBit) {
  for (const Network& network : networks()) {
    Learned whole(network, 25), resumed(network, 0);
    Archive archive;
    whole.metric->visitState(archive, "metric");
    archive.restored = true;
    resumed.metric->visitState(archive, "metric");
    const auto step = whole.problem.space->createVector(), expected = whole.problem.space->createVector();
    for (int i = 25; i < 90; ++i) {
      whole.learn(i);
      resumed.learn(i);
    }
    whole.metric->applyInverse(*expected, *whole.derivative(1));
    resumed.metric->applyInverse(*step, *whole.derivative(1));
    EXPECT_EQ(whole.problem.space->gatherToAll(*step), whole.problem.space->gatherToAll(*expected));
  }
}

TEST(StencilMetric, CountsItsArithmeticAndLearnsAndAppliesInOneCallWhatItDoesInTwo) {
  const Network images = reference::makeImages(StageKind::Single, {1, 4, 4}, {3, 4}, {2, 1});
  Learned one(images, 1), two(images, 1);
  const double before = one.problem.work->units();
  const auto g = one.derivative(5);
  const auto step = one.problem.space->createVector(), expected = one.problem.space->createVector();
  one.metric->learnAndApplyInverse(*step, *g);
  EXPECT_NEAR(one.problem.work->units() - before, one.metric->workOfStep(), 1e-12);
  two.metric->learn(*g);
  two.metric->applyInverse(*expected, *g);
  EXPECT_EQ(one.problem.space->gatherToAll(*step), two.problem.space->gatherToAll(*expected));
}

// A smooth stencil is one coordinate of the basis: steps along it do not see the others.
TEST(StencilMetric, SeparatesTheFrequenciesOfAStencil) {
  Network network = reference::makeImages(StageKind::Single, {1, 4, 4}, {1}, {1});
  network.regularization = {0, 0, 0};
  Learned learned(network, 0);
  const auto& space = *learned.problem.space;
  const ParameterRun& run = space.layout().blocks(0);
  std::vector<double> constant(index(space.layout().size())), both(constant.size());
  for (long t = 0; t < 9; ++t) {
    constant[index(run.offset + t)] = 2;
    both[index(run.offset + t)] = 2 + 0.001 * static_cast<double>(t % 3 - 1);
  }
  const auto g = space.createDualVector(), step = space.createVector();
  g->set(*learned.problem.vector(both));
  learned.metric->learn(*g);
  learned.metric->applyInverse(*step, *g);
  // Each coordinate of the first gradient becomes 1: 1/3 for the constant, 1/sqrt(6) for the slope.
  const auto found = space.gatherToAll(*step);
  for (long t = 0; t < 9; ++t)
    EXPECT_NEAR(found[index(run.offset + t)], 1.0 / 3 + static_cast<double>(t % 3 - 1) / std::sqrt(6.0), 1e-5)
        << t;
}

TEST(KroneckerMetric, CountsItsArithmetic) {
  Learned learned(makeNetwork(6, 4), 1);
  const double before = learned.problem.work->units();
  const auto step = learned.problem.space->createVector();
  learned.metric->learnAndApplyInverse(*step, *learned.derivative(1));
  EXPECT_NEAR(learned.problem.work->units() - before, learned.metric->workOfStep(), 1e-12);
  EXPECT_GT(learned.metric->workOfStep(), 0);
}

} // namespace
} // namespace terrace::resnet
