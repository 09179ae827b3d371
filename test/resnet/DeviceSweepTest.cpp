#include "Problems.hpp"
#include "layers/StageFactory_Def.hpp"
#include "sweep/SweepFactory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// The sweeps that devices use, on the default execution space (on a device, or on the host as on one),
// against plain loops on the host.

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::Precision;
using reference::roundedSums;
using reference::toView;
using reference::Vector;

/// The sweep of a device: on a device that of the library.
template <class Scalar>
std::unique_ptr<detail::Sweep> deviceSweep(const Network& network, int chunkSamples) {
  if constexpr (detail::TileOf<DefaultExecution, Scalar>::onHost) {
    return detail::makeFirstSupported(detail::deviceSweeps<DefaultExecution, Scalar>(), network,
                                      chunkSamples);
  } else {
    return detail::makeSweep<Scalar>(network, chunkSamples);
  }
}

template <class Scalar>
class DeviceSweepTest : public ::testing::Test {
public:
  void expectEqual(const CompensatedView& found, const CompensatedView& expected, const std::string& what) {
    const Vector f = roundedSums(found), e = roundedSums(expected);
    double largest = 1;
    for (const double value : e) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < e.size(); ++i)
      ASSERT_NEAR(f[i], e[i], 4 * tolerance * largest) << what << ' ' << i;
  }

  void expectEqual(const detail::SweepSums& found, const detail::SweepSums& expected) {
    const double loss = expected.loss.value(), score = expected.score.value();
    EXPECT_NEAR(found.loss.value(), loss, tolerance * (1 + loss));
    EXPECT_NEAR(found.score.value(), score, tolerance * (1 + score));
    const double targets = expected.squaredTargets.value();
    EXPECT_NEAR(found.squaredTargets.value(), targets, tolerance * (1 + targets));
  }

  void compareGradients(detail::Sweep& device, detail::Sweep& plain, const Vector& theta,
                        const SampleSet& samples) {
    CompensatedView gradient("gradient", theta.size()), expected("expected", theta.size());
    const auto sums = plain.valueAndGradient(toView(theta), samples, expected);
    expectEqual(device.valueAndGradient(toView(theta), samples, gradient), sums);
    expectEqual(gradient, expected, "gradient");
    expectEqual(device.value(toView(theta), samples), sums);
  }

  void compare(const Network& network, const Data& data, int chunkSamples = 0) {
    const Vector theta = reference::makeParameters(network), other = reference::makeParameters(network, 8);
    const auto samples = reference::makeSamples(network, data, Precision<Scalar>::sweep);
    // By default a chunk of wide networks is small: one for a device takes 256 MiB.
    const bool isWide = chunkSamples == 0 && network.widest() > 32;
    const auto device = deviceSweep<Scalar>(network, isWide ? 1000 : chunkSamples);
    detail::PlainSweep plain(network);
    compareGradients(*device, plain, theta, samples);

    const auto outputs = device->outputs(toView(theta), samples);
    const auto expectedOutputs = plain.outputs(toView(theta), samples);
    ASSERT_EQ(outputs.size(), expectedOutputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      ASSERT_NEAR(outputs[i], expectedOutputs[i], 10 * tolerance) << i;

    CompensatedView product("product", theta.size()), expected("expected", theta.size());
    for (const auto kind : {HessianKind::Exact, HessianKind::GaussNewton, HessianKind::Exact}) {
      plain.hessianProduct(toView(theta), toView(other), samples, kind, expected);
      device->hessianProduct(toView(theta), toView(other), samples, kind, product);
      expectEqual(product, expected, kind == HessianKind::Exact ? "exact" : "Gauss-Newton");
    }
    compareGradients(*device, plain, other, samples); // after products: nothing of them is left
  }

  static constexpr double tolerance = Precision<Scalar>::tolerance;
};
using Scalars = ::testing::Types<double, float>;
TYPED_TEST_SUITE(DeviceSweepTest, Scalars);

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForWidthsOneToSeventy) {
  for (int width = 1; width <= 70; ++width) {
    SCOPED_TRACE(width);
    const Network network = reference::makeNetwork(width, 3, 1 + width % 5, 2 + width % 4);
    this->compare(network, reference::makeData(network, 1 + 2 * (width % 23), true));
  }
}

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForEveryLiftActivationAndLoss) {
  for (const int width : {6, 34})
    for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
      for (const auto activation : {Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                    Activation::Sigmoid, Activation::Identity})
        for (const bool labels : {true, false})
          for (const auto loss : {LossType::CrossEntropy, LossType::LeastSquares}) {
            if (loss == LossType::CrossEntropy && !labels) continue;
            Network network = reference::makeNetwork(width, 4);
            network.lift = lift;
            network.activation = activation;
            network.loss = loss;
            SCOPED_TRACE(std::string(toString(lift)) + ", " + toString(activation) + ", " + toString(loss));
            this->compare(network, reference::makeData(network, 21, labels));
          }
}

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForMoreInputsAndOutputsThanNeurons) {
  for (const auto lift : {Lift::Linear, Lift::Activated}) {
    Network network = reference::makeNetwork(3, 2, 11, 9);
    network.lift = lift;
    this->compare(network, reference::makeData(network, 70, true));
    network.loss = LossType::LeastSquares;
    this->compare(network, reference::makeData(network, 70, false));
  }
}

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForAnyNumberOfSamplesAndWaves) {
  for (const int width : {5, 33}) {
    const Network network = reference::makeNetwork(width, 2);
    for (const int count : {1, 2, 63, 64, 65, 127, 150, 301})
      for (const int chunkSamples : {0, 1, 100})
        this->compare(network, reference::makeData(network, count, true), chunkSamples);
  }
}

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForSeveralStages) {
  for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated})
    for (const auto& widths : {std::vector<int>{9, 4}, {40, 8, 33}})
      for (const bool labels : {true, false}) {
        Network network = reference::makeStages(widths, std::vector<int>{2, 3, 1});
        network.lift = lift;
        if (!labels) network.loss = LossType::LeastSquares;
        this->compare(network, reference::makeData(network, 151, labels), 100);
      }
}

TYPED_TEST(DeviceSweepTest, AgreesWithPlainLoopsForDeepNetworks) {
  const Network network = reference::makeNetwork(5, 67);
  this->compare(network, reference::makeData(network, 90, true));
}

std::vector<std::string>& launchedKernels() {
  static std::vector<std::string> labels;
  return labels;
}

void noteKernel(const char* label, std::uint32_t, std::uint64_t*) {
  launchedKernels().emplace_back(label);
}

TYPED_TEST(DeviceSweepTest, LabelsItsKernelsWithTheProjectsName) {
  launchedKernels().clear();
  Kokkos::Tools::Experimental::set_begin_parallel_for_callback(noteKernel);
  for (const int width : {5, 33}) {
    const Network network = reference::makeNetwork(width, 2);
    this->compare(network, reference::makeData(network, 10, true));
  }
  Kokkos::Tools::Experimental::set_begin_parallel_for_callback(nullptr);
  EXPECT_GT(launchedKernels().size(), 20u);
  for (const auto& label : launchedKernels()) {
    const bool isLibrarys = label.rfind("Kokkos", 0) == 0;
    EXPECT_TRUE(isLibrarys || label.rfind("terrace::", 0) == 0) << label;
  }
}

TEST(FusedSweep, GivesTheSameBitsInAnyNumberOfWaves) {
  for (const int width : {5, 20}) {
    const Network network = reference::makeNetwork(width, 3);
    const auto samples = reference::makeSamples(network, reference::makeData(network, 300, true));
    const Vector theta = reference::makeParameters(network);
    CompensatedView one("one", theta.size()), many("many", theta.size());
    const auto sums = deviceSweep<double>(network, 0)->valueAndGradient(toView(theta), samples, one);
    const auto others = deviceSweep<double>(network, 64)->valueAndGradient(toView(theta), samples, many);
    EXPECT_EQ(others.loss.value(), sums.loss.value());
    EXPECT_EQ(roundedSums(many), roundedSums(one));
  }
}

} // namespace
} // namespace terrace::resnet
