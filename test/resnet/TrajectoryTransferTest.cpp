// The suite of transfers is in test/conformance; here is what the fit is for.
#include "Problems.hpp"
#include "levels/LayerFit.hpp"

#include <terrace/resnet/levels/TrajectoryTransfer.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_DefaultSerialComm.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace terrace::resnet {
namespace {

using reference::index;
using reference::Vector;

constexpr double manyFlops = 1e12; // in a work unit

/// A coarse network, and one with more blocks.
struct TwoLevels {
  explicit TwoLevels(const Network& network, int factor, long count = 60)
      : coarseNetwork(network), data(reference::makeData(network, static_cast<int>(count), true)) {
    Network fineNetwork = network;
    for (Stage& stage : fineNetwork.stages) stage.blocks *= factor;
    fine = ROL::makePtr<ParameterSpace>(fineNetwork, Tpetra::getDefaultComm());
    coarse = ROL::makePtr<ParameterSpace>(network, Tpetra::getDefaultComm());
    x = coarse->createVector();
    coarse->assign(reference::makeParameters(network, 3), *x);
  }

  TrajectoryTransfer transfer(double flopsOfUnit = manyFlops,
                              SweepScalar scalar = SweepScalar::Double) const {
    return {fine, coarse, reference::makeSamples(coarseNetwork, data, scalar), work, flopsOfUnit};
  }
  Vector fitted(double flopsOfUnit = manyFlops, SweepScalar scalar = SweepScalar::Double) const {
    const auto result = fine->createVector();
    transfer(flopsOfUnit, scalar).prolongIterate(*result, *x);
    return fine->gatherToAll(*result);
  }
  Vector interpolated() const {
    const auto result = fine->createVector();
    transfer().prolong(*result, *x);
    return fine->gatherToAll(*result);
  }
  /// Squared distance of the fine network's outputs from the coarse one's, over all samples.
  double mismatch(const Vector& parameters) const {
    detail::PlainNetwork<double> fineRun(fine->network()), coarseRun(coarseNetwork);
    const Vector coarseParameters = coarse->gatherToAll(*x);
    double sum = 0;
    for (int s = 0; s < data.count; ++s) {
      const Vector input = reference::row(data.inputs, s, coarseNetwork.features());
      const Vector &y = fineRun.forward(parameters, input),
                   &expected = coarseRun.forward(coarseParameters, input);
      for (std::size_t i = 0; i < y.size(); ++i) sum += (y[i] - expected[i]) * (y[i] - expected[i]);
    }
    return sum;
  }

  Network coarseNetwork;
  reference::Data data;
  ROL::Ptr<const ParameterSpace> fine, coarse;
  ROL::Ptr<ParameterVector> x;
  ROL::Ptr<WorkCounter> work = ROL::makePtr<WorkCounter>();
};

Network rough(Network network, Activation activation) {
  network.activation = activation;
  for (Stage& stage : network.stages) stage.finalTime *= 3; // long time steps
  return network;
}

class Trajectory : public ::testing::TestWithParam<Activation> {};

TEST_P(Trajectory, KeepsTheOutputsBetterThanInterpolation) {
  const TwoLevels dense(rough(reference::makeNetwork(6, 4), GetParam()), 2);
  EXPECT_LT(dense.mismatch(dense.fitted()), 0.2 * dense.mismatch(dense.interpolated()));
  const TwoLevels stages(rough(reference::makeStages({4, 3}, {2, 3}), GetParam()), 3);
  EXPECT_LT(stages.mismatch(stages.fitted()), 0.2 * stages.mismatch(stages.interpolated()));
}

INSTANTIATE_TEST_SUITE_P(AllActivations, Trajectory,
                         ::testing::Values(Activation::Tanh, Activation::ReLU, Activation::SmoothReLU,
                                           Activation::Sigmoid, Activation::Identity));

TEST(TrajectoryTransfer, FitsStagesOfImages) {
  const auto images = [](StageKind kind) {
    return rough(reference::makeImages(kind, {2, 4, 6}, {3, 5}, {2, 2}), Activation::Tanh);
  };
  const TwoLevels single(images(StageKind::Single), 2, 20);
  EXPECT_LT(single.mismatch(single.fitted()), 0.3 * single.mismatch(single.interpolated()));
  // Blocks of another kind keep their interpolation.
  const TwoLevels symmetric(images(StageKind::Symmetric), 2, 20);
  EXPECT_EQ(symmetric.fitted(), symmetric.interpolated());
}

TEST(TrajectoryTransfer, TakesSamplesInSinglePrecision) {
  const TwoLevels levels(rough(reference::makeNetwork(6, 4), Activation::Tanh), 2);
  const Vector inDouble = levels.fitted(), inSingle = levels.fitted(manyFlops, SweepScalar::Float);
  for (std::size_t i = 0; i < inDouble.size(); ++i) EXPECT_NEAR(inSingle[i], inDouble[i], 1e-4);
}

// Each rank does the whole fit alone, too.
TEST(TrajectoryTransfer, GivesTheSameBitsOnAnyNumberOfRanks) {
  const TwoLevels levels(rough(reference::makeNetwork(6, 4), Activation::Tanh), 2, 300);
  const auto alone = Teuchos::rcp(new Teuchos::SerialComm<int>());
  const auto fine = ROL::makePtr<ParameterSpace>(levels.fine->network(), alone);
  const auto coarse = ROL::makePtr<ParameterSpace>(levels.coarseNetwork, alone);
  const auto& data = levels.data;
  const auto samples = SampleSet::classification(alone, data.count, levels.coarseNetwork.features(),
                                                 data.inputs, levels.coarseNetwork.outputs, data.labels);
  const auto x = coarse->createVector(), result = fine->createVector();
  coarse->assign(levels.coarse->gatherToAll(*levels.x), *x);
  TrajectoryTransfer(fine, coarse, samples, levels.work, manyFlops).prolongIterate(*result, *x);
  EXPECT_EQ(levels.fitted(), fine->gatherToAll(*result));
}

TEST(TrajectoryTransfer, CountsItsWorkWhichIsLittle) {
  const TwoLevels levels(rough(reference::makeNetwork(6, 4), Activation::Tanh), 2, 300);
  const double sample = levels.fine->network().flopsPerSample();
  levels.fitted(300 * sample);
  EXPECT_GT(levels.work->units(), 0.2);
  EXPECT_LE(levels.work->units(), 0.3);
  EXPECT_EQ(levels.work->values(), 0);
}

TEST(TrajectoryTransfer, InterpolatesWhereAUnitIsTooLittleForAFit) {
  const TwoLevels levels(rough(reference::makeNetwork(6, 4), Activation::Tanh), 2);
  EXPECT_EQ(levels.fitted(levels.fine->network().flopsPerSample()), levels.interpolated());
  EXPECT_EQ(levels.work->units(), 0);
}

TEST(TrajectoryTransfer, ABlockWhoseFitFailsKeepsItsInterpolation) {
  TwoLevels levels(reference::makeNetwork(6, 4), 2);
  levels.x->setScalar(1e200);
  EXPECT_EQ(levels.fitted(), levels.interpolated());
}

TEST(LayerFit, FindsTheLayerThatMadeTheTargets) {
  constexpr int inputs = 3;
  constexpr long points = 40;
  detail::LayerFit fit(Activation::Tanh, inputs, points, 1e-12, 8);
  const Vector x = reference::normals(index(inputs * points), 4), truth = {0.3, -0.5, 0.2, 0.1};
  Vector target;
  for (std::size_t p = 0; p < index(points); ++p) {
    double z = truth[inputs];
    for (std::size_t j = 0; j < inputs; ++j) {
      fit.regressors()[p * (inputs + 1) + j] = x[p * inputs + j];
      z += truth[j] * x[p * inputs + j];
    }
    fit.regressors()[p * (inputs + 1) + inputs] = 1;
    target.push_back(std::tanh(z));
  }
  Vector row(inputs + 1, 0.0);
  fit.fitRow(target.data(), row.data());
  for (std::size_t j = 0; j <= inputs; ++j) EXPECT_NEAR(row[j], truth[j], 1e-8);
}

// From a start where sigma is flat, a full step goes too far.
TEST(LayerFit, NeverMakesTheSumLarger) {
  detail::LayerFit fit(Activation::Tanh, 1, 2, 1e-8, 3);
  fit.regressors() = {1, 1, -2, 1};
  const Vector target = {0.5, -0.9};
  const auto sum = [&](const Vector& w) {
    double result = 0;
    for (std::size_t p = 0; p < 2; ++p) {
      const double error = std::tanh(w[0] * fit.regressors()[2 * p] + w[1]) - target[p];
      result += error * error;
    }
    return result;
  };
  for (const double start : {0.0, 3.0, 8.0, 30.0}) {
    Vector row = {start, start};
    const double before = sum(row);
    fit.fitRow(target.data(), row.data());
    EXPECT_LE(sum(row), before) << start;
  }
}

} // namespace
} // namespace terrace::resnet
