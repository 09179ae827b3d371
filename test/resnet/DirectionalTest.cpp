// Sweeps with derivatives along directions of the inputs, against plain loops over dual numbers.
#include "DirectionalSamples.hpp"
#include "sweep/DirectionalSweep.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::derivativeWeight;
using reference::index;
using reference::Vector;
using reference::withDerivatives;

// The truth: the loss and its gradient by plain loops over dual numbers. The gradient of <u, y> + <v, J d> is
// what differentiating the way back along d gives.
struct Plain {
  double loss = 0;
  double score = 0;
  double squares = 0;
  Vector gradient;
  Vector tangents;
};

Plain plainLoss(const Network& network, const Data& data, const Vector& theta, int directions, bool unit) {
  const int m = network.outputs, n = network.features();
  const Vector targets = reference::normals(index(data.count * directions * m), 21),
               along = reference::normals(index(data.count * directions * n), 22);
  Plain result;
  const auto values = reference::evaluate(network, data, theta);
  result.loss = values.loss;
  result.gradient = values.gradient;
  detail::PlainNetwork<detail::Dual> plain(network);
  const std::vector<detail::Dual> parameters(theta.begin(), theta.end());
  for (int s = 0; s < data.count; ++s)
    for (int d = 0; d < directions; ++d) {
      std::vector<detail::Dual> x(index(n)), delta(index(m)), gradient(theta.size());
      for (int j = 0; j < n; ++j)
        x[index(j)] = {data.inputs[index(s * n + j)],
                       unit ? (j == d ? 1.0 : 0.0) : along[index((s * directions + d) * n + j)]};
      const auto y = plain.forward(parameters, x);
      for (int c = 0; c < m; ++c) {
        const double t = targets[index((s * directions + d) * m + c)], error = y[index(c)].derivative - t;
        result.tangents.push_back(y[index(c)].derivative);
        result.loss += derivativeWeight / 2 * error * error / data.count;
        result.score += error * error;
        result.squares += t * t;
        delta[index(c)] = {derivativeWeight * error / data.count, 0.0};
      }
      plain.backward(parameters, delta, &gradient);
      for (std::size_t i = 0; i < gradient.size(); ++i) result.gradient[i] += gradient[i].derivative;
    }
  return result;
}

double relativeDifference(const Vector& a, const Vector& b) {
  double error = 0, square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    error += (a[i] - b[i]) * (a[i] - b[i]);
    square += b[i] * b[i];
  }
  return std::sqrt(error / square);
}

Network leastSquares(Network network) {
  network.loss = LossType::LeastSquares;
  return network;
}

template <class Scalar>
class DirectionalSweep : public ::testing::Test {};
using Scalars = ::testing::Types<double, float>;
TYPED_TEST_SUITE(DirectionalSweep, Scalars);

TYPED_TEST(DirectionalSweep, AgreesWithPlainLoopsForEveryLiftActivationAndNumberOfDirections) {
  using Precision = reference::Precision<TypeParam>;
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const auto activation : {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                  Activation::Sigmoid, Activation::Identity})
      for (const int directions : {1, 2, 3}) {
        const bool unit = directions == 3;
        Network network = leastSquares(reference::makeStages({7, 4}, {2, 3}, 3, 2));
        network.lift = lift;
        network.activation = activation;
        const Data data = reference::makeData(network, 150, false);
        const Vector theta = reference::makeParameters(network);
        const auto expected = plainLoss(network, data, theta, directions, unit);
        const auto samples = withDerivatives(network, data, directions, unit, Precision::sweep);
        const CompensatedView gradient("gradient", theta.size());
        const auto sweep = detail::makeDirectionalSweep<TypeParam>(network);
        const auto sums = sweep->valueAndGradient(reference::toView(theta), samples, gradient);
        const double tolerance = Precision::tolerance;
        EXPECT_NEAR(sums.loss.value() / data.count, expected.loss, tolerance * expected.loss);
        EXPECT_EQ(sweep->value(reference::toView(theta), samples).loss.value(), sums.loss.value());
        EXPECT_NEAR(sums.derivativeScore.value(), expected.score, tolerance * expected.score);
        EXPECT_NEAR(sums.squaredDerivatives.value(), expected.squares, tolerance * expected.squares);
        EXPECT_LT(relativeDifference(reference::roundedSums(gradient), expected.gradient), tolerance)
            << "lift " << static_cast<int>(lift) << ", activation " << static_cast<int>(activation) << ", "
            << directions << " directions";
        EXPECT_LT(relativeDifference(sweep->tangents(reference::toView(theta), samples), expected.tangents),
                  tolerance);
      }
}

} // namespace
} // namespace terrace::resnet
