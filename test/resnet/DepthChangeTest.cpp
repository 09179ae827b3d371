// Networks that training starts from: what may differ from the one that is wanted, and what may not.
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/DepthChange.hpp>

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

using namespace terrace;
using namespace terrace::resnet;

namespace {

// Blocks of two convolutions on images, normalised in groups of channels.
Network network(int blocks, Normalization normalization, int groups) {
  Network network;
  network.input = {2, 4, 4};
  network.outputs = 3;
  Stage stage{StageKind::Basic, {4, 4, 4}, blocks, 1.0};
  stage.normalization = normalization;
  stage.groups = groups;
  network.stages.push_back(stage);
  return network;
}

GivenNetwork given(const Network& network) {
  GivenNetwork given{network, {}};
  for (long i = 0; i < network.parameterCount(); ++i)
    given.parameters.push_back(std::sin(1.7 * static_cast<double>(i)));
  return given;
}

std::vector<double> changed(const Network& from, const Network& to) {
  const auto space = ROL::makePtr<const ParameterSpace>(to, Tpetra::getDefaultComm());
  return space->gatherToAll(*changeDepth(given(from), space, Prolongation::PiecewiseLinear));
}

void expectRefusal(const Network& from, const Network& to, const std::string& message) {
  try {
    changed(from, to);
    FAIL() << "no error";
  } catch (const ParameterError& error) {
    EXPECT_NE(std::string(error.what()).find(message), std::string::npos) << error.what();
  }
}

} // namespace

TEST(DepthChange, LeavesParametersAsTheyAreAtTheSameDepth) {
  const Network two = network(2, Normalization::Group, 2);
  EXPECT_EQ(changed(two, two), given(two).parameters);
}

TEST(DepthChange, KeepsTheOutputLayerOfADeeperNetwork) {
  const auto parameters = given(network(2, Normalization::Group, 2)).parameters;
  const auto deeper = changed(network(2, Normalization::Group, 2), network(4, Normalization::Group, 2));
  EXPECT_TRUE(std::equal(parameters.end() - 15, parameters.end(), deeper.end() - 15));
}

TEST(DepthChange, NamesANormalisationThatDiffers) {
  expectRefusal(network(2, Normalization::Group, 2), network(2, Normalization::None, 1),
                "has in its stage the normalisation Group and the deck's has None");
}

TEST(DepthChange, NamesGroupsOfANormalisationThatDiffer) {
  expectRefusal(network(2, Normalization::Group, 2), network(2, Normalization::Group, 4),
                "has in its stage groups of the normalisation: 2 and the deck's has 4");
}

TEST(DepthChange, TakesAnyNumberOfGroupsWithoutANormalisation) {
  const Network two = network(2, Normalization::None, 1);
  EXPECT_EQ(changed(two, network(2, Normalization::None, 2)), given(two).parameters);
}
