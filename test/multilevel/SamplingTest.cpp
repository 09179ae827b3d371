#include "SampledMean.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/sampling/SampleSchedule.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace terrace_test;
using terrace::SampleSchedule;
using terrace::SamplingParameters;

namespace {

// All the same but one that outweighs them.
Samples duplicatesAndAnOutlier(int count, std::mt19937_64& engine) {
  Samples samples(static_cast<std::size_t>(count), sortedSamples(2, engine)[0]);
  samples.back().a.assign(sampledDimension, 20.0);
  samples.back().b = -1;
  return samples;
}

Teuchos::ParameterList dynamicParameters(int initialSamples) {
  Teuchos::ParameterList parameters;
  parameters.sublist("Sampling").set("Type", "Dynamic");
  parameters.sublist("Sampling").sublist("Dynamic").set("Smoother", "Secant");
  parameters.sublist("Sampling").sublist("Dynamic").set("Initial Samples", initialSamples);
  parameters.sublist("Sampling").sublist("Dynamic").set("Steps per Check", 5);
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-8);
  parameters.sublist("Status Test").set("Iteration Limit", 2000);
  parameters.sublist("General").set("Output Level", 0);
  return parameters;
}

SamplingParameters samplingOf(Teuchos::ParameterList parameters) {
  terrace::validateParameters(parameters.sublist("Sampling"), *terrace::validSamplingParameters());
  return SamplingParameters(parameters.sublist("Sampling"));
}

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& /*x*/) override {
    rows.push_back(record);
  }
  std::vector<terrace::IterationRecord<double>> rows;
};

struct SolverRun {
  SolverRun(const Samples& samples, int levels, Teuchos::ParameterList parameters, unsigned seed = 1)
      : hierarchy(samples, levels), rows(ROL::makePtr<Rows>()) {
    std::mt19937_64 engine(seed);
    x = randomVector(sampledDimension, engine);
    terrace::SolverContext<double> context;
    context.observer = rows;
    const auto algorithm = terrace::makeAlgorithm<double>(hierarchy.levelHierarchy, parameters, context);
    algorithm->run(*x, *hierarchy.objectives.front());
    status = algorithm->getState()->statusFlag;
    value = algorithm->getState()->value;
  }
  SampledHierarchy hierarchy;
  ROL::Ptr<Rows> rows;
  ROL::Ptr<StdVector> x;
  ROL::EExitStatus status;
  double value;
};

} // namespace

TEST(SampleSchedule, MovesGrowsAndWrapsAround) {
  std::mt19937_64 engine(1);
  SampledHierarchy hierarchy(sortedSamples(20, engine), 2);
  auto parameters = dynamicParameters(8);
  SampleSchedule<double> schedule(*hierarchy.levelHierarchy, samplingOf(parameters));
  const auto& fine = hierarchy.objectives[0]->batch;
  const auto& coarse = hierarchy.objectives[1]->batch;
  EXPECT_EQ(fine.size(), 20U) << "all samples until batches are used";
  schedule.useBatch();
  EXPECT_EQ(fine, (std::vector<long>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(coarse, (std::vector<long>{0, 1, 2, 3}));
  for (int i = 0; i < 4; ++i) schedule.move();
  schedule.useBatch();
  EXPECT_EQ(fine, (std::vector<long>{16, 17, 18, 19, 0, 1, 2, 3}))
      << "half of the batch is kept at each move";
  schedule.grow();
  schedule.useBatch();
  EXPECT_EQ(fine.size(), 16U);
  EXPECT_EQ(fine.front(), 16);
  EXPECT_FALSE(schedule.isWhole());
  schedule.grow();
  schedule.useBatch();
  EXPECT_TRUE(schedule.isWhole());
  EXPECT_EQ(fine.size(), 20U);
  EXPECT_EQ(coarse.size(), 10U) << "the level's own samples";
}

TEST(SampleSchedule, TakesWholeGroupsOfSamplesThatBelongTogether) {
  std::mt19937_64 engine(1);
  SampledHierarchy hierarchy(sortedSamples(20, engine), 2);
  for (const auto& objective : hierarchy.objectives) objective->together = 4;
  SampleSchedule<double> schedule(*hierarchy.levelHierarchy, samplingOf(dynamicParameters(6)));
  const auto& fine = hierarchy.objectives[0]->batch;
  const auto& coarse = hierarchy.objectives[1]->batch;
  for (long first = 0; first < 20; first += 4) {
    schedule.useBatch();
    ASSERT_EQ(fine.size(), 8U);
    EXPECT_EQ(fine.front(), first);
    EXPECT_EQ(coarse.size() % 4, 0U);
    EXPECT_EQ(coarse.front(), first);
    schedule.move();
  }
  while (!schedule.isWhole()) {
    schedule.grow();
    schedule.useBatch();
    EXPECT_EQ(fine.size() % 4, 0U);
  }
  EXPECT_EQ(fine.size(), 20U);
}

TEST(SampleSchedule, RedrawnCoarseSamplesAreNestedAndSeeAllSamplesInTurn) {
  std::mt19937_64 engine(1);
  SampledHierarchy hierarchy(sortedSamples(20, engine), 3);
  Teuchos::ParameterList parameters;
  parameters.sublist("Sampling").set("Coarse Samples", "Redrawn");
  SampleSchedule<double> schedule(*hierarchy.levelHierarchy, samplingOf(parameters));
  std::set<long> seen;
  for (int i = 0; i < 2; ++i) {
    schedule.redrawCoarseSamples();
    const auto& middle = hierarchy.objectives[1]->batch;
    const auto& coarse = hierarchy.objectives[2]->batch;
    EXPECT_EQ(middle.size(), 10U);
    EXPECT_EQ(coarse.size(), 5U);
    EXPECT_TRUE(std::includes(middle.begin(), middle.end(), coarse.begin(), coarse.end()));
    seen.insert(middle.begin(), middle.end());
  }
  EXPECT_EQ(seen.size(), 20U);
}

TEST(DynamicSampling, EndsAtAStationaryPointOfTheFullObjectiveWhateverTheOrderOfTheSamples) {
  for (const bool sorted : {true, false})
    for (const int levels : {1, 2, 3})
      for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937_64 engine(seed);
        const Samples samples = sorted ? sortedSamples(64, engine) : duplicatesAndAnOutlier(64, engine);
        const SolverRun run(samples, levels, dynamicParameters(4), seed);
        EXPECT_EQ(run.status, ROL::EXITSTATUS_CONVERGED) << sorted << levels << seed;
        EXPECT_LE(run.hierarchy.gradientNorm(*run.x), 1e-8) << sorted << levels << seed;
      }
}

// The rows of a check are those of all samples; between them stand the rows of the batch.
TEST(DynamicSampling, NeverLetsTheFullObjectiveGrowFromCheckToCheck) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 engine(seed);
    const SolverRun run(sortedSamples(64, engine), 2, dynamicParameters(4), seed);
    double last = std::numeric_limits<double>::infinity();
    int rejected = 0;
    for (const auto& row : run.rows->rows) {
      if (row.level > 0 || row.samples < 64) continue;
      EXPECT_LE(row.value, last + 1e-14);
      last = row.value;
      if (!row.accepted) ++rejected;
    }
    EXPECT_GT(rejected, 0) << "a batch of one cluster must have led astray at least once";
    EXPECT_EQ(run.value, last);
  }
}

TEST(DynamicSampling, LeavesTheObjectivesWithAllTheirSamplesWhereALimitEndsTheRun) {
  std::mt19937_64 engine(2);
  auto parameters = dynamicParameters(4);
  parameters.sublist("Status Test").set("Work Limit", 4.0);
  const SolverRun run(sortedSamples(64, engine), 2, parameters, 2);
  EXPECT_LT(run.rows->rows.back().work, 6);
  EXPECT_EQ(run.hierarchy.objectives[0]->batchSamples(), 64);
  EXPECT_EQ(run.hierarchy.objectives[1]->batchSamples(), 32);
  double tol = 0;
  EXPECT_EQ(run.hierarchy.objectives[0]->value(*run.x, tol), run.value) << "the value of all samples";
}

TEST(DynamicSampling, ShowsTheSizeOfABatchThatOnlyGrows) {
  std::mt19937_64 engine(3);
  const SolverRun run(sortedSamples(64, engine), 1, dynamicParameters(4), 3);
  std::set<long> sizes;
  long largest = 0;
  for (const auto& row : run.rows->rows) {
    sizes.insert(row.samples);
    if (row.samples == 64) continue;
    EXPECT_GE(row.samples, largest);
    largest = row.samples;
  }
  EXPECT_EQ(sizes, (std::set<long>{4, 8, 16, 32, 64}));
}

TEST(DynamicSampling, WithABatchOfAllSamplesIsTheDeterministicMethod) {
  std::mt19937_64 engine(5);
  const Samples samples = sortedSamples(64, engine);
  auto full = dynamicParameters(64);
  full.sublist("Sampling").set("Type", "Full");
  const SolverRun dynamic(samples, 2, dynamicParameters(1000)), deterministic(samples, 2, full);
  EXPECT_EQ(*dynamic.x->getVector(), *deterministic.x->getVector());
  EXPECT_EQ(dynamic.hierarchy.work->units(), deterministic.hierarchy.work->units());
}

TEST(DynamicSampling, NeedsASampledObjectiveAndOurStep) {
  const auto messageOf = [](const ROL::Ptr<terrace::LevelHierarchy<double>>& hierarchy, const char* step) {
    auto parameters = dynamicParameters(4);
    parameters.sublist("Step").set("Type", step);
    try {
      terrace::makeAlgorithm<double>(hierarchy, parameters);
    } catch (const terrace::ParameterError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  std::mt19937_64 engine(1);
  const SampledHierarchy sampled(sortedSamples(8, engine), 1);
  EXPECT_EQ(messageOf(sampled.levelHierarchy, "Line Search"),
            "Sampling: \"Type\" = \"Dynamic\" is for the step \"Multilevel Trust Region\", not for \"Line "
            "Search\"; "
            "expected \"Full\".");
  auto plain = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  terrace::Level<double> level;
  level.objective =
      ROL::makePtr<SumOfSquares>([](const Values&) { return std::vector<SumOfSquares::Residual>(); });
  level.vector = makeVector(2);
  plain->add(level);
  EXPECT_NE(
      messageOf(plain, "Multilevel Trust Region").find("the objective of level 0 is not a mean over samples"),
      std::string::npos);
}
