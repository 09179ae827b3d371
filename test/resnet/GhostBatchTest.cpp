// Networks with Normalization::GhostBatch: groups of samples, and prediction.
#include "ObjectiveProblem.hpp"

#include <terrace/resnet/levels/ResNetHierarchy.hpp>

#include <Teuchos_Array.hpp>
#include <Teuchos_DefaultMpiComm.hpp>

#include <gtest/gtest.h>

#include <numeric>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::Vector;

Network ghostNetwork(bool labels = true) {
  Network network = reference::makeImages(StageKind::Basic, {2, 4, 6}, {3, 5}, {2, 1});
  for (Stage& stage : network.stages) stage.normalization = Normalization::GhostBatch;
  network.loss = labels ? LossType::CrossEntropy : LossType::LeastSquares;
  return network;
}

// Samples first .. first + count - 1 as data of their own.
reference::Data select(const Network& network, const reference::Data& all, int first, int count) {
  const auto part = [&](const auto& values, int columns) {
    using Values = std::decay_t<decltype(values)>;
    return values.empty()
               ? Values()
               : Values(values.begin() + first * columns, values.begin() + (first + count) * columns);
  };
  reference::Data data;
  data.count = count;
  data.inputs = part(all.inputs, network.features());
  data.labels = part(all.labels, 1);
  data.targets = part(all.targets, network.outputs);
  return data;
}

std::vector<long> positions(long first, long count) {
  std::vector<long> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), first);
  return all;
}

// All ranks' outputs, in the order of the samples.
Vector allOutputs(const Problem& problem, const SampleSet& samples, const ParameterVector& x) {
  const auto local = problem.objective.outputs(x, samples);
  const auto columns = static_cast<long>(samples.outputs());
  const auto& comm = *samples.comm();
  Vector all(index(samples.globalCount() * columns), 0.0), sums(all);
  long mine = 0;
  for (long p = 0; p < samples.globalCount(); ++p) {
    if (SampleSet::rankOf(p, comm.getSize()) != comm.getRank()) continue;
    for (long c = 0; c < columns; ++c) all[index(p * columns + c)] = local[index(mine * columns + c)];
    ++mine;
  }
  Teuchos::reduceAll(comm, Teuchos::REDUCE_SUM, static_cast<int>(all.size()), all.data(), sums.data());
  return sums;
}

void expectNear(const Vector& found, const Vector& expected, double within) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], within) << i;
}

TEST(GhostBatch, LossIsTheMeanOverTheSampleGroups) {
  const Network network = ghostNetwork();
  Problem problem(network, 300);
  const auto x = problem.point();
  double sum = 0;
  for (const auto& [first, count] : {std::pair{0, 128}, {128, 128}, {256, 44}}) {
    ResNetObjective group(problem.space,
                          reference::makeSamples(network, select(network, problem.data, first, count)),
                          problem.work);
    sum += count * group.loss(*x);
  }
  EXPECT_NEAR(problem.objective.loss(*x), sum / 300, 1e-14);
}

TEST(GhostBatch, IsTheSameBitsOnAnyNumberOfRanks) {
  const Network network = ghostNetwork();
  Problem problem(network, 600);
  const Teuchos::RCP<const Teuchos::Comm<int>> alone = Teuchos::rcp(new Teuchos::MpiComm<int>(MPI_COMM_SELF));
  const auto& data = problem.data;
  const auto space = ROL::makePtr<ParameterSpace>(network, alone);
  ResNetObjective single(space,
                         SampleSet::classification(alone, data.count, network.features(), data.inputs,
                                                   network.outputs, data.labels),
                         ROL::makePtr<WorkCounter>());
  const auto evaluate = [&](NetworkObjective& f, const ParameterSpace& of) {
    const auto x = of.createVector(), v = of.createVector();
    of.assign(reference::makeParameters(network), *x);
    of.assign(reference::makeParameters(network, 8), *v);
    auto g = of.createDualVector(), Hv = of.createDualVector();
    f.gradient(*g, *x, tolerance);
    f.hessVec(*Hv, *v, *x, tolerance);
    Vector all = of.gatherToAll(*g);
    for (const Vector& part : {of.gatherToAll(*Hv), f.statistics(*x).means, f.statistics(*x).variances})
      all.insert(all.end(), part.begin(), part.end());
    all.push_back(f.value(*x, tolerance));
    return all;
  };
  EXPECT_EQ(evaluate(problem.objective, *problem.space), evaluate(single, *space));
}

TEST(GhostBatch, HasTheStatisticsOfTheSamplesThatAreInABatch) {
  const Network network = ghostNetwork(false);
  Problem problem(network, 300, false);
  const auto x = problem.point();
  for (const auto& [first, count] : {std::pair{32, 32}, {128, 128}, {299, 1}, {100, 60}, {0, 256}}) {
    problem.objective.setBatch(positions(first, count));
    ResNetObjective alone(problem.space,
                          reference::makeSamples(network, select(network, problem.data, first, count)),
                          problem.work);
    EXPECT_EQ(problem.objective.value(*x, tolerance), alone.value(*x, tolerance)) << first;
  }
}

TEST(GhostBatch, PredictsItsTrainingSamplesAsItTrainedThemWhereTheyAreOneGroup) {
  const Network network = ghostNetwork();
  Problem problem(network, 100);
  const auto x = problem.point();
  const auto same = reference::makeSamples(network, problem.data);
  expectNear(problem.objective.outputs(*x, same), problem.objective.outputs(*x, problem.objective.batch()),
             1e-12);
  EXPECT_NEAR(problem.objective.metrics(*x, same).loss, problem.objective.loss(*x), 1e-13);
}

TEST(GhostBatch, PredictionDoesNotDependOnTheSamplesBesideNorOnTheBatch) {
  const Network network = ghostNetwork(false);
  Problem problem(network, 300, false);
  const auto x = problem.point();
  const auto data = reference::makeData(network, 200, false, 77);
  const auto together = allOutputs(problem, reference::makeSamples(network, data), *x);
  problem.objective.setBatch(positions(64, 32));
  for (const auto& [first, count] : {std::pair{0, 1}, {3, 70}, {130, 70}}) {
    const auto some = reference::makeSamples(network, select(network, data, first, count));
    const auto begin = together.begin() + first * network.outputs;
    expectNear(allOutputs(problem, some, *x), Vector(begin, begin + count * network.outputs), 1e-13);
  }
}

TEST(GhostBatch, AveragesItsStatisticsOverTheGroups) {
  const Network network = ghostNetwork();
  Problem problem(network, 300);
  const auto x = problem.point();
  const auto statistics = problem.objective.statistics(*x);
  Vector means(statistics.means.size(), 0.0), variances(means);
  for (const auto& [first, count] : {std::pair{0, 128}, {128, 128}, {256, 44}}) {
    ResNetObjective group(problem.space,
                          reference::makeSamples(network, select(network, problem.data, first, count)),
                          problem.work);
    const auto of = group.statistics(*x);
    for (std::size_t c = 0; c < means.size(); ++c) {
      means[c] += count / 300.0 * of.means[c];
      variances[c] += count / 300.0 * of.variances[c];
    }
  }
  EXPECT_EQ(means.size(), 2U * 2 * 3 + 1 * 2 * 5);
  expectNear(statistics.means, means, 1e-14);
  expectNear(statistics.variances, variances, 1e-14);
}

TEST(GhostBatch, HasCoarseLevelsOfWholeGroups) {
  Problem problem(ghostNetwork(), 600);
  Teuchos::ParameterList levels;
  levels.set("Number of Levels", 3).set("Depth Coarsening", 1);
  levels.set("Sample Fractions", Teuchos::Array<double>({1.0, 0.5, 0.1}));
  const auto samples = reference::makeSamples(problem.network, problem.data);
  const auto hierarchy = makeHierarchy(problem.network, levels, samples, samples.comm());
  EXPECT_EQ((*hierarchy.levels)[0].samples, 600);
  EXPECT_EQ((*hierarchy.levels)[1].samples, 384);
  EXPECT_EQ((*hierarchy.levels)[2].samples, 256) << "150 at least";
}

TEST(PredictionNetwork, RefusesStatisticsThatDoNotFit) {
  const Network network = ghostNetwork();
  const auto theta = reference::makeParameters(network);
  EXPECT_THROW(predictionNetwork(network, theta, {}), std::invalid_argument);
  const Vector ones(22, 1.0), negative(22, -1.0);
  EXPECT_THROW(predictionNetwork(network, theta, {ones, negative}), std::invalid_argument);
  EXPECT_THROW(predictionNetwork(network, {1.0}, {ones, ones}), std::invalid_argument);
  const auto folded = predictionNetwork(network, theta, {ones, ones});
  EXPECT_EQ(folded.network.samplesTogether(), 1);
  EXPECT_EQ(static_cast<long>(folded.parameters.size()), folded.network.parameterCount());
  // Nothing is to be folded into a network that has none.
  EXPECT_EQ(predictionNetwork(folded.network, folded.parameters, {}).parameters, folded.parameters);
}

} // namespace
} // namespace terrace::resnet
