#include "ObjectiveProblem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::index;
using reference::makeNetwork;

// Slopes of the Taylor remainders of orders 0, 1, 2 at x along d, by halving the step.
//
// Across a kink of ReLU, or a jump of SmoothReLU's second derivative, the remainders have no such order. The
// steps of these two are so small that, for the data at hand, no pre-activation crosses one.
struct Slopes {
  double value, gradient, hessian;
};

// The direction has a part along the gradient, so that the remainder of order 0 is not of second order by
// chance.
Slopes taylorSlopes(Problem& problem, const ParameterVector& x, ParameterVector& d) {
  auto g = problem.space->createDualVector(), hv = problem.space->createDualVector();
  auto& f = problem.objective;
  const double f0 = f.value(x, tolerance);
  f.gradient(*g, x, tolerance);
  d.axpy(d.norm() / g->norm(), g->dual());
  f.hessVec(*hv, d, x, tolerance);
  const double first = g->dual().dot(d); // through the metric: the pairing itself would not see it
  const double second = hv->apply(d);
  const auto remainders = [&](double h) {
    auto moved = x.clone();
    moved->set(x);
    moved->axpy(h, d);
    const double r0 = f.value(*moved, tolerance) - f0;
    const double r1 = r0 - h * first;
    return Slopes{std::abs(r0), std::abs(r1), std::abs(r1 - h * h / 2 * second)};
  };
  const bool smooth =
      problem.network.activation != Activation::ReLU && problem.network.activation != Activation::SmoothReLU;
  const double step = smooth ? 1e-3 : 2e-4;
  const auto coarse = remainders(step), fine = remainders(step / 2);
  return {std::log2(coarse.value / fine.value), std::log2(coarse.gradient / fine.gradient),
          std::log2(coarse.hessian / fine.hessian)};
}

using DerivativeCase = std::tuple<Lift, Activation, LossType, MetricType>;
class DerivativeTest : public ::testing::TestWithParam<DerivativeCase> {
protected:
  Network network() const {
    Network net = makeNetwork(4, 3);
    std::tie(net.lift, net.activation, net.loss, net.metric) = GetParam();
    return net;
  }
};

TEST_P(DerivativeTest, TaylorRemaindersHaveSlopesOneTwoThree) {
  const bool labels = std::get<2>(GetParam()) == LossType::CrossEntropy;
  Problem problem(network(), 6, labels);
  const auto slopes = taylorSlopes(problem, *problem.point(5), *problem.point(6));
  EXPECT_NEAR(slopes.value, 1.0, 0.1);
  EXPECT_NEAR(slopes.gradient, 2.0, 0.1);
  EXPECT_NEAR(slopes.hessian, 3.0, 0.2);
}

TEST_P(DerivativeTest, HessiansAreSymmetricAndGaussNewtonIsPositiveSemidefinite) {
  const bool labels = std::get<2>(GetParam()) == LossType::CrossEntropy;
  for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton}) {
    Problem problem(network(), 6, labels, {kind, 0});
    auto Hv = problem.space->createDualVector(), Hw = problem.space->createDualVector();
    const auto x = problem.point();
    for (unsigned seed = 10; seed < 14; ++seed) {
      const auto v = problem.point(seed), w = problem.point(seed + 20);
      problem.objective.hessVec(*Hv, *v, *x, tolerance);
      problem.objective.hessVec(*Hw, *w, *x, tolerance);
      EXPECT_NEAR(Hv->apply(*w), Hw->apply(*v), 1e-12 * (1 + Hv->norm() * w->norm()));
      if (kind == HessianKind::GaussNewton) {
        EXPECT_GT(Hv->apply(*v), 0.0);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, DerivativeTest,
                         ::testing::Combine(::testing::Values(Lift::Identity, Lift::Linear, Lift::Activated),
                                            ::testing::Values(Activation::Tanh, Activation::ReLU,
                                                              Activation::SmoothReLU, Activation::Sigmoid,
                                                              Activation::Identity),
                                            ::testing::Values(LossType::CrossEntropy, LossType::LeastSquares),
                                            ::testing::Values(MetricType::L2, MetricType::Euclidean)));

TEST(ResNetObjective, GaussNewtonIsTheExactHessianWhereTheResidualsVanish) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
    Network network = makeNetwork(4, 3);
    network.loss = LossType::LeastSquares;
    network.lift = lift;
    Data data = reference::makeData(network, 11, false);
    const auto theta = reference::makeParameters(network);
    const auto outputs = reference::evaluate(network, data, theta).outputs;
    data.targets.clear();
    for (const auto& y : outputs) data.targets.insert(data.targets.end(), y.begin(), y.end());
    const Problem exact(network);
    const auto samples = reference::makeSamples(network, data);
    ResNetObjective f(exact.space, samples, exact.work),
        h(exact.space, samples, exact.work, 1.0, {HessianKind::GaussNewton, 0});
    auto a = exact.space->createDualVector(), b = exact.space->createDualVector();
    f.hessVec(*a, *exact.point(8), *exact.vector(theta), tolerance);
    h.hessVec(*b, *exact.point(8), *exact.vector(theta), tolerance);
    EXPECT_GT(a->norm(), 0.1);
    b->axpy(-1.0, *a);
    EXPECT_LE(b->norm(), 1e-13 * a->norm());
  }
}

TEST(ResNetObjective, GaussNewtonIsTheExactHessianInTheParametersThatEnterLinearly) {
  const Network network = makeNetwork(4, 3);
  Problem exact(network), gaussNewton(network, 9, true, {HessianKind::GaussNewton, 0});
  const auto output = index(exact.space->layout().output().offset);
  auto direction = reference::makeParameters(network, 9);
  std::fill_n(direction.begin(), output, 0.0);
  const auto x = exact.point(), v = exact.vector(direction);
  const auto a = exact.product(*x, *v), b = gaussNewton.product(*x, *v);
  for (std::size_t i = output; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-14);
  double elsewhere = 0;
  for (std::size_t i = 0; i < output; ++i) elsewhere = std::max(elsewhere, std::abs(a[i] - b[i]));
  EXPECT_GT(elsewhere, 1e-3);
}

TEST(ResNetObjective, HessianProductsDoNotDependOnTheSizeOfAChunk) {
  const Network network = makeNetwork(4, 5);
  Problem whole(network, 130), chunked(network, 130, true, {HessianKind::Exact, 16});
  const auto a = whole.product(*whole.point(), *whole.point(4));
  const auto b = chunked.product(*chunked.point(), *chunked.point(4));
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-13);
}

} // namespace
} // namespace terrace::resnet
