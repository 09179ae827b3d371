// The kind of block that antisymmetric.patch adds, in plain loops: tutorial 9.
#include "PlainObjective.hpp"

#include <terrace/conformance/ObjectiveConformance.hpp>

#include <Teuchos_ParameterList.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace terrace::resnet;
using Numbers = std::vector<double>;

Numbers randomNumbers(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Numbers numbers(count);
  for (double& number : numbers) number = uniform(generator);
  return numbers;
}

Network makeNetwork(StageKind kind, Activation activation) {
  Network network = Network::dense(3, 2, 4, 5, 2.0);
  network.stages.front().kind = kind;
  network.activation = activation;
  network.loss = LossType::LeastSquares;
  return network;
}

// The state after the first block, for a random state, random weights and no bias.
Numbers firstBlock(const Network& network, const Numbers& state, const Numbers& weights) {
  const ParameterLayout layout(network);
  const ParameterRun& blocks = layout.blocks(0);
  Numbers theta(static_cast<std::size_t>(layout.size()), 0.0);
  std::copy(weights.begin(), weights.end(), theta.begin() + blocks.offset);
  return detail::makePlainBlock<double>(network, blocks, 0)->forward(theta, state);
}

TEST(AntisymmetricBlock, IsItsFormula) {
  const Network network = makeNetwork(StageKind::Antisymmetric, Activation::Tanh);
  const Numbers q = randomNumbers(4, 1), w = randomNumbers(16, 2), found = firstBlock(network, q, w);
  for (std::size_t i = 0; i < 4; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < 4; ++j) sum += (w[4 * i + j] - w[4 * j + i]) * q[j];
    EXPECT_NEAR(found[i], q[i] + 0.4 * std::tanh(sum), 1e-15);
  }
}

// <q, (W - W^T) q> = 0, so |q + h (W - W^T) q|^2 - |q|^2 = h^2 |(W - W^T) q|^2: the step is at a right angle.
TEST(AntisymmetricBlock, StepsAtARightAngleToTheStateAndADenseBlockDoesNot) {
  const Numbers q = randomNumbers(4, 1), w = randomNumbers(16, 2);
  const auto productWithStep = [&](StageKind kind) {
    Numbers step = firstBlock(makeNetwork(kind, Activation::Identity), q, w);
    for (std::size_t i = 0; i < 4; ++i) step[i] -= q[i];
    return std::inner_product(q.begin(), q.end(), step.begin(), 0.0);
  };
  EXPECT_NEAR(productWithStep(StageKind::Antisymmetric), 0, 1e-15);
  EXPECT_GT(std::abs(productWithStep(StageKind::Dense)), 0.01);
}

TEST(AntisymmetricNetwork, IsReadFromADeckAndWrittenBack) {
  Teuchos::ParameterList deck;
  deck.set("Type", std::string("Antisymmetric"));
  const Network network = Network::fromParameters(deck, 3, 2);
  EXPECT_EQ(network.stages.front().kind, StageKind::Antisymmetric);
  EXPECT_FALSE(network.isConvolutional());
  EXPECT_EQ(network.toParameters().get<std::string>("Type"), "Antisymmetric");
}

template <Activation activation>
struct AntisymmetricObjective : terrace::conformance::ObjectiveCase {
  AntisymmetricObjective() {
    const Network network = makeNetwork(StageKind::Antisymmetric, activation);
    std::vector<Numbers> inputs, targets;
    for (unsigned s = 0; s < 6; ++s) {
      inputs.push_back(randomNumbers(3, 10 + s));
      targets.push_back(randomNumbers(2, 20 + s));
    }
    objective = ROL::makePtr<PlainObjective>(network, inputs, targets);
    const auto parameters = static_cast<std::size_t>(network.parameterCount());
    point = ROL::makePtr<ROL::StdVector<double>>(ROL::makePtr<Numbers>(randomNumbers(parameters, 3)));
  }
};

} // namespace

namespace terrace::conformance {
using Antisymmetric = ::testing::Types<AntisymmetricObjective<terrace::resnet::Activation::Tanh>,
                                       AntisymmetricObjective<terrace::resnet::Activation::Sigmoid>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Antisymmetric, ObjectiveConformance, Antisymmetric);
} // namespace terrace::conformance
