// The stochastic phase under attack: it must end in the deterministic method, at a stationary point.
#include "SampledMean.hpp"

#include <terrace/multilevel/hierarchy/AdaptiveMetric.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>

using namespace terrace_test;

namespace {

/// A metric that is whatever it is told to be.
struct ScriptedMetric : terrace::AdaptiveMetric<double> {
  using Map = std::function<void(ROL::Vector<double>&)>;
  explicit ScriptedMetric(Map map) : inverse(std::move(map)) {}
  void restart() override {}
  void expectGradient() override {}
  void learn(const ROL::Vector<double>& /*derivative*/) override {}
  void learnAndApplyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override {
    applyInverse(step, derivative);
  }
  void applyInverse(ROL::Vector<double>& step, const ROL::Vector<double>& derivative) override {
    step.set(derivative);
    inverse(step);
  }
  void apply(ROL::Vector<double>& derivative, const ROL::Vector<double>& step) override {
    derivative.set(step);
  }
  void toCurvatureCoordinates(ROL::Vector<double>& coordinates,
                              const ROL::Vector<double>& derivative) override {
    applyInverse(coordinates, derivative);
  }
  // No adjoint of the former, whatever that is.
  void fromCurvatureCoordinates(ROL::Vector<double>& step, const ROL::Vector<double>& coordinates) override {
    step.set(coordinates);
  }
  double workOfStep() const override { return 0; }
  void visitState(terrace::StateArchive<double>& /*archive*/, const std::string& /*name*/) override {}
  Map inverse;
};

struct MeanWithMetric : SampledMean, terrace::MetricSource<double> {
  MeanWithMetric(const Samples& samples, const ROL::Ptr<terrace::WorkCounter>& work, ScriptedMetric::Map map)
      : SampledMean(samples, 0, work), inverse(std::move(map)) {}
  ROL::Ptr<terrace::AdaptiveMetric<double>> makeMetric(const terrace::MetricOptions& /*options*/) override {
    return ROL::makePtr<ScriptedMetric>(inverse);
  }
  ScriptedMetric::Map inverse;
};

Teuchos::ParameterList stochasticParameters() {
  Teuchos::ParameterList parameters;
  parameters.sublist("Sampling").set("Type", "Dynamic");
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-8);
  parameters.sublist("Status Test").set("Iteration Limit", 5000);
  parameters.sublist("General").set("Output Level", 0);
  return parameters;
}

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& /*x*/) override {
    rows.push_back(record);
  }
  std::vector<terrace::IterationRecord<double>> rows;
};

struct Solved {
  ROL::EExitStatus status;
  double value;
  ROL::Ptr<StdVector> x;
  std::vector<terrace::IterationRecord<double>> rows;
};

Solved solve(const ROL::Ptr<terrace::LevelHierarchy<double>>& hierarchy, Teuchos::ParameterList parameters,
             unsigned seed) {
  std::mt19937_64 engine(seed);
  const auto x = randomVector(sampledDimension, engine);
  terrace::SolverContext<double> context;
  const auto rows = ROL::makePtr<Rows>();
  context.observer = rows;
  const auto algorithm = terrace::makeAlgorithm<double>(hierarchy, parameters, context);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  return {algorithm->getState()->statusFlag, algorithm->getState()->value, x, rows->rows};
}

Samples someSamples(unsigned seed, bool sorted) {
  std::mt19937_64 engine(seed);
  Samples samples = sortedSamples(1200, engine);
  if (!sorted) std::shuffle(samples.begin(), samples.end(), engine);
  return samples;
}

} // namespace

TEST(StochasticIteration, EndsAtAStationaryPointOfTheFullObjectiveWhateverTheOrderOfTheSamples) {
  for (const bool sorted : {false, true})
    for (const int levels : {1, 2, 3})
      for (unsigned seed = 1; seed <= 5; ++seed) {
        const SampledHierarchy hierarchy(someSamples(seed, sorted), levels);
        const Solved run = solve(hierarchy.levelHierarchy, stochasticParameters(), seed);
        EXPECT_EQ(run.status, ROL::EXITSTATUS_CONVERGED) << sorted << levels << seed;
        EXPECT_LE(hierarchy.gradientNorm(*run.x), 1e-8) << sorted << levels << seed;
      }
}

TEST(StochasticIteration, NeverLetsTheFullObjectiveGrowFromCheckToCheck) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    const SampledHierarchy hierarchy(someSamples(seed, true), 1);
    const Solved run = solve(hierarchy.levelHierarchy, stochasticParameters(), seed);
    double last = std::numeric_limits<double>::infinity();
    for (const auto& row : run.rows) {
      if (row.samples < 1200) continue;
      EXPECT_LE(row.value, last + 1e-14) << seed;
      last = row.value;
    }
    EXPECT_EQ(run.value, last);
  }
}

TEST(StochasticIteration, SurvivesAMetricThatLies) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<const char*, ScriptedMetric::Map>> lies{
      {"zero", [](ROL::Vector<double>& step) { step.zero(); }},
      {"infinite", [](ROL::Vector<double>& step) { step.scale(1e200); }},
      {"not a number", [nan](ROL::Vector<double>& step) { step.scale(nan); }},
      {"negative", [](ROL::Vector<double>& step) { step.scale(-1); }},
      {"indefinite", [](ROL::Vector<double>& step) {
         auto& entries = *dynamic_cast<StdVector&>(step).getVector();
         for (std::size_t i = 0; i < entries.size(); i += 2) entries[i] *= -3;
       }}};
  for (const auto& [name, inverse] : lies) {
    const auto work = ROL::makePtr<terrace::WorkCounter>();
    const auto objective = ROL::makePtr<MeanWithMetric>(someSamples(2, false), work, inverse);
    const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(work);
    terrace::Level<double> level;
    level.objective = objective;
    level.vector = makeVector(sampledDimension);
    level.samples = 1200;
    hierarchy->add(level);
    const Solved run = solve(hierarchy, stochasticParameters(), 2);
    EXPECT_EQ(run.status, ROL::EXITSTATUS_CONVERGED) << name;
    objective->resetBatch();
    const auto g = makeVector(sampledDimension);
    double tol = 0;
    objective->gradient(*g, *run.x, tol);
    EXPECT_LE(g->norm(), 1e-8) << name;
  }
}

TEST(StochasticIteration, KeepsWithinALimitAndLeavesTheObjectivesWithAllTheirSamples) {
  const SampledHierarchy hierarchy(someSamples(4, false), 2);
  auto parameters = stochasticParameters();
  parameters.sublist("Status Test").set("Work Limit", 4.0);
  const Solved run = solve(hierarchy.levelHierarchy, parameters, 4);
  EXPECT_LT(hierarchy.work->units(), 4.2) << "the check that ends the run is part of it";
  EXPECT_EQ(hierarchy.objectives[0]->batchSamples(), 1200);
  EXPECT_EQ(hierarchy.objectives[1]->batchSamples(), 600);
  double tol = 0;
  EXPECT_EQ(hierarchy.objectives[0]->value(*run.x, tol), run.value) << "the value of all samples";
}

TEST(StochasticIteration, TakesItsStepLengthAlongAtAClimb) {
  const SampledHierarchy hierarchy(someSamples(4, false), 2);
  auto parameters = stochasticParameters();
  parameters.sublist("Status Test").set("Work Limit", 8.0);
  const Solved run = solve(hierarchy.levelHierarchy, parameters, 4);
  const auto climbed =
      std::find_if(run.rows.begin(), run.rows.end(), [](const auto& row) { return row.level == 0; });
  ASSERT_NE(climbed, run.rows.end());
  ASSERT_NE(climbed, run.rows.begin());
  ASSERT_GT((climbed - 1)->stepLength, 0);
  EXPECT_EQ(climbed->stepLength, (climbed - 1)->stepLength);
}

TEST(StochasticIteration, IsLeftOutWhereSamplesAreFew) {
  std::mt19937_64 engine(5);
  const Samples samples = sortedSamples(64, engine);
  const SampledHierarchy few(samples, 2), full(samples, 2);
  auto deterministic = stochasticParameters();
  deterministic.sublist("Sampling").set("Type", "Full");
  const Solved run = solve(few.levelHierarchy, stochasticParameters(), 1);
  EXPECT_EQ(*run.x->getVector(), *solve(full.levelHierarchy, deterministic, 1).x->getVector());
}
