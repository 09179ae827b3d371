#include "Problems.hpp"
#include "kernels/LayerKernels.hpp"
#include "kernels/common/Activations.hpp"
#include "layers/LayerArrays.hpp"
#include "sweep/ChunkSize.hpp"
#include "sweep/Sweep.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace terrace::resnet {
namespace {

using detail::PackOf;
using reference::Data;
using reference::index;
using reference::Precision;
using reference::toView;
using reference::Vector;

// Distance in units of the last place of the exact value.
template <class Scalar>
double ulps(Scalar computed, long double exact) {
  const auto rounded = static_cast<Scalar>(exact);
  const Scalar next = std::nextafter(std::abs(rounded), std::numeric_limits<Scalar>::infinity());
  const auto unit = static_cast<long double>(next) - static_cast<long double>(std::abs(rounded));
  return static_cast<double>(std::abs(static_cast<long double>(computed) - exact) / unit);
}

// Magnitudes from the smallest normal number to the largest, both signs, and a dense sweep of the interesting
// range.
template <class Scalar>
std::vector<Scalar> arguments() {
  std::vector<Scalar> all;
  for (Scalar x = std::numeric_limits<Scalar>::min(); x < std::numeric_limits<Scalar>::max() / 2;
       x *= Scalar(1.7))
    all.insert(all.end(), {x, -x});
  for (int i = -30000; i <= 30000; ++i) all.push_back(static_cast<Scalar>(i) * Scalar(0.001));
  return all;
}

template <class Scalar, int lanes>
class PackFunctions {
public:
  using Pack = PackOf<Scalar, lanes>;
  template <class Function>
  static Scalar apply(Function f, Scalar x) {
    return Pack::lane(f(detail::broadcast<Pack>(x)), lanes - 1);
  }
  static Scalar tanh(Scalar x) {
    return apply([](const auto& v) { return detail::tanhOf<Pack>(v); }, x);
  }
  static Scalar sigmoid(Scalar x) {
    return apply([](const auto& v) { return detail::sigmoidOf<Pack>(v); }, x);
  }
  static Scalar exp(Scalar x) {
    return apply([](const auto& v) { return detail::expOfNegative<Pack>(v); }, x);
  }
};

template <class Functions>
class PackMath : public ::testing::Test {};
using AllPacks = ::testing::Types<PackFunctions<double, 1>, PackFunctions<double, 2>, PackFunctions<float, 1>,
                                  PackFunctions<float, 4>>;
TYPED_TEST_SUITE(PackMath, AllPacks);

TYPED_TEST(PackMath, TanhIsWithinFiveUnitsOfTheLastPlaceAndNeverBeyondOne) {
  using Scalar = typename TypeParam::Pack::Scalar;
  for (const Scalar x : arguments<Scalar>()) {
    ASSERT_LE(ulps(TypeParam::tanh(x), std::tanh(static_cast<long double>(x))), 5.0) << x;
    ASSERT_LE(std::abs(TypeParam::tanh(x)), Scalar(1)) << x;
  }
}

TYPED_TEST(PackMath, TanhKeepsInfinitiesZeroAndNaN) {
  using Scalar = typename TypeParam::Pack::Scalar;
  const Scalar infinity = std::numeric_limits<Scalar>::infinity();
  EXPECT_EQ(TypeParam::tanh(infinity), Scalar(1));
  EXPECT_EQ(TypeParam::tanh(-infinity), Scalar(-1));
  EXPECT_TRUE(std::isnan(TypeParam::tanh(std::numeric_limits<Scalar>::quiet_NaN())));
  EXPECT_EQ(TypeParam::tanh(Scalar(-0.0)), Scalar(0));
  EXPECT_FALSE(std::signbit(TypeParam::tanh(Scalar(0.0))));
  const Scalar denormal = std::numeric_limits<Scalar>::denorm_min() * 8;
  EXPECT_EQ(TypeParam::tanh(denormal), denormal);
}

TYPED_TEST(PackMath, ExponentialOfNegativesIsAccurateAndVanishesSmoothly) {
  using Scalar = typename TypeParam::Pack::Scalar;
  const Scalar lowest = detail::ExpConstants<Scalar>::underflow;
  for (Scalar x : arguments<Scalar>()) {
    x = -std::abs(x);
    if (x >= lowest) {
      ASSERT_LE(ulps(TypeParam::exp(x), std::exp(static_cast<long double>(x))), 3.0) << x;
    } else {
      ASSERT_EQ(TypeParam::exp(x), Scalar(0)) << x;
    }
  }
  EXPECT_EQ(TypeParam::exp(-std::numeric_limits<Scalar>::infinity()), Scalar(0));
  EXPECT_TRUE(std::isnan(TypeParam::exp(std::numeric_limits<Scalar>::quiet_NaN())));
}

TYPED_TEST(PackMath, SigmoidIsAccurateAlsoWhereItIsSmall) {
  using Scalar = typename TypeParam::Pack::Scalar;
  for (const Scalar x : arguments<Scalar>())
    if (x > detail::ExpConstants<Scalar>::underflow) {
      ASSERT_LE(ulps(TypeParam::sigmoid(x), 1 / (1 + std::exp(-static_cast<long double>(x)))), 4.0) << x;
    }
  EXPECT_EQ(TypeParam::sigmoid(-std::numeric_limits<Scalar>::infinity()), Scalar(0));
  EXPECT_EQ(TypeParam::sigmoid(std::numeric_limits<Scalar>::infinity()), Scalar(1));
  EXPECT_TRUE(std::isnan(TypeParam::sigmoid(std::numeric_limits<Scalar>::quiet_NaN())));
}

TEST(Activations, DerivativesAsFunctionsOfTheValueAgreeWithTheReference) {
  using Pack = PackOf<double, 1>;
  for (const auto activation : {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                Activation::Sigmoid, Activation::Identity}) {
    detail::withActivation(activation, [&](auto sigma) {
      using Sigma = decltype(sigma);
      for (double z = -3.0037; z < 3; z += 0.0131) {
        const double a = Sigma::template value<Pack>(z);
        EXPECT_NEAR(a, detail::plainSigma(activation, z), 1e-15) << toString(activation) << z;
        EXPECT_NEAR(Sigma::template slope<Pack>(a), detail::plainSlope(activation, z), 1e-14)
            << toString(activation) << z;
        const double e = 1e-5;
        const bool nearKink = std::abs(std::abs(z) - 0.1) < 2 * e || std::abs(z) < 2 * e;
        const double quotient =
            (detail::plainSlope(activation, z + e) - detail::plainSlope(activation, z - e)) / (2 * e);
        if (nearKink) continue;
        EXPECT_NEAR(Sigma::template curvature<Pack>(a), quotient, 1e-8) << toString(activation) << z;
      }
      EXPECT_TRUE(std::isnan(Sigma::template value<Pack>(std::numeric_limits<double>::quiet_NaN())));
    });
  }
}

// An array with random entries as the kernels of a tile keep it; the entries do not depend on the tile.
template <class Tile>
detail::LayerArrays<Tile> randomArray(int neurons, int samples, unsigned seed) {
  detail::LayerArrays<Tile> array("array", 1, neurons, samples);
  const auto values = reference::normals(index(neurons) * index(samples), seed);
  for (int i = 0; i < neurons; ++i)
    for (int s = 0; s < samples; ++s) array[0](i, s) = values[index(i) * index(samples) + index(s)];
  return array;
}

template <class Tile>
std::vector<double> outerProductOfRandomArrays(int rows, int columns, int samples) {
  const auto mu = randomArray<Tile>(rows, samples, 1), x = randomArray<Tile>(columns, samples, 2);
  const ParameterView derivatives("derivatives", index(rows * (columns + 1)));
  const detail::GradientOffsets offsets{rows, 0, 0.3};
  detail::outerProduct<Tile>({}, {mu[0], x[0], {}, {}}, {derivatives, {}, false}, offsets, samples);
  return {derivatives.data(), derivatives.data() + derivatives.extent(0)};
}

TEST(OuterProduct, TheDeviceVersionAgreesWithTheHostVersion) {
  using Tile = detail::TileOf<Kokkos::DefaultHostExecutionSpace, double>;
  using DeviceTile = detail::TileOf<Kokkos::DefaultHostExecutionSpace, double, 0>;
  const int rows = 7, samples = 3 * Tile::samples;
  for (const int columns : {5, 8, 13}) {
    const auto host = outerProductOfRandomArrays<Tile>(rows, columns, samples);
    const auto device = outerProductOfRandomArrays<DeviceTile>(rows, columns, samples);
    for (std::size_t i = 0; i < host.size(); ++i) EXPECT_NEAR(host[i], device[i], 1e-12) << columns;
    EXPECT_NE(host[0], 0.0);
  }
}

TEST(ChunkSize, KeepsStatesAndActivationsWithinTheirBudget) {
  using Tile = detail::TileOf<Kokkos::DefaultHostExecutionSpace, double>;
  for (const int width : {1, 8, 64, 512})
    for (const int blocks : {1, 64, 180}) {
      const Network network = reference::makeNetwork(width, blocks);
      const int samples = detail::defaultChunkSamples<Tile>(network);
      const double bytes = 8.0 * (2 * blocks + 1) * width * samples;
      EXPECT_EQ(bytes, static_cast<double>(detail::bytesPerSample<Tile>(network)) * samples);
      EXPECT_LE(bytes, 24.0 * (1 << 20)) << width << ' ' << blocks;
    }
}

template <class Scalar>
class SweepTest : public ::testing::Test {
public:
  void compare(const Network& network, const Data& data, int chunkSamples = 0) {
    const Vector theta = reference::makeParameters(network);
    const auto expected = reference::evaluate(network, data, theta);
    const auto samples = reference::makeSamples(network, data, Precision<Scalar>::sweep);
    const auto sweep = detail::makeSweep<Scalar>(network, chunkSamples);
    CompensatedView gradient("gradient", theta.size());
    const auto sums = sweep->valueAndGradient(toView(theta), samples, gradient);
    const double tolerance = Precision<Scalar>::tolerance;
    EXPECT_NEAR(sums.loss.value() / data.count, expected.loss, tolerance * (1 + expected.loss));
    EXPECT_NEAR(sums.score.value(), expected.score, tolerance * (1 + expected.score));
    for (std::size_t i = 0; i < theta.size(); ++i)
      ASSERT_NEAR(gradient(i).value(), expected.gradient[i], 4 * tolerance) << i;
    EXPECT_EQ(sweep->value(toView(theta), samples).loss.value(), sums.loss.value());
    const auto outputs = sweep->outputs(toView(theta), samples);
    ASSERT_EQ(outputs.size(), index(data.count) * index(network.outputs));
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const auto columns = index(network.outputs);
      ASSERT_NEAR(outputs[i], expected.outputs[i / columns][i % columns], 10 * tolerance);
    }
  }
};
using Scalars = ::testing::Types<double, float>;
TYPED_TEST_SUITE(SweepTest, Scalars);

TYPED_TEST(SweepTest, AgreesWithPlainLoopsForWidthsOneToSeventy) {
  for (int width = 1; width <= 70; ++width) {
    SCOPED_TRACE(width);
    Network network = reference::makeNetwork(width, 3, 1 + width % 5, 2 + width % 4);
    this->compare(network, reference::makeData(network, 1 + 2 * (width % 23), true));
  }
}

TYPED_TEST(SweepTest, AgreesWithPlainLoopsWhereTheStatesFillSeveralChunks) {
  // Two groups a chunk; parts of a group; whole groups by default.
  for (const auto& [width, blocks] : {std::pair(260, 1), std::pair(7, 2000), std::pair(9, 4)}) {
    const Network network = reference::makeNetwork(width, blocks);
    this->compare(network, reference::makeData(network, 301, true));
  }
}

TYPED_TEST(SweepTest, AgreesWithPlainLoopsForAnyNumberOfSamples) {
  const Network network = reference::makeNetwork(5, 2);
  for (const int count : {1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 150})
    this->compare(network, reference::makeData(network, count, true), 32);
}

TYPED_TEST(SweepTest, AgreesWithPlainLoopsForEveryLiftActivationAndLoss) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const auto activation : {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                  Activation::Sigmoid, Activation::Identity})
      for (const bool labels : {true, false})
        for (const auto loss : {LossType::CrossEntropy, LossType::LeastSquares}) {
          if (loss == LossType::CrossEntropy && !labels) continue;
          Network network = reference::makeNetwork(6, 4);
          network.lift = lift;
          network.activation = activation;
          network.loss = loss;
          SCOPED_TRACE(std::string(toString(lift)) + ", " + toString(activation) + ", " + toString(loss));
          this->compare(network, reference::makeData(network, 21, labels));
        }
}

TYPED_TEST(SweepTest, AgreesWithPlainLoopsForSeveralStages) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const auto& widths : {std::vector<int>{9, 4}, {3, 17, 5}, {40, 8, 33}}) {
      Network network = reference::makeStages(widths, std::vector<int>{2, 3, 1});
      network.lift = lift;
      SCOPED_TRACE(std::string(toString(lift)) + ", " + std::to_string(widths[0]));
      this->compare(network, reference::makeData(network, 151, true));
    }
}

TYPED_TEST(SweepTest, DoesNotDependOnTheSizeOfAChunk) {
  const Network network = reference::makeNetwork(4, 5);
  const Data data = reference::makeData(network, 201, true);
  for (const int chunk : {1, 16, 48, 64, 128, 200, 1000}) this->compare(network, data, chunk);
}

TEST(SinglePrecision, LeavesRelativeErrorsBelowTheDocumentedFloor) {
  for (const int width : {4, 8, 32, 64}) {
    const Network network = reference::makeNetwork(width, 16);
    const Data data = reference::makeData(network, 1000, true);
    const Vector theta = reference::makeParameters(network);
    CompensatedView exact("exact", theta.size()), single("single", theta.size());
    const auto view = toView(theta);
    const auto expected = detail::makeSweep<double>(network)->valueAndGradient(
        view, reference::makeSamples(network, data, SweepScalar::Double), exact);
    const auto sums = detail::makeSweep<float>(network)->valueAndGradient(
        view, reference::makeSamples(network, data, SweepScalar::Float), single);
    EXPECT_LT(std::abs(sums.loss.value() / expected.loss.value() - 1), 1e-6) << width;
    double error = 0, norm = 0;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      error += std::pow(single(i).value() - exact(i).value(), 2);
      norm += std::pow(exact(i).value(), 2);
    }
    EXPECT_LT(std::sqrt(error / norm), 2e-6) << width;
    EXPECT_GT(error, 0) << "float and double sweeps are the same";
  }
}

TYPED_TEST(SweepTest, SurvivesLogitsFarBeyondTheRangeOfTheExponential) {
  Network network = reference::makeNetwork(3, 2);
  Vector theta = reference::makeParameters(network);
  const ParameterRun output = ParameterLayout(network).output();
  const long bias = output.offset + output.arrays[1].offset;
  theta[index(bias)] = 5000;
  Data data = reference::makeData(network, 9, true);
  std::fill(data.labels.begin(), data.labels.end(), 1);
  const auto sweep = detail::makeSweep<TypeParam>(network);
  CompensatedView gradient("gradient", theta.size());
  const auto sums = sweep->valueAndGradient(
      toView(theta), reference::makeSamples(network, data, Precision<TypeParam>::sweep), gradient);
  EXPECT_NEAR(sums.loss.value() / data.count, 5000, 20);
  EXPECT_NEAR(gradient(index(bias)).value(), 1.0, 1e-6);
  EXPECT_NEAR(gradient(index(bias + 1)).value(), -1.0, 1e-6);
}

TYPED_TEST(SweepTest, PassesOnValuesThatAreNotFinite) {
  for (const auto loss : {LossType::CrossEntropy, LossType::LeastSquares})
    for (const auto activation :
         {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU, Activation::Sigmoid}) {
      Network network = reference::makeNetwork(3, 2);
      network.loss = loss;
      network.activation = activation;
      Vector theta = reference::makeParameters(network);
      theta[index(ParameterLayout(network).blocks(0).offset)] = std::numeric_limits<double>::quiet_NaN();
      const auto sweep = detail::makeSweep<TypeParam>(network);
      const auto samples =
          reference::makeSamples(network, reference::makeData(network, 9, true), Precision<TypeParam>::sweep);
      EXPECT_TRUE(std::isnan(sweep->value(toView(theta), samples).loss.value())) << toString(activation);
    }
}

TYPED_TEST(SweepTest, ALeadingSubsetIsTheSetOfTheFirstSamples) {
  const Network network = reference::makeNetwork(4, 2);
  const Data all = reference::makeData(network, 50, true);
  const Vector theta = reference::makeParameters(network);
  const auto set = reference::makeSamples(network, all, Precision<TypeParam>::sweep);
  const auto sweep = detail::makeSweep<TypeParam>(network);
  for (const int count : {1, 13, 32, 50}) {
    Data first = all;
    first.count = count;
    const auto expected = reference::evaluate(network, first, theta);
    CompensatedView gradient("gradient", theta.size());
    const auto sums = sweep->valueAndGradient(toView(theta), set.leading(count), gradient);
    EXPECT_NEAR(sums.loss.value() / count, expected.loss,
                Precision<TypeParam>::tolerance * (1 + expected.loss));
    for (std::size_t i = 0; i < theta.size(); ++i)
      ASSERT_NEAR(gradient(i).value(), expected.gradient[i], 4 * Precision<TypeParam>::tolerance);
  }
}

} // namespace
} // namespace terrace::resnet
