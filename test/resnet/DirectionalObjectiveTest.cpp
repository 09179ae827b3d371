// Objectives whose samples have derivatives along directions of their inputs, on any number of ranks.
#include "DirectionalSamples.hpp"
#include "ObjectiveProblem.hpp"

#include <Teuchos_DefaultMpiComm.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::withDerivatives;

Network makeNetwork(Lift lift = Lift::Linear, Activation activation = Activation::Tanh) {
  Network network = reference::makeStages({5, 4}, {2, 3}, 3, 2);
  network.loss = LossType::LeastSquares;
  network.lift = lift;
  network.activation = activation;
  return network;
}

/// A network, data and an objective of the data with derivatives.
struct DirectionalProblem {
  explicit DirectionalProblem(const Network& net, int count = 9, int directions = 2,
                              const ObjectiveOptions& options = {})
      : base(net, count, false), samples(withDerivatives(net, base.data, directions, directions == 3)),
        work(ROL::makePtr<WorkCounter>()), objective(makeObjective(base.space, samples, work, 1.0, options)) {
  }

  Problem base;
  SampleSet samples;
  ROL::Ptr<WorkCounter> work;
  ROL::Ptr<NetworkObjective> objective;
};

// Value and gradient, one after another.
reference::Vector evaluate(NetworkObjective& objective, const ParameterVector& x) {
  auto g = objective.space()->createDualVector();
  const double value = objective.value(x, tolerance);
  objective.gradient(*g, x, tolerance);
  auto all = objective.space()->gatherToAll(*g);
  all.push_back(value);
  return all;
}

// With ReLU or SmoothReLU so small that no pre-activation crosses a kink.
double taylorStep(Activation activation) {
  return activation == Activation::SmoothReLU ? 5e-5 : activation == Activation::ReLU ? 2e-4 : 1e-3;
}

using Case = std::tuple<Lift, Activation>;
class DirectionalDerivatives : public ::testing::TestWithParam<Case> {
protected:
  static Network network() { return makeNetwork(std::get<0>(GetParam()), std::get<1>(GetParam())); }
};

TEST_P(DirectionalDerivatives, TaylorRemaindersHaveSlopesTwoAndThree) {
  for (const int directions : {1, 3}) {
    DirectionalProblem problem(network(), 6, directions);
    const auto slopes =
        taylorSlopes(*problem.objective, problem.base, taylorStep(problem.base.network.activation));
    EXPECT_NEAR(slopes.gradient, 2.0, 0.1);
    EXPECT_NEAR(slopes.hessian, 3.0, 0.2);
  }
}

TEST_P(DirectionalDerivatives, HessiansAreSymmetricAndGaussNewtonIsPositiveSemidefinite) {
  for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton}) {
    DirectionalProblem problem(network(), 6, 2, {kind, 0});
    const auto& base = problem.base;
    auto Hv = base.space->createDualVector(), Hw = base.space->createDualVector();
    const auto x = base.point();
    for (unsigned seed = 10; seed < 13; ++seed) {
      const auto v = base.point(seed), w = base.point(seed + 20);
      problem.objective->hessVec(*Hv, *v, *x, tolerance);
      problem.objective->hessVec(*Hw, *w, *x, tolerance);
      EXPECT_NEAR(Hv->apply(*w), Hw->apply(*v), 1e-12 * (1 + Hv->norm() * w->norm()));
      if (kind == HessianKind::GaussNewton) {
        EXPECT_GT(Hv->apply(*v), 0.0);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DirectionalDerivatives,
                         ::testing::Combine(::testing::Values(Lift::Identity, Lift::Linear, Lift::Activated),
                                            ::testing::Values(Activation::Tanh, Activation::ReLU,
                                                              Activation::SmoothReLU, Activation::Sigmoid,
                                                              Activation::Identity)));

TEST(DirectionalObjective, GaussNewtonIsTheExactHessianWhereTheResidualsVanish) {
  const Network network = makeNetwork();
  DirectionalProblem problem(network, 11, 3);
  const auto x = problem.base.point();
  // Targets and derivatives that the network at x has: those along e_j by central differences of its outputs.
  Data data = problem.base.data;
  const auto outputsAt = [&](const reference::Vector& inputs) {
    Data moved = data;
    moved.inputs = inputs;
    return problem.objective->outputs(*x, reference::makeSamples(network, moved));
  };
  SampleDerivatives derivatives;
  derivatives.directions = 3;
  const auto values = outputsAt(data.inputs);
  derivatives.values.resize(values.size() * 3);
  constexpr double h = 1e-5;
  for (std::size_t d = 0; d < 3; ++d) {
    auto left = data.inputs, right = data.inputs;
    for (std::size_t i = d; i < left.size(); i += 3) {
      left[i] -= h;
      right[i] += h;
    }
    const auto below = outputsAt(left), above = outputsAt(right);
    for (std::size_t i = 0; i < values.size(); ++i)
      derivatives.values[(i / 2 * 3 + d) * 2 + i % 2] = (above[i] - below[i]) / (2 * h);
  }
  const auto comm = Tpetra::getDefaultComm();
  const auto samples =
      SampleSet::regression(comm, data.count, 3, reference::localRows(data.inputs, 3), 2, values)
          .withDerivatives(derivatives, 0.7);
  ResNetObjective exact(problem.base.space, samples, problem.work),
      gaussNewton(problem.base.space, samples, problem.work, 1.0, {HessianKind::GaussNewton, 0});
  EXPECT_LT(exact.metrics(*x).derivativeError, 1e-8); // the sweep's tangents are the derivatives
  EXPECT_EQ(exact.metrics(*x).relativeError, 0.0);
  auto a = problem.base.space->createDualVector(), b = problem.base.space->createDualVector();
  exact.hessVec(*a, *problem.base.point(8), *x, tolerance);
  gaussNewton.hessVec(*b, *problem.base.point(8), *x, tolerance);
  EXPECT_GT(a->norm(), 0.1);
  b->axpy(-1.0, *a);
  EXPECT_LE(b->norm(), 1e-7 * a->norm());
}

TEST(DirectionalObjective, IsTheSameBitsOnAnyNumberOfRanks) {
  const Network network = makeNetwork();
  for (const int directions : {2, 3}) {
    DirectionalProblem all(network, 700, directions);
    // All samples on this rank alone.
    const Teuchos::RCP<const Teuchos::Comm<int>> alone =
        Teuchos::rcp(new Teuchos::MpiComm<int>(MPI_COMM_SELF));
    const auto& data = all.base.data;
    const auto count = reference::index(data.count * directions);
    SampleDerivatives derivatives;
    derivatives.directions = directions;
    derivatives.alongUnitVectors = directions == 3;
    derivatives.values = reference::normals(count * 2, 21);
    if (directions != 3) derivatives.along = reference::normals(count * 3, 22);
    const auto samples = SampleSet::regression(alone, data.count, 3, data.inputs, 2, data.targets)
                             .withDerivatives(derivatives, reference::derivativeWeight);
    const auto space = ROL::makePtr<ParameterSpace>(network, alone);
    ResNetObjective single(space, samples, ROL::makePtr<WorkCounter>());
    const auto theta = reference::makeParameters(network);
    auto x = space->createVector();
    space->assign(theta, *x);
    EXPECT_EQ(evaluate(*all.objective, *all.base.vector(theta)), evaluate(single, *x));
    EXPECT_EQ(all.objective->metrics(*all.base.vector(theta)).derivativeError,
              single.metrics(*x).derivativeError);
  }
}

TEST(DirectionalObjective, ValueGradientAndProductsDoNotDependOnTheSizeOfAChunk) {
  const Network network = makeNetwork();
  DirectionalProblem whole(network, 300), chunked(network, 300, 2, {HessianKind::Exact, 40});
  const auto x = whole.base.point();
  const auto a = evaluate(*whole.objective, *x), b = evaluate(*chunked.objective, *x);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-13);
  auto Ha = whole.base.space->createDualVector(), Hb = whole.base.space->createDualVector();
  whole.objective->hessVec(*Ha, *whole.base.point(4), *x, tolerance);
  chunked.objective->hessVec(*Hb, *whole.base.point(4), *x, tolerance);
  Hb->axpy(-1.0, *Ha);
  EXPECT_LT(Hb->norm(), 1e-12 * Ha->norm());
}

TEST(DirectionalObjective, BatchesHaveTheDerivativesOfTheirSamples) {
  const Network network = makeNetwork();
  for (const int directions : {2, 3}) {
    DirectionalProblem problem(network, 601, directions);
    const auto x = problem.base.point();
    std::vector<long> positions(601);
    std::iota(positions.begin(), positions.end(), 0L);
    const auto valueOf = [&](const std::vector<long>& some) {
      problem.objective->setBatch(some);
      return problem.objective->value(*x, tolerance);
    };
    problem.objective->resetBatch();
    // The mean over all is the mean of the means over two halves, one gathered from anywhere, one in order.
    std::vector<long> some, others;
    for (const long p : positions) (p % 2 == 0 && p < 400 ? some : others).push_back(p);
    const double all = problem.objective->loss(*x);
    valueOf(some);
    const double first = problem.objective->loss(*x);
    valueOf(others);
    const double second = problem.objective->loss(*x);
    EXPECT_NEAR(
        all, (static_cast<double>(some.size()) * first + static_cast<double>(others.size()) * second) / 601,
        1e-13 * all);
    // A window is the batch in disorder.
    std::vector<long> window(256);
    std::iota(window.begin(), window.end(), 128L);
    valueOf(window);
    const double ordered = problem.objective->loss(*x);
    std::reverse(window.begin(), window.end());
    valueOf(window);
    EXPECT_NEAR(problem.objective->loss(*x), ordered, 1e-14 * ordered);
  }
}

TEST(DirectionalObjective, ASweepWithKDirectionsIsOnePlusKUnits) {
  DirectionalProblem problem(makeNetwork(), 9, 2);
  evaluate(*problem.objective, *problem.base.point());
  EXPECT_DOUBLE_EQ(problem.work->units(), 3.0);
}

TEST(DirectionalObjective, ASolvedOutputLayerIsTheBestAndHasDerivatives) {
  const Network network = makeNetwork();
  ObjectiveOptions options;
  options.outputLayer = OutputLayer::Solved;
  DirectionalProblem problem(network, 40, 2, options), trained(network, 40, 2);
  const auto slopes =
      taylorSlopes(*problem.objective, problem.base, taylorStep(problem.base.network.activation));
  EXPECT_NEAR(slopes.gradient, 2.0, 0.1);
  EXPECT_NEAR(slopes.hessian, 3.0, 0.2);
  auto x = problem.base.point();
  problem.objective->setOutputLayer(*x);
  auto gradient = evaluate(*trained.objective, *x);
  const auto first = static_cast<std::ptrdiff_t>(problem.base.space->layout().output().offset);
  double hidden = 0, output = 0;
  for (std::ptrdiff_t i = 0; i + 1 < static_cast<std::ptrdiff_t>(gradient.size()); ++i)
    (i < first ? hidden : output) += std::abs(gradient[static_cast<std::size_t>(i)]);
  EXPECT_LT(output, 1e-11);
  EXPECT_GT(hidden, 1e-2);
}

TEST(DirectionalObjective, RefusesNetworksThatCannotUseDerivatives) {
  Network network = makeNetwork();
  const Problem problem(network, 9, false);
  const auto samples = withDerivatives(network, problem.data, 2, false);
  network.loss = LossType::CrossEntropy;
  const auto space = ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
  EXPECT_THROW(ResNetObjective(space, samples, ROL::makePtr<WorkCounter>()), std::invalid_argument);
}

TEST(SampleDerivatives, OfJacobiansAreScaledByInputsAndTargets) {
  // y = (3 x1, x1 x2) at x = (2, 5): J = (3 0; 5 2)
  auto derivatives = SampleDerivatives::ofJacobians({3, 0, 5, 2}, 2, 2);
  EXPECT_EQ(derivatives.values, (reference::Vector{3, 5, 0, 2}));
  derivatives.scale({{0, 0}, {10, 100}}, {{0, 0}, {2, 4}}, {6, 10});
  EXPECT_EQ(derivatives.values, (reference::Vector{15, 12.5, 0, 50}));
  auto logarithms = SampleDerivatives::ofJacobians({3, 0, 5, 2}, 2, 2);
  logarithms.scale({{0, 0}, {1, 1}}, {{0, 0}, {2, 4}, true}, {6, 10});
  EXPECT_EQ(logarithms.values, (reference::Vector{0.25, 0.125, 0, 0.05}));
  SampleDerivatives along{1, false, {20, 300}, {4, 8}};
  along.scale({{0, 0}, {10, 100}}, {{0, 0}, {2, 4}}, {6, 10});
  EXPECT_EQ(along.along, (reference::Vector{2, 3}));
  EXPECT_EQ(along.values, (reference::Vector{2, 2}));
}

TEST(SampleDerivatives, AreReducedToRandomOrthonormalDirectionsOfTheSameMeanSquare) {
  constexpr int n = 4, k = 2, m = 3, count = 4000;
  const auto jacobians = reference::normals(reference::index(count * n * m), 5);
  auto all = SampleDerivatives::ofJacobians(jacobians, m, n);
  auto reduced = all;
  std::vector<std::int64_t> samples(count);
  std::iota(samples.begin(), samples.end(), 0);
  reduced.reduceTo(k, n, samples, 3);
  EXPECT_EQ(reduced.directions, k);
  for (int s = 0; s < 5; ++s)
    for (int i = 0; i < k; ++i) {
      for (int j = 0; j <= i; ++j) {
        double product = 0;
        for (int d = 0; d < n; ++d)
          product += reduced.along[reference::index((s * k + i) * n + d)] *
                     reduced.along[reference::index((s * k + j) * n + d)];
        EXPECT_NEAR(product, i == j ? double(n) / k : 0.0, 1e-14);
      }
      for (int c = 0; c < m; ++c) { // J d
        double derivative = 0;
        for (int d = 0; d < n; ++d)
          derivative += jacobians[reference::index((s * m + c) * n + d)] *
                        reduced.along[reference::index((s * k + i) * n + d)];
        EXPECT_NEAR(reduced.values[reference::index((s * k + i) * m + c)], derivative, 1e-14);
      }
    }
  const auto square = [](const reference::Vector& values) {
    return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  };
  EXPECT_NEAR(square(reduced.values) / square(all.values), 1.0, 0.03);
  // A sample has its directions wherever it lies.
  SampleDerivatives third{n, true, {}, {all.values.begin() + 2 * n * m, all.values.begin() + 3 * n * m}};
  third.reduceTo(k, n, {2}, 3);
  EXPECT_EQ(third.along,
            reference::Vector(reduced.along.begin() + 2 * k * n, reduced.along.begin() + 3 * k * n));
}

TEST(SampleDerivatives, AreBalancedAgainstTheDeviationsOfTheTargets) {
  const auto comm = Tpetra::getDefaultComm();
  // On each rank the targets 1 and 3, of deviation 1, and derivatives of square 4.
  SampleDerivatives derivatives{1, true, {}, {2, -2}};
  EXPECT_DOUBLE_EQ(balancedWeight(derivatives, {1, 3}, 1, *comm), 0.25);
}

} // namespace
} // namespace terrace::resnet
