#include "DeviceComparison.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// Convolutional networks as devices sweep them.

namespace terrace::resnet {
namespace {

template <class Scalar>
class DeviceImageTest : public DeviceComparison<Scalar> {
public:
  // By default a chunk of small images takes 2 GiB.
  void compareImages(const Network& network, int count) {
    SCOPED_TRACE(std::string(toString(network.stages.front().kind)) + ", " +
                 toString(network.stages.front().normalization) + ", " + std::to_string(count) + " samples");
    const bool labels = network.loss == LossType::CrossEntropy;
    this->compare(network, reference::makeData(network, count, labels), samplesOfGroup);
  }
};
using Scalars = ::testing::Types<double, float>;
TYPED_TEST_SUITE(DeviceImageTest, Scalars);

Network normalized(Network network, Normalization normalization, int groups = 1) {
  for (Stage& stage : network.stages) {
    stage.normalization = normalization;
    stage.groups = groups;
  }
  return network;
}

std::vector<Network> networksOfAllKinds() {
  std::vector<Network> networks;
  for (const auto kind : {StageKind::Single, StageKind::Symmetric, StageKind::Basic, StageKind::Bottleneck}) {
    const Network network = reference::makeImages(kind, {2, 2, 4}, {4, 8}, {2, 1});
    networks.push_back(network);
    if (kind == StageKind::Single || kind == StageKind::Symmetric) continue;
    networks.push_back(normalized(network, Normalization::Group));
    networks.push_back(normalized(network, Normalization::GhostBatch));
  }
  return networks;
}

TYPED_TEST(DeviceImageTest, AgreesWithPlainLoopsForEveryKindOfBlock) {
  for (const Network& network : networksOfAllKinds())
    for (const int count : {1, 33, 128, 150}) this->compareImages(network, count);
}

TYPED_TEST(DeviceImageTest, AgreesWithPlainLoopsForEveryLiftActivationAndLoss) {
  for (Network network : networksOfAllKinds())
    for (const auto lift : {Lift::Identity, Lift::Linear, Lift::Activated}) {
      network.lift = lift;
      network.activation = lift == Lift::Linear ? Activation::SmoothReLU : Activation::Sigmoid;
      network.loss = lift == Lift::Activated ? LossType::LeastSquares : LossType::CrossEntropy;
      SCOPED_TRACE(toString(lift));
      this->compareImages(network, 9);
    }
}

TYPED_TEST(DeviceImageTest, AgreesWithPlainLoopsForGroupsOfChannels) {
  const Network network = reference::makeImages(StageKind::Basic, {2, 4, 2}, {6, 4}, {1, 2});
  this->compareImages(normalized(network, Normalization::Group, 2), 40);
}

// More pixels than are summed together, single rows and columns of them, and channels that fill no tile.
TYPED_TEST(DeviceImageTest, AgreesWithPlainLoopsForImagesOfAnyShape) {
  struct Case {
    Shape input;
    int channels;
  };
  for (const Case& size :
       {Case{{1, 13, 11}, 3}, {{3, 1, 7}, 19}, {{2, 9, 1}, 5}, {{1, 1, 150}, 2}, {{5, 1, 1}, 9}})
    for (const auto kind : {StageKind::Single, StageKind::Symmetric, StageKind::Basic}) {
      SCOPED_TRACE(std::to_string(size.input.height) + " x " + std::to_string(size.input.width));
      const Network network = reference::makeImages(kind, size.input, {size.channels}, {2});
      this->compareImages(network, 5);
      if (kind != StageKind::Basic) continue;
      this->compareImages(normalized(network, Normalization::Group), 5);
      this->compareImages(normalized(network, Normalization::GhostBatch), 5);
    }
}

TYPED_TEST(DeviceImageTest, TheSizeOfAChunkChangesNoBits) {
  for (const Network& network : networksOfAllKinds()) {
    const auto theta = reference::toView(reference::makeParameters(network));
    const auto samples = reference::makeSamples(network, reference::makeData(network, 500, true),
                                                reference::Precision<TypeParam>::sweep);
    const auto gradientOf = [&](int chunkSamples) {
      CompensatedView gradient("gradient", theta.extent(0));
      deviceSweep<TypeParam>(network, chunkSamples)->valueAndGradient(theta, samples, gradient);
      return reference::roundedSums(gradient);
    };
    const auto expected = gradientOf(samplesOfGroup);
    EXPECT_EQ(gradientOf(3 * samplesOfGroup), expected);
    EXPECT_EQ(gradientOf(1000), expected);
  }
}

} // namespace
} // namespace terrace::resnet
