// A run that is resumed from any state that was kept is the run that was never interrupted.
#include "MemoryArchive.hpp"
#include "SampledMean.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& /*x*/) override {
    rows.push_back(record);
  }
  std::vector<terrace::IterationRecord<double>> rows;
};

/// Keeps every state.
struct Kept : terrace::Checkpoints<double> {
  struct Moment {
    State state;
    std::size_t rows;
  };

  terrace::StateArchive<double>* resumed() override { return start.get(); }
  void atRest(int /*level*/, const ROL::Vector<double>& /*iterate*/, const VisitState& visitState) override {
    moments.push_back({{}, observer->rows.size()});
    MemoryArchive archive(moments.back().state, false);
    visitState(archive);
    work->visitState(archive, "work");
  }

  ROL::Ptr<MemoryArchive> start;
  ROL::Ptr<Rows> observer;
  ROL::Ptr<terrace::WorkCounter> work;
  std::vector<Moment> moments;
};

struct KeptRun {
  explicit KeptRun(ParameterList parameters, State* from = nullptr) {
    std::mt19937_64 engine(3);
    SampledHierarchy hierarchy(sortedSamples(64, engine), 3);
    x = randomVector(sampledDimension, engine);
    rows = kept.observer = ROL::makePtr<Rows>();
    kept.work = hierarchy.work;
    if (from != nullptr) {
      kept.start = ROL::makePtr<MemoryArchive>(*from, true);
      hierarchy.work->visitState(*kept.start, "work");
    }
    terrace::SolverContext<double> context;
    context.observer = rows;
    context.checkpoints = ROL::makePtrFromRef(kept);
    const auto algorithm = terrace::makeAlgorithm<double>(hierarchy.levelHierarchy, parameters, context);
    if (from != nullptr && from->count("iterate") > 0) kept.start->visit("iterate", *x);
    algorithm->run(*x, *hierarchy.objectives.front());
    iterations = algorithm->getState()->iter;
    work = hierarchy.work->units();
  }
  Kept kept;
  ROL::Ptr<Rows> rows;
  ROL::Ptr<StdVector> x;
  int iterations = 0;
  double work = 0;
};

ParameterList quiet(int iterations) {
  ParameterList parameters;
  parameters.sublist("General").set("Output Level", 0);
  parameters.sublist("General").sublist("Secant").set("Maximum Storage", 5);
  parameters.sublist("Status Test").set("Iteration Limit", iterations);
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-10);
  return parameters;
}

ParameterList& multilevel(ParameterList& parameters) {
  return parameters.sublist("Step").sublist("Multilevel Trust Region");
}

bool isSame(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

void expectTheSameRunFromEveryState(const ParameterList& parameters) {
  KeptRun whole(parameters);
  ASSERT_GT(whole.kept.moments.size(), 5U);
  for (std::size_t k = 0; k < whole.kept.moments.size(); ++k) {
    auto& moment = whole.kept.moments[k];
    const KeptRun rest(parameters, &moment.state);
    EXPECT_EQ(*rest.x->getVector(), *whole.x->getVector()) << "state " << k;
    EXPECT_EQ(rest.iterations, whole.iterations) << "state " << k;
    EXPECT_EQ(rest.work, whole.work) << "state " << k;
    ASSERT_EQ(moment.rows + rest.rows->rows.size(), whole.rows->rows.size()) << "state " << k;
    for (std::size_t i = 0; i < rest.rows->rows.size(); ++i) {
      const auto &found = rest.rows->rows[i], &expected = whole.rows->rows[moment.rows + i];
      EXPECT_EQ(found.iteration, expected.iteration) << "state " << k << " row " << i;
      EXPECT_EQ(found.cycle, expected.cycle) << "state " << k << " row " << i;
      EXPECT_EQ(found.level, expected.level) << "state " << k << " row " << i;
      EXPECT_EQ(found.value, expected.value) << "state " << k << " row " << i;
      EXPECT_TRUE(isSame(found.radius, expected.radius)) << "state " << k << " row " << i;
      EXPECT_TRUE(isSame(found.gradientNorm, expected.gradientNorm)) << "state " << k << " row " << i;
      EXPECT_EQ(found.work, expected.work) << "state " << k << " row " << i;
    }
  }
}

} // namespace

TEST(Resume, ContinuesNestedIterationAndCyclesBitForBit) {
  for (const char* cycle : {"V", "F"})
    for (const char* recursion : {"Adaptive", "Always"}) {
      auto parameters = quiet(12);
      multilevel(parameters).set("Cycle", cycle).set("Recursion", recursion).set("Coarse Steps", 3);
      multilevel(parameters).set("Nested Cycles", 6);
      expectTheSameRunFromEveryState(parameters);
    }
}

TEST(Resume, ContinuesTheNewtonSmootherBitForBit) {
  auto parameters = quiet(8);
  multilevel(parameters).set("Smoother", "Newton").set("Coarse Steps", 2).set("Coarse Model", "Second Order");
  expectTheSameRunFromEveryState(parameters);
}

TEST(Resume, ContinuesDynamicSamplingWithRedrawnCoarseSamplesBitForBit) {
  auto parameters = quiet(20);
  parameters.sublist("Sampling").set("Type", "Dynamic").set("Coarse Samples", "Redrawn");
  parameters.sublist("Sampling")
      .sublist("Dynamic")
      .set("Smoother", "Secant")
      .set("Initial Samples", 4)
      .set("Steps per Check", 3);
  expectTheSameRunFromEveryState(parameters);
}

TEST(Resume, ContinuesTheStochasticPhaseAndWhatFollowsItBitForBit) {
  auto parameters = quiet(80);
  parameters.sublist("Sampling").set("Type", "Dynamic");
  parameters.sublist("Sampling").sublist("Dynamic").set("Batch Size", 4);
  expectTheSameRunFromEveryState(parameters);
}

TEST(Resume, ContinuesStochasticMethodsBitForBit) {
  for (const char* type : {"Adam", "Stochastic Gradient"}) {
    auto parameters = quiet(8);
    parameters.sublist("Step").set("Type", type);
    parameters.sublist("Step").sublist(type).set("Batch Size", 10);
    if (std::string(type) != "Adam") parameters.sublist("Step").sublist(type).set("Momentum", 0.9);
    expectTheSameRunFromEveryState(parameters);
  }
}

// 7 batches an epoch: after 1.5 units the second epoch is half done.
TEST(Resume, DoesTheRestOfAnEpochThatALimitEnded) {
  auto parameters = quiet(3);
  parameters.sublist("Step").set("Type", "Adam");
  parameters.sublist("Step").sublist("Adam").set("Batch Size", 10).set("Schedule", "Constant");
  const KeptRun whole(parameters);
  auto shorter = parameters;
  shorter.sublist("Status Test").set("Work Limit", 1.5);
  KeptRun first(shorter);
  parameters.sublist("Status Test").set("Iteration Limit", 4);
  const KeptRun second(parameters, &first.kept.moments.back().state);
  EXPECT_EQ(*second.x->getVector(), *whole.x->getVector());
  EXPECT_EQ(second.iterations, 4) << "the epoch that was ended counts twice";
}

TEST(Resume, ResumesRolsOwnAlgorithmsAtTheirIterateCountersAndRadius) {
  auto parameters = quiet(6);
  parameters.sublist("Step").set("Type", "Trust Region");
  parameters.sublist("General")
      .sublist("Secant")
      .set("Type", "Limited-Memory BFGS")
      .set("Use as Hessian", true);
  KeptRun first(parameters);
  ASSERT_EQ(first.rows->rows.size(), 7U);
  parameters.sublist("Status Test").set("Iteration Limit", 9);
  const KeptRun second(parameters, &first.kept.moments.back().state);
  ASSERT_EQ(second.rows->rows.size(), 3U);
  EXPECT_EQ(second.rows->rows.front().iteration, 7);
  EXPECT_EQ(second.rows->rows.back().iteration, 9);
  EXPECT_LT(second.rows->rows.back().value, first.rows->rows.back().value);
  EXPECT_GT(second.work, first.work);
  const KeptRun fromTheStart(parameters, &first.kept.moments.front().state);
  ASSERT_EQ(fromTheStart.rows->rows.size(), 9U);
  EXPECT_EQ(fromTheStart.rows->rows.front().iteration, 1) << "row 0 was shown before it was kept";
}
