// Stochastic Gradient and Adam against their formulas written out, on a linear least-squares problem.
#include "Problems.hpp"

#include <terrace/multilevel/hierarchy/SampledObjective.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

constexpr int dimension = 3;
constexpr long sampleCount = 10;

// Mean over samples of (a_s . x - t_s)^2 / 2; remembers the batches it was given.
class LeastSquares : public terrace::SampledObjective<double> {
public:
  explicit LeastSquares(ROL::Ptr<terrace::WorkCounter> work) : work_(std::move(work)) { resetBatch(); }

  static double factor(long sample, int i) { return std::sin(1.0 + 3.7 * static_cast<double>(sample) + i); }
  static double target(long sample) { return std::cos(2.0 * static_cast<double>(sample)); }
  static double residual(long sample, const Values& x) {
    double r = -target(sample);
    for (int i = 0; i < dimension; ++i) r += factor(sample, i) * x[static_cast<std::size_t>(i)];
    return r;
  }

  long samples() const override { return sampleCount; }
  long batchSamples() const override { return static_cast<long>(batch_.size()); }
  void setBatch(const std::vector<long>& positions) override {
    batch_ = positions;
    given.push_back(positions);
  }
  void resetBatch() override {
    batch_.resize(sampleCount);
    std::iota(batch_.begin(), batch_.end(), 0L);
  }
  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    work_->addValue(part() / 3);
    double sum = 0;
    for (const long s : batch_) sum += std::pow(residual(s, SumOfSquares::entries(x)), 2) / 2;
    return sum / static_cast<double>(batch_.size());
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    work_->addValueAndGradient(part());
    *dynamic_cast<StdVector&>(g).getVector() = derivative(batch_, SumOfSquares::entries(x));
  }

  static Values derivative(const std::vector<long>& batch, const Values& x) {
    Values g(dimension);
    for (const long s : batch)
      for (int i = 0; i < dimension; ++i)
        g[static_cast<std::size_t>(i)] += residual(s, x) * factor(s, i) / static_cast<double>(batch.size());
    return g;
  }

  std::vector<std::vector<long>> given;

private:
  double part() const { return static_cast<double>(batch_.size()) / static_cast<double>(sampleCount); }

  ROL::Ptr<terrace::WorkCounter> work_;
  std::vector<long> batch_;
};

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& x) override {
    rows.push_back(record);
    iterates.push_back(SumOfSquares::entries(x));
  }
  std::vector<terrace::IterationRecord<double>> rows;
  std::vector<Values> iterates;
};

struct Solved {
  ROL::Ptr<LeastSquares> objective;
  ROL::Ptr<Rows> history = ROL::makePtr<Rows>();
  ROL::Ptr<StdVector> x = makeVector({1, -2, 0.5});
  std::string stopReason;
  ROL::EExitStatus status = ROL::EXITSTATUS_LAST;
  double work = 0;
};

ParameterList stochastic(const std::string& type, int epochs) {
  ParameterList list;
  list.sublist("General").set("Output Level", 0);
  list.sublist("Step").set("Type", type);
  list.sublist("Step").sublist(type).set("Batch Size", 4);
  list.sublist("Status Test").set("Iteration Limit", epochs);
  return list;
}

Solved runOf(ParameterList parameters, std::uint64_t seed = 1) {
  Solved run;
  const auto counter = ROL::makePtr<terrace::WorkCounter>();
  run.objective = ROL::makePtr<LeastSquares>(counter);
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
  terrace::Level<double> level;
  level.objective = run.objective;
  level.vector = run.x;
  level.samples = sampleCount;
  hierarchy->add(level);
  terrace::SolverContext<double> context;
  context.observer = run.history;
  context.seed = seed;
  context.stopReason = ROL::makePtr<std::string>();
  const auto algorithm = terrace::makeAlgorithm<double>(hierarchy, parameters, context);
  std::ostream silent(nullptr);
  algorithm->run(*run.x, *run.objective, silent);
  run.stopReason = *context.stopReason;
  run.status = algorithm->getState()->statusFlag;
  run.work = counter->units();
  return run;
}

std::string messageOf(const ParameterList& parameters) {
  try {
    runOf(parameters);
  } catch (const terrace::ParameterError& error) {
    return error.what();
  }
  return "";
}

void expectNear(const Values& found, const Values& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-13);
}

// The formulas of torch.optim.Adam, without weight decay and amsgrad.
Values adamReference(const std::vector<std::vector<long>>& batches, double rate) {
  Values x = {1, -2, 0.5}, m(dimension), v(dimension);
  const double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  for (std::size_t t = 1; t <= batches.size(); ++t) {
    const Values g = LeastSquares::derivative(batches[t - 1], x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      const double correction1 = 1 - std::pow(beta1, t), correction2 = 1 - std::pow(beta2, t);
      x[i] -= rate / correction1 * m[i] / (std::sqrt(v[i]) / std::sqrt(correction2) + epsilon);
    }
  }
  return x;
}

// The formulas of torch.optim.SGD with dampening 0; the rate of each batch is its own.
Values momentumReference(const std::vector<std::vector<long>>& batches, const Values& rates, bool nesterov) {
  Values x = {1, -2, 0.5}, buffer(dimension);
  for (std::size_t t = 0; t < batches.size(); ++t) {
    const Values g = LeastSquares::derivative(batches[t], x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      buffer[i] = t == 0 ? g[i] : 0.9 * buffer[i] + g[i];
      x[i] -= rates[t] * (nesterov ? g[i] + 0.9 * buffer[i] : buffer[i]);
    }
  }
  return x;
}

} // namespace

TEST(Adam, TakesTheStepsOfItsFormulas) {
  auto parameters = stochastic("Adam", 7);
  parameters.sublist("Step").sublist("Adam").set("Learning Rate", 0.05);
  const Solved run = runOf(parameters);
  ASSERT_EQ(run.objective->given.size(), 21U);
  expectNear(SumOfSquares::entries(*run.x), adamReference(run.objective->given, 0.05));
}

TEST(StochasticGradient, TakesTheStepsOfItsFormulas) {
  for (const bool nesterov : {false, true}) {
    auto parameters = stochastic("Stochastic Gradient", 7);
    parameters.sublist("Step").sublist("Stochastic Gradient").set("Nesterov", nesterov);
    const Solved run = runOf(parameters);
    expectNear(SumOfSquares::entries(*run.x),
               momentumReference(run.objective->given, Values(21, 0.01), nesterov));
  }
}

TEST(StochasticGradient, ChangesItsRateOverTheRun) {
  auto parameters = stochastic("Stochastic Gradient", 4);
  ParameterList& list = parameters.sublist("Step").sublist("Stochastic Gradient");
  list.set("Learning Rate", 0.1).set("Schedule", "Step").set("Decay Factor", 0.5).set("Decay Epochs", 2);
  Solved run = runOf(parameters);
  Values rates(12, 0.1);
  std::fill(rates.begin() + 6, rates.end(), 0.05);
  expectNear(SumOfSquares::entries(*run.x), momentumReference(run.objective->given, rates, false));

  // Three epochs of batches of 4, 4 and 2 samples: the Work Limit is the shorter of the limits.
  list.set("Schedule", "Cosine").set("Final Learning Rate", 0.02);
  parameters.sublist("Status Test").set("Work Limit", 3.0);
  run = runOf(parameters);
  ASSERT_EQ(run.objective->given.size(), 9U);
  for (std::size_t t = 0; t < 9; ++t) {
    const double epochs = static_cast<double>(t / 3) + 0.4 * static_cast<double>(t % 3);
    rates[t] = 0.02 + 0.08 * (1 + std::cos(std::acos(-1.0) * epochs / 3)) / 2;
  }
  expectNear(SumOfSquares::entries(*run.x), momentumReference(run.objective->given, rates, false));
}

TEST(StochasticGradient, UsesEverySampleOnceAnEpochInAnOrderOfItsSeed) {
  const auto batchesOf = [](ParameterList parameters, std::uint64_t seed) {
    return runOf(std::move(parameters), seed).objective->given;
  };
  auto parameters = stochastic("Stochastic Gradient", 2);
  const auto batches = batchesOf(parameters, 1);
  ASSERT_EQ(batches.size(), 6U);
  for (const std::size_t epoch : {0U, 3U}) {
    std::set<long> seen;
    for (std::size_t i = epoch; i < epoch + 3; ++i) seen.insert(batches[i].begin(), batches[i].end());
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(sampleCount));
    EXPECT_EQ(batches[epoch + 2].size(), 2U);
  }
  EXPECT_NE(batches[0], batches[3]);
  EXPECT_EQ(batchesOf(parameters, 1), batches);
  EXPECT_NE(batchesOf(parameters, 2), batches);
  parameters.sublist("Step").sublist("Stochastic Gradient").set("Seed", 2);
  EXPECT_EQ(batchesOf(parameters, 1), batchesOf(stochastic("Stochastic Gradient", 2), 2));
}

TEST(StochasticGradient, ReportsTheFullValueOfEachEpochWithoutChargingIt) {
  for (const int batchSize : {4, 0}) {
    auto parameters = stochastic("Adam", 3);
    parameters.sublist("Step").sublist("Adam").set("Batch Size", batchSize);
    const Solved run = runOf(parameters);
    ASSERT_EQ(run.history->rows.size(), 4U);
    for (std::size_t epoch = 0; epoch < 4; ++epoch) {
      const auto& row = run.history->rows[epoch];
      EXPECT_NEAR(row.work, static_cast<double>(epoch), 1e-12);
      EXPECT_EQ(row.samples, sampleCount);
      double sum = 0;
      for (long s = 0; s < sampleCount; ++s)
        sum += std::pow(LeastSquares::residual(s, run.history->iterates[epoch]), 2) / 2;
      EXPECT_NEAR(row.value, sum / static_cast<double>(sampleCount), 1e-14);
    }
    EXPECT_EQ(run.objective->batchSamples(), sampleCount);
  }
}

// Batches leave a noise in proportion to the rate; the mean over all samples has none.
TEST(StochasticGradient, ReachesTheLeastSquaresSolution) {
  for (const std::string type : {"Stochastic Gradient", "Adam"}) {
    for (const int batchSize : {4, 0}) {
      auto parameters = stochastic(type, 2000);
      ParameterList& list = parameters.sublist("Step").sublist(type);
      list.set("Schedule", "Cosine").set("Learning Rate", 0.05).set("Batch Size", batchSize);
      const Solved run = runOf(parameters);
      const double start = run.history->rows.front().gradientNorm;
      EXPECT_LT(run.history->rows.back().gradientNorm, (batchSize == 0 ? 1e-5 : 1e-2) * start) << type;
    }
  }
}

TEST(StochasticGradient, StopsAtTargetsAfterAnEpochAndAtLimitsAfterAStep) {
  auto parameters = stochastic("Adam", 1000);
  parameters.sublist("Step").sublist("Adam").set("Learning Rate", 0.05);
  parameters.sublist("Status Test").set("Target Value", 0.5);
  const Solved target = runOf(parameters);
  EXPECT_EQ(target.stopReason, "Target Value 0.5 reached");
  EXPECT_LE(target.history->rows.back().value, 0.5);
  EXPECT_GT(target.history->rows[target.history->rows.size() - 2].value, 0.5);

  parameters.sublist("Status Test").remove("Target Value");
  parameters.sublist("Status Test").set("Work Limit", 1.5);
  const Solved limited = runOf(parameters);
  EXPECT_EQ(limited.stopReason, "Work Limit of 1.5 units reached");
  EXPECT_EQ(limited.objective->given.size(), 5U); // 0.4 + 0.4 + 0.2 + 0.4 + 0.4
}

TEST(StochasticGradient, EndsARunThatDiverges) {
  auto parameters = stochastic("Stochastic Gradient", 1000);
  parameters.sublist("Step").sublist("Stochastic Gradient").set("Learning Rate", 1e3);
  EXPECT_EQ(runOf(parameters).status, ROL::EXITSTATUS_NAN);
}

TEST(StochasticGradient, RefusesWhatMakesNoSense) {
  auto parameters = stochastic("Adam", 3);
  ParameterList& list = parameters.sublist("Step").sublist("Adam");
  list.set("Batch Size", 11);
  EXPECT_EQ(messageOf(parameters), "Step > Adam: \"Batch Size\" = 11 is more than the 10 samples.");
  list.set("Batch Size", 4).set("Learning Rate", -1.0);
  EXPECT_EQ(messageOf(parameters),
            "Step > Adam: \"Learning Rate\" = -1 is not valid; expected a double > 0.");
  list.set("Learning Rate", 0.1).set("Beta1", 1.0);
  EXPECT_NE(messageOf(parameters).find("Step > Adam: \"Beta1\" = 1 is not valid"), std::string::npos);
  list.remove("Beta1");
  list.set("Momentum", 0.5);
  EXPECT_NE(messageOf(parameters).find("Step > Adam: \"Momentum\" is not a parameter."), std::string::npos);
  list.remove("Momentum");
  list.set("Schedule", "Cosine");
  parameters.sublist("Status Test").set("Iteration Limit", 0).set("Time Limit", 0.0);
  EXPECT_NE(messageOf(parameters).find("\"Schedule\" = \"Cosine\" needs the length of the run"),
            std::string::npos);
  auto misspelled = stochastic("Stochastic Gradeint", 3);
  EXPECT_NE(messageOf(misspelled).find("Gradeint"), std::string::npos);
}

TEST(StochasticGradient, NeedsAnObjectiveWithSamplesAndIsNoStep) {
  auto parameters = stochastic("Adam", 3);
  const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
  EXPECT_THROW(terrace::makeAlgorithm<double>(hierarchy, parameters), terrace::ParameterError);
  EXPECT_THROW(terrace::makeStep<double>(hierarchy, parameters), terrace::ParameterError);
}
