// Batches alone: the cycles are scripted.
#include "SampledMean.hpp"
#include "ScriptedCycles.hpp"

#include <terrace/multilevel/engine/BatchIteration.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

using namespace terrace_test;
using terrace::BatchIteration;

namespace {

constexpr int sampleCount = 16;

Samples samples() {
  std::mt19937_64 engine(1);
  return sortedSamples(sampleCount, engine);
}

struct Batches {
  Batches()
      : list(*terrace::solverDefaults()), sampled(samples(), 2),
        parameters(list.sublist("Step").sublist("Multilevel Trust Region")),
        levels(sampled.levelHierarchy, parameters, list.sublist("General").sublist("Secant")),
        cycles(levels) {
    list.sublist("Sampling").set("Type", "Dynamic");
    list.sublist("Sampling")
        .sublist("Dynamic")
        .set("Smoother", "Secant")
        .set("Initial Samples", 4)
        .set("Steps per Check", 3);
    batches = std::make_unique<BatchIteration<double>>(
        *sampled.levelHierarchy, terrace::SamplingParameters(list.sublist("Sampling")), 0.0);
    finest().x->setScalar(0.3);
    finest().evaluate();
    batches->start(finest(), 0);
  }
  terrace::LevelState<double>& finest() { return levels[0]; }
  // A cycle that moves the iterate along the gradient of the batch.
  void moveBy(double length) {
    cycles.cycle = [this, length](int) {
      finest().x->axpy(length, finest().gradient.vector());
      finest().evaluate();
    };
  }

  Teuchos::ParameterList list;
  SampledHierarchy sampled;
  terrace::CycleParameters parameters;
  terrace::LevelStates<double> levels;
  ScriptedCycles cycles;
  std::unique_ptr<BatchIteration<double>> batches;
};

} // namespace

TEST(BatchIteration, ChecksACycleOnABatchByTheObjectiveOfAllSamples) {
  Batches run;
  const double before = run.finest().value;
  run.moveBy(-1e-3);
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_EQ(run.cycles.log, (std::vector<std::string>{"cycle 0", "cycle 0", "cycle 0", "row 0"}));
  double tol = 0;
  EXPECT_EQ(run.batches->value(), run.sampled.objectives[0]->value(*run.finest().x, tol));
  EXPECT_EQ(run.cycles.accepted, run.batches->value() < before);
  EXPECT_TRUE(run.batches->wasOnBatch());
}

TEST(BatchIteration, GoesBackToTheLastCheckAndGrowsWhereAllSamplesSayNo) {
  Batches run;
  const double before = run.finest().value;
  const auto start = run.finest().x->clone();
  start->set(*run.finest().x);
  run.moveBy(0.1); // uphill: nothing is predicted
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_FALSE(run.cycles.accepted);
  EXPECT_EQ(run.batches->value(), before);
  start->axpy(-1, *run.finest().x);
  EXPECT_EQ(start->norm(), 0.0);
  std::vector<long> used;
  run.cycles.cycle = [&](int) { used.push_back(run.sampled.objectives[0]->batchSamples()); };
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_EQ(used.front(), 8) << "twice the first batch";
}

TEST(BatchIteration, IsOneCycleOnceABatchHoldsAllSamples) {
  Batches run;
  run.moveBy(0.1); // each check fails, so the batch grows: 4, 8, 16
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_TRUE(run.batches->isOnBatch());
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_FALSE(run.batches->isOnBatch());
  EXPECT_EQ(run.cycles.log.back(), "enter 0");
  run.cycles.log.clear();
  run.batches->iterate(run.finest(), run.cycles);
  EXPECT_EQ(run.cycles.log, (std::vector<std::string>{"cycle 0"}));
  EXPECT_FALSE(run.batches->wasOnBatch());
}

TEST(BatchIteration, LeavesTheObjectivesWithAllTheirSamplesAfterAnException) {
  Batches run;
  run.cycles.cycle = [&](int) {
    EXPECT_EQ(run.sampled.objectives[0]->batchSamples(), 4);
    throw std::runtime_error("no cycle");
  };
  EXPECT_THROW(run.batches->iterate(run.finest(), run.cycles), std::runtime_error);
  EXPECT_EQ(run.sampled.objectives[0]->batchSamples(), sampleCount);
  EXPECT_EQ(run.sampled.objectives[1]->batchSamples(), sampleCount / 2);
}
