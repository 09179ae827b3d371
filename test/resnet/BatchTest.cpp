#include "ObjectiveProblem.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace terrace::resnet {
namespace {

using reference::Data;
using reference::makeNetwork;

// The samples at some positions as data of their own.
Data select(const Network& network, const Data& all, const std::vector<long>& positions) {
  Data data;
  data.count = static_cast<int>(positions.size());
  for (const long position : positions) {
    const auto row = [&](const reference::Vector& values, int columns) {
      return values.begin() + position * columns;
    };
    const auto inputs = row(all.inputs, network.features());
    data.inputs.insert(data.inputs.end(), inputs, inputs + network.features());
    if (!all.labels.empty()) data.labels.push_back(all.labels[static_cast<std::size_t>(position)]);
    if (all.targets.empty()) continue;
    const auto targets = row(all.targets, network.outputs);
    data.targets.insert(data.targets.end(), targets, targets + network.outputs);
  }
  return data;
}

// Positions on every rank, in no order: 7, 18, ... modulo the prime 601.
std::vector<long> scattered(int count) {
  std::vector<long> positions(static_cast<std::size_t>(count));
  for (std::size_t j = 0; j < positions.size(); ++j) positions[j] = (7 + 11 * static_cast<long>(j)) % 601;
  return positions;
}

class Batch : public testing::TestWithParam<bool> {};

TEST_P(Batch, HasTheValueAndGradientOfAnObjectiveMadeOfItsSamples) {
  Network network = makeNetwork(4, 3);
  if (!GetParam()) network.loss = LossType::LeastSquares;
  Problem problem(network, 601, GetParam());
  for (const int count : {1, 37, 300, 601}) {
    const auto positions = scattered(count);
    problem.objective.setBatch(positions);
    EXPECT_EQ(problem.objective.batchSamples(), count);
    const auto data = select(network, problem.data, positions);
    ResNetObjective alone(problem.space, reference::makeSamples(network, data), problem.work);
    const auto x = problem.point();
    EXPECT_EQ(problem.objective.value(*x, tolerance), alone.value(*x, tolerance));
    auto g = problem.space->createDualVector(), expected = problem.space->createDualVector();
    problem.objective.gradient(*g, *x, tolerance);
    alone.gradient(*expected, *x, tolerance);
    EXPECT_EQ(problem.space->gatherToAll(*g), problem.space->gatherToAll(*expected));
  }
}

// Samples that follow each other are taken where they lie.
TEST_P(Batch, OfSamplesThatFollowEachOtherIsNoOtherThanOneInDisorder) {
  Network network = makeNetwork(4, 3);
  if (!GetParam()) network.loss = LossType::LeastSquares;
  Problem problem(network, 601, GetParam());
  for (const auto& [first, count] :
       {std::pair<long, long>{0, 128}, {128, 256}, {160, 64}, {384, 217}, {130, 200}}) {
    std::vector<long> positions(static_cast<std::size_t>(count));
    std::iota(positions.begin(), positions.end(), first);
    const auto x = problem.point();
    const auto evaluate = [&] {
      auto g = problem.space->createDualVector();
      const double value = problem.objective.value(*x, tolerance);
      problem.objective.gradient(*g, *x, tolerance);
      auto all = problem.space->gatherToAll(*g);
      all.push_back(value);
      return all;
    };
    problem.objective.setBatch(positions);
    EXPECT_EQ(problem.objective.batchSamples(), count);
    const auto found = evaluate();
    ResNetObjective alone(problem.space,
                          reference::makeSamples(network, select(network, problem.data, positions)),
                          problem.work);
    auto g = problem.space->createDualVector();
    alone.gradient(*g, *x, tolerance);
    auto expected = problem.space->gatherToAll(*g);
    expected.push_back(alone.value(*x, tolerance));
    EXPECT_EQ(found, expected) << first << ' ' << count;
  }
}

INSTANTIATE_TEST_SUITE_P(OfSamplesWith, Batch, testing::Bool(),
                         [](const auto& test) { return test.param ? "Labels" : "Targets"; });

TEST(Batch, CostsWorkInProportionToItsSamples) {
  Problem problem(makeNetwork(4, 3), 600);
  const auto x = problem.point();
  problem.objective.setBatch(scattered(150));
  problem.objective.value(*x, tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 0.25);
}

TEST(Batch, ForgetsTheValuesOfTheOneBefore) {
  Problem problem(makeNetwork(4, 3), 300);
  const auto x = problem.point();
  const double full = problem.objective.value(*x, tolerance);
  problem.objective.setBatch(scattered(20));
  EXPECT_NE(problem.objective.value(*x, tolerance), full);
  problem.objective.resetBatch();
  EXPECT_EQ(problem.objective.value(*x, tolerance), full);
  EXPECT_DOUBLE_EQ(problem.work->units(), 2 + 20.0 / 300.0);
}

TEST(Batch, OfACoarseObjectiveIsDrawnFromAllSamplesAndResetToItsOwn) {
  ObjectiveOptions options;
  options.ownSamples = 150;
  Problem problem(makeNetwork(4, 3), 601, true, options, 0.25);
  const auto x = problem.point();
  EXPECT_EQ(problem.objective.samples(), 601);
  EXPECT_EQ(problem.objective.batchSamples(), 150);
  const double own = problem.objective.value(*x, tolerance);
  EXPECT_DOUBLE_EQ(problem.work->units(), 0.25);
  problem.objective.setBatch({600, 599});
  problem.objective.value(*x, tolerance);
  problem.objective.resetBatch();
  EXPECT_EQ(problem.objective.value(*x, tolerance), own);
}

TEST(Batch, MustHaveSamplesThatThereAre) {
  Problem problem(makeNetwork(4, 3), 30);
  EXPECT_THROW(problem.objective.setBatch({}), std::invalid_argument);
  EXPECT_THROW(problem.objective.setBatch({3, 30}), std::invalid_argument);
  EXPECT_THROW(problem.objective.setBatch({-1}), std::invalid_argument);
  EXPECT_EQ(problem.objective.batchSamples(), 30);
}

} // namespace
} // namespace terrace::resnet
