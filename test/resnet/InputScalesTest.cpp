#include "samples/InputScales.hpp"

#include "ObjectiveProblem.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace terrace::resnet {
namespace {

using reference::makeNetwork;

// Inputs between -1 and 1 times a factor each.
std::vector<double> scalesOf(const std::vector<double>& factors) {
  const int features = static_cast<int>(factors.size());
  Network network = makeNetwork(5, 2, features);
  network.lift = Lift::Linear;
  Problem problem(network, 256);
  auto data = problem.data;
  for (std::size_t i = 0; i < data.inputs.size(); ++i) data.inputs[i] *= factors[i % factors.size()];
  return detail::inputScales(reference::makeSamples(network, data));
}

TEST(InputScales, AreNoneForInputsOfUsualSizeOrSmallOnes) {
  EXPECT_TRUE(scalesOf({1, 0.2, 3, 1}).empty());
  EXPECT_TRUE(scalesOf({1e-3, 1e-3, 1e-5, 0}).empty());
}

TEST(InputScales, AreTheMedianOfLargeInputsAndTheSizeOfAnInputThatIsMuchLarger) {
  const auto one = scalesOf({1, 1e4, 1, 1});
  ASSERT_EQ(one.size(), 4U);
  EXPECT_EQ(one[0], 1);
  EXPECT_GT(one[1], 1e3);
  EXPECT_LT(one[1], 3e4);
  const auto all = scalesOf({255, 255, 255, 1});
  EXPECT_GT(all[0], 25);
  EXPECT_EQ(all[0], all[3]);
}

TEST(InputScales, DivideTheWeightsOfTheLift) {
  Network network = makeNetwork(5, 2, 3);
  network.lift = Lift::Linear;
  Problem problem(network, 128);
  const auto x = problem.point(3);
  const auto before = problem.space->gatherToAll(*x);
  detail::divideLift(*x, *problem.space, {1, 4, 2});
  const auto after = problem.space->gatherToAll(*x);
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double scale = i >= 15 || i % 3 == 0 ? 1 : i % 3 == 1 ? 4 : 2;
    EXPECT_EQ(after[i], before[i] / scale) << i;
  }
}

} // namespace
} // namespace terrace::resnet
