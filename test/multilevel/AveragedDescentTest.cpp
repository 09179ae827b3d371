#include "SampledMean.hpp"

#include <terrace/multilevel/sampling/WindowSequence.hpp>
#include <terrace/multilevel/stochastic/AveragedDescent.hpp>
#include <terrace/multilevel/stochastic/DiagonalMetric.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

using namespace terrace_test;
using terrace::AveragedDescent;
using terrace::DiagonalMetric;
using terrace::WindowSequence;

namespace {

ROL::Ptr<terrace::AdaptiveMetric<double>> diagonalMetric() {
  return ROL::makePtr<DiagonalMetric<double>>(*makeVector(sampledDimension), terrace::MetricOptions());
}

Samples shuffledSamples(int count, unsigned seed) {
  std::mt19937_64 engine(seed);
  Samples samples = sortedSamples(count, engine);
  std::shuffle(samples.begin(), samples.end(), engine);
  return samples;
}

/// An objective in coordinates that are shorter by a factor.
struct Stretched : ROL::Objective<double> {
  Stretched(ROL::Objective<double>& f, double by) : objective(f), factor(by) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    return objective.value(*stretched(x), tol);
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    objective.gradient(g, *stretched(x), tol);
    g.scale(factor);
  }
  ROL::Ptr<ROL::Vector<double>> stretched(const ROL::Vector<double>& x) const {
    auto y = x.clone();
    y->set(x);
    y->scale(factor);
    return y;
  }
  ROL::Objective<double>& objective;
  double factor;
};

/// An objective times a factor.
struct Scaled : ROL::Objective<double> {
  Scaled(ROL::Objective<double>& f, double by) : objective(f), factor(by) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    return factor * objective.value(x, tol);
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    objective.gradient(g, x, tol);
    g.scale(factor);
  }
  ROL::Objective<double>& objective;
  double factor;
};

struct Descent {
  explicit Descent(unsigned seed, double factor = 1)
      : objective(shuffledSamples(2048, seed), 0, ROL::makePtr<terrace::WorkCounter>()),
        scaled(objective, factor), batches(2048, 64, seed), x(start(seed)),
        descent(*x, diagonalMetric(), AveragedDescent<double>::Options()) {
    descent.start(*x);
  }
  static ROL::Ptr<StdVector> start(unsigned seed) {
    std::mt19937_64 engine(seed);
    return randomVector(sampledDimension, engine);
  }
  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      objective.setBatch(batches.batch(descent.steps()));
      ASSERT_TRUE(descent.step(scaled));
    }
  }
  double gradientNorm() {
    objective.resetBatch();
    const auto g = makeVector(sampledDimension);
    double tol = 0;
    objective.gradient(*g, descent.iterate(), tol);
    return g->norm();
  }
  SampledMean objective;
  Scaled scaled;
  WindowSequence batches;
  ROL::Ptr<StdVector> x;
  AveragedDescent<double> descent;
};

} // namespace

TEST(AveragedDescent, ComesNearAStationaryPointWithoutALearningRate) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    Descent run(seed);
    const double before = run.gradientNorm();
    run.run(2000);
    EXPECT_LT(run.gradientNorm(), 0.1 * before) << seed;
  }
}

// The metric, the first ratio test and the control see ratios alone.
TEST(AveragedDescent, DoesNotDependOnTheScaleOfTheObjective) {
  for (const double factor : {1e-4, 1e4}) {
    Descent run(3), scaled(3, factor);
    run.run(300);
    scaled.run(300);
    const auto difference = run.descent.iterate().clone();
    difference->set(run.descent.iterate());
    difference->axpy(-1, scaled.descent.iterate());
    EXPECT_LT(difference->norm(), 1e-2 * run.descent.iterate().norm()) << factor;
  }
}

TEST(AveragedDescent, GoesBackToTheStateThatWasKeptWithHalfTheStepLength) {
  Descent run(1);
  run.run(50);
  run.descent.keep();
  const auto kept = run.descent.iterate().clone();
  kept->set(run.descent.iterate());
  run.run(50);
  const double length = run.descent.stepLength();
  run.descent.goBack();
  EXPECT_EQ(*dynamic_cast<StdVector&>(*kept).getVector(),
            *dynamic_cast<const StdVector&>(run.descent.iterate()).getVector());
  EXPECT_EQ(run.descent.stepLength(), length / 2);
}

// A descent that goes on from another one's state, after it has learned from some batches.
struct Continued {
  Continued(Descent& coarse, ROL::Objective<double>& f, const ROL::Vector<double>& x, double factor)
      : objective(f), descent(x, diagonalMetric(), AveragedDescent<double>::Options()) {
    const auto u = coarse.descent.lead().clone();
    u->set(coarse.descent.lead());
    u->scale(factor);
    descent.continueFrom(coarse.descent, x, *u, 100);
    for (int i = 0; i < 8; ++i) {
      nextBatch(coarse);
      descent.learn(objective, x);
    }
  }
  void nextBatch(Descent& coarse) {
    coarse.objective.setBatch(coarse.batches.batch(coarse.descent.steps() + next++));
  }
  ROL::Objective<double>& objective;
  AveragedDescent<double> descent;
  long next = 0;
};

TEST(AveragedDescent, GoesOnWithTheStepLengthOfAnotherAndDoesNotLoseWhatThatReached) {
  Descent coarse(2);
  coarse.run(400);
  const double reached = coarse.gradientNorm();
  Continued fine(coarse, coarse.scaled, coarse.descent.iterate(), 1);
  EXPECT_EQ(fine.descent.stepLength(), coarse.descent.stepLength());
  for (int i = 0; i < 400; ++i) {
    fine.nextBatch(coarse);
    ASSERT_TRUE(fine.descent.step(coarse.scaled));
  }
  const auto g = makeVector(sampledDimension);
  double tol = 0;
  coarse.objective.resetBatch();
  coarse.objective.gradient(*g, fine.descent.iterate(), tol);
  EXPECT_LT(g->norm(), reached);
}

// In coordinates that are 1000 times shorter a step of the same length is 1000 times too long.
TEST(AveragedDescent, BoundsAStepLengthThatItBringsAlongByARatioTest) {
  constexpr double factor = 1000;
  Descent coarse(2);
  coarse.run(400);
  Stretched stretched(coarse.scaled, factor);
  const auto x = coarse.descent.iterate().clone();
  x->set(coarse.descent.iterate());
  x->scale(1 / factor);
  Continued fine(coarse, stretched, *x, 1 / factor);
  fine.nextBatch(coarse);
  ASSERT_TRUE(fine.descent.step(stretched));
  EXPECT_LT(fine.descent.stepLength(), coarse.descent.stepLength() / 10);
}

TEST(DiagonalMetric, AppliesWhatItsInverseUndoes) {
  const auto metric = diagonalMetric();
  std::mt19937_64 engine(1);
  for (int i = 0; i < 5; ++i) metric->learn(*randomVector(sampledDimension, engine));
  const auto g = randomVector(sampledDimension, engine), step = makeVector(sampledDimension),
             back = makeVector(sampledDimension);
  metric->applyInverse(*step, *g);
  metric->apply(*back, *step);
  back->axpy(-1, *g);
  EXPECT_LT(back->norm(), 1e-14 * g->norm());
}

TEST(DiagonalMetric, HasCurvatureCoordinatesThatDivideByRootsOfMeanSquares) {
  const auto metric = diagonalMetric();
  std::mt19937_64 engine(1);
  const auto g = randomVector(sampledDimension, engine), coordinates = makeVector(sampledDimension);
  metric->learn(*g);
  metric->toCurvatureCoordinates(*coordinates, *g);
  double mean = 0;
  for (const double entry : *g->getVector()) mean += entry * entry / sampledDimension;
  for (std::size_t i = 0; i < g->getVector()->size(); ++i) {
    const double entry = (*g->getVector())[i];
    EXPECT_NEAR((*coordinates->getVector())[i],
                entry / std::sqrt(entry * entry + terrace::MetricOptions().damping * mean), 1e-12);
  }
}

TEST(WindowSequence, HasEverySampleOfAnEpochAtMostOnceAndLeavesOutLessThanTwoWindows) {
  for (const auto& [samples, size] :
       {std::pair<long, long>{5000, 64}, {5000, 256}, {1000, 128}, {64, 64}, {70, 7}}) {
    WindowSequence windows(samples, size, 1);
    long number = 0;
    for (int epoch = 0; epoch < 5; ++epoch) {
      std::set<long> seen;
      for (bool fresh = true; fresh;) {
        const std::vector<long> batch = windows.batch(number);
        fresh = seen.count(batch.front()) == 0 && seen.count(batch.back()) == 0;
        if (!fresh) break;
        ASSERT_EQ(static_cast<long>(batch.size()), size);
        EXPECT_EQ(batch.back() - batch.front(), size - 1);
        EXPECT_TRUE(batch.front() >= 0 && batch.back() < samples);
        seen.insert(batch.begin(), batch.end());
        ++number;
        if (static_cast<long>(seen.size()) + size > samples) fresh = false;
      }
      EXPECT_GT(static_cast<long>(seen.size()), samples - 2 * size) << samples << ' ' << size;
    }
  }
}

// Resuming asks for a later batch first.
TEST(WindowSequence, GivesABatchWithoutThoseBeforeIt) {
  WindowSequence windows(3000, 256, 7), later(3000, 256, 7);
  std::vector<std::vector<long>> batches;
  for (long number = 0; number < 60; ++number) batches.push_back(windows.batch(number));
  EXPECT_EQ(later.batch(59), batches[59]);
  EXPECT_EQ(later.batch(13), batches[13]);
  EXPECT_NE(WindowSequence(3000, 256, 8).batch(0), batches[0]) << "another seed";
  EXPECT_THROW(WindowSequence(100, 101, 1), std::invalid_argument);
}

TEST(WindowSequence, ScatteredHasEachSampleOnceAnEpochWithOtherNeighboursInEach) {
  WindowSequence sequence(640, 128, 7, true);
  std::vector<std::vector<long>> epochs;
  for (long number = 0; number < 10; ++number) {
    if (number % 5 == 0) epochs.emplace_back();
    const auto& batch = sequence.batch(number);
    EXPECT_EQ(batch.size(), 128U);
    epochs.back().insert(epochs.back().end(), batch.begin(), batch.end());
  }
  EXPECT_NE(epochs[0], epochs[1]);
  const auto again = WindowSequence(640, 128, 7, true).batch(7);
  EXPECT_TRUE(std::equal(again.begin(), again.end(), epochs[1].begin() + 2 * 128)) << "from its number alone";
  for (auto& epoch : epochs) {
    std::sort(epoch.begin(), epoch.end());
    for (long position = 0; position < 640; ++position)
      ASSERT_EQ(epoch[static_cast<std::size_t>(position)], position);
  }
}
