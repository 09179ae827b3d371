#include "DeviceComparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// The sweeps that devices use, on the default execution space (on a device, or on the host as on one),
// against plain loops on the host.

namespace terrace::resnet {
namespace {

using reference::roundedSums;
using reference::toView;
using reference::Vector;

template <class Scalar>
class DeviceSweepTest : public DeviceComparison<Scalar> {};
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
