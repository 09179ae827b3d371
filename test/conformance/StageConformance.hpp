#pragma once

// A typed suite for kinds of stages: kernels against plain loops. Kinds of stages are inside Terrace, so it
// is not installed.
//
// A new kind joins by networks that have it:
//
//   struct MyStages {
//     using Scalar = double;
//     static terrace::resnet::Network network();
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Mine, StageConformance, ::testing::Types<MyStages>);

#include "../resnet/Problems.hpp"
#include "function/NetworkFunction.hpp"
#include "function/PlainFunction.hpp"
#include "kernels/common/Tile.hpp"
#include "sweep/PlainSweep.hpp"
#include "sweep/Sweep.hpp"

#include <terrace/resnet/parameters/NormalizationStatistics.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace terrace::resnet {

template <class Case>
class StageConformance : public ::testing::Test {
public:
  using Scalar = typename Case::Scalar;
  using Vector = reference::Vector;

  static constexpr double tolerance = reference::Precision<Scalar>::tolerance;

  /// What a sweep computes, one number after another.
  static Vector results(detail::Sweep& sweep, const Network& network, const SampleSet& samples) {
    const auto theta = reference::toView(reference::makeParameters(network));
    const auto direction = reference::toView(reference::makeParameters(network, 8));
    CompensatedView derivatives("derivatives", theta.extent(0));
    Vector values = sweep.outputs(theta, samples);
    const auto append = [&] {
      const Vector sums = reference::roundedSums(derivatives);
      values.insert(values.end(), sums.begin(), sums.end());
    };
    values.push_back(sweep.value(theta, samples).loss.value() / static_cast<double>(samples.globalCount()));
    const auto sums = sweep.valueAndGradient(theta, samples, derivatives);
    values.push_back(sums.loss.value() / static_cast<double>(samples.globalCount()));
    values.push_back(sums.score.value() / static_cast<double>(samples.globalCount()));
    append();
    for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton, HessianKind::Exact}) {
      sweep.hessianProduct(theta, direction, samples, kind, derivatives);
      append();
    }
    sweep.sumStatistics(theta, samples, derivatives);
    append();
    return values;
  }

  /// What predicts, with some means and variances if it needs them.
  static PredictionNetwork predicting(const Network& network) {
    std::size_t channels = 0;
    for (const auto& layer : normalizedLayers(network)) channels += static_cast<std::size_t>(layer.channels);
    NormalizationStatistics statistics{reference::normals(channels, 11), reference::normals(channels, 12)};
    for (double& variance : statistics.variances) variance = 0.5 + variance * variance;
    return predictionNetwork(network, reference::makeParameters(network), statistics);
  }

  static void expectNear(const Vector& found, const Vector& expected, double within) {
    ASSERT_EQ(found.size(), expected.size());
    double largest = 1;
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], within * largest) << i;
  }
};
TYPED_TEST_SUITE_P(StageConformance);

TYPED_TEST_P(StageConformance, SweepsAreThoseOfPlainLoopsForAnyNumberOfSamples) {
  const Network network = TypeParam::network();
  for (const int count : {1, 7, 64, 131, 260}) {
    SCOPED_TRACE(count);
    const bool labels = network.loss == LossType::CrossEntropy;
    const auto samples = reference::makeSamples(network, reference::makeData(network, count, labels),
                                                reference::Precision<typename TypeParam::Scalar>::sweep);
    detail::PlainSweep plain(network);
    const auto sweep = detail::makeSweep<typename TypeParam::Scalar>(network);
    this->expectNear(this->results(*sweep, network, samples), this->results(plain, network, samples),
                     20 * this->tolerance);
  }
}

TYPED_TEST_P(StageConformance, TheSizeOfAChunkChangesNoBitsWhereItIsWholeGroups) {
  const Network network = TypeParam::network();
  const auto samples = reference::makeSamples(
      network, reference::makeData(network, 700, network.loss == LossType::CrossEntropy),
      reference::Precision<typename TypeParam::Scalar>::sweep);
  const auto sweepOf = [&](int chunk) {
    const auto sweep = detail::makeSweep<typename TypeParam::Scalar>(network, chunk);
    return this->results(*sweep, network, samples);
  };
  const auto expected = sweepOf(samplesOfGroup);
  // On a device, layers that no fused kernel knows are summed over whole chunks.
  if (detail::TileOf<DefaultExecution, typename TypeParam::Scalar>::onHost) {
    EXPECT_EQ(sweepOf(2 * samplesOfGroup), expected);
    EXPECT_EQ(sweepOf(1000), expected);
  } else {
    this->expectNear(sweepOf(2 * samplesOfGroup), expected, 20 * this->tolerance);
    this->expectNear(sweepOf(1000), expected, 20 * this->tolerance);
  }
  this->expectNear(sweepOf(40), expected, 20 * this->tolerance);
}

TYPED_TEST_P(StageConformance, TaylorRemaindersHaveSlopesOneTwoThree) {
  const Network network = TypeParam::network();
  const auto samples = reference::makeSamples(
      network, reference::makeData(network, 40, network.loss == LossType::CrossEntropy));
  const auto sweep = detail::makeSweep<double>(network);
  const auto theta = reference::makeParameters(network), direction = reference::makeParameters(network, 8);
  CompensatedView gradient("gradient", theta.size()), product("product", theta.size());
  const auto lossAt = [&](double t) {
    auto moved = theta;
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += t * direction[i];
    return sweep->value(reference::toView(moved), samples).loss.value() / 40;
  };
  const double loss = sweep->valueAndGradient(reference::toView(theta), samples, gradient).loss.value() / 40;
  sweep->hessianProduct(reference::toView(theta), reference::toView(direction), samples, HessianKind::Exact,
                        product);
  const auto g = reference::roundedSums(gradient), Hd = reference::roundedSums(product);
  double first = 0, second = 0;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    first += g[i] * direction[i];
    second += Hd[i] * direction[i];
  }
  const auto remainder = [&](int order, double t) {
    double sum = lossAt(t) - loss;
    if (order > 1) sum -= t * first;
    if (order > 2) sum -= t * t / 2 * second;
    return std::abs(sum);
  };
  for (const int order : {1, 2, 3})
    EXPECT_NEAR(std::log2(remainder(order, 2e-3) / remainder(order, 1e-3)), order, 0.15);
}

TYPED_TEST_P(StageConformance, HessianProductsAreSymmetricAndGaussNewtonOnesPositive) {
  const Network network = TypeParam::network();
  const auto samples = reference::makeSamples(
      network, reference::makeData(network, 50, network.loss == LossType::CrossEntropy));
  const auto sweep = detail::makeSweep<double>(network);
  const auto theta = reference::toView(reference::makeParameters(network));
  const auto v = reference::makeParameters(network, 8), w = reference::makeParameters(network, 9);
  CompensatedView product("product", v.size());
  for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton}) {
    sweep->hessianProduct(theta, reference::toView(v), samples, kind, product);
    const auto Hv = reference::roundedSums(product);
    sweep->hessianProduct(theta, reference::toView(w), samples, kind, product);
    const auto Hw = reference::roundedSums(product);
    double left = 0, right = 0, size = 0, curvature = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      left += Hv[i] * w[i];
      right += Hw[i] * v[i];
      size += std::abs(Hv[i] * w[i]);
      curvature += Hv[i] * v[i];
    }
    if (kind == HessianKind::GaussNewton) {
      EXPECT_GE(curvature, 0);
    }
    EXPECT_NEAR(left, right, 1e-12 * size);
    EXPECT_GT(size, 0);
  }
}

TYPED_TEST_P(StageConformance, TheFunctionAndItsJacobianAreThoseOfPlainLoops) {
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Device>;
  const auto [network, parameters] = this->predicting(TypeParam::network());
  const auto features = reference::index(network.features()), outputs = reference::index(network.outputs);
  const DataScaling in{reference::normals(features, 1), std::vector<double>(features, 2.0)};
  const DataScaling out{reference::normals(outputs, 2), std::vector<double>(outputs, 0.5)};
  const auto function = detail::makeFunction<typename TypeParam::Scalar>(network, parameters, in, out);
  detail::PlainFunction plain(network, parameters, in, out);
  for (const std::size_t samples : {1u, 3u, 37u, 300u}) {
    SCOPED_TRACE(samples);
    const auto rows = [&](std::size_t columns, unsigned seed) {
      const Rows view("rows", samples, columns);
      const auto host = Kokkos::create_mirror_view(view);
      const auto values = reference::normals(view.size(), seed);
      std::copy(values.begin(), values.end(), host.data());
      Kokkos::deep_copy(view, host);
      return view;
    };
    const auto values = [](const Rows& view) {
      const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
      return reference::Vector(host.data(), host.data() + host.size());
    };
    const Rows x = rows(features, 3), v = rows(features, 4), u = rows(outputs, 5);
    const Rows y = rows(outputs, 6), expectedY = rows(outputs, 7), g = rows(features, 6),
               expectedG = rows(features, 7);
    function->apply(x, y);
    plain.apply(x, expectedY);
    this->expectNear(values(y), values(expectedY), 50 * this->tolerance);
    function->applyJacobian(x, v, y);
    plain.applyJacobian(x, v, expectedY);
    this->expectNear(values(y), values(expectedY), 50 * this->tolerance);
    function->applyAdjointJacobian(x, u, g);
    plain.applyAdjointJacobian(x, u, expectedG);
    this->expectNear(values(g), values(expectedG), 50 * this->tolerance);
  }
}

REGISTER_TYPED_TEST_SUITE_P(StageConformance, SweepsAreThoseOfPlainLoopsForAnyNumberOfSamples,
                            TheSizeOfAChunkChangesNoBitsWhereItIsWholeGroups,
                            TaylorRemaindersHaveSlopesOneTwoThree,
                            HessianProductsAreSymmetricAndGaussNewtonOnesPositive,
                            TheFunctionAndItsJacobianAreThoseOfPlainLoops);

} // namespace terrace::resnet
