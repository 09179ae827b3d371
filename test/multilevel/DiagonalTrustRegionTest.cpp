#include <terrace/multilevel/secant/DiagonalTrustRegion.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using terrace::DiagonalTrustRegion;

namespace {

double norm(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

void expectOptimal(const std::vector<double>& lambda, const std::vector<double>& a, double radius) {
  const DiagonalTrustRegion<double> solution(lambda, a, radius);
  const double smallest = *std::min_element(lambda.begin(), lambda.end());
  const double largest = std::abs(*std::max_element(lambda.begin(), lambda.end())) + std::abs(smallest);
  const double length = norm(solution.step);
  EXPECT_LE(length, radius * (1 + 1e-12));
  EXPECT_GE(solution.shift, 0.0);
  EXPECT_GE(solution.shift + smallest, -1e-12 * largest);
  if (solution.shift > 0) {
    EXPECT_NEAR(length, radius, 1e-12 * radius);
  }
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_NEAR((lambda[i] + solution.shift) * solution.step[i], -a[i],
                1e-12 * (norm(a) + (largest + solution.shift) * length));
  EXPECT_GE(solution.predictedReduction, 0.0);
}

} // namespace

TEST(DiagonalTrustRegion, MeetsTheOptimalityConditionsOfRandomIndefiniteProblems) {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal;
  std::uniform_int_distribution<int> size(1, 30);
  std::uniform_real_distribution<double> exponent(-6, 6);
  for (int trial = 0; trial < 2000; ++trial) {
    const int n = size(engine);
    std::vector<double> lambda, a;
    for (int i = 0; i < n; ++i) {
      lambda.push_back(normal(engine) * std::pow(10.0, exponent(engine) / 2));
      a.push_back(trial % 5 == 0 && i % 2 == 0 ? 0.0 : normal(engine));
    }
    expectOptimal(lambda, a, std::pow(10.0, exponent(engine)));
  }
}

TEST(DiagonalTrustRegion, FillsTheBallInTheHardCase) {
  const DiagonalTrustRegion<double> solution({-2.0, 1.0, 3.0}, {0.0, 3.0, 0.0}, 5.0);
  EXPECT_TRUE(solution.hardCase);
  EXPECT_DOUBLE_EQ(solution.shift, 2.0);
  EXPECT_DOUBLE_EQ(solution.step[1], -1.0);
  EXPECT_NEAR(norm(solution.step), 5.0, 1e-14);
}

// A gradient part of 1e-14 in the critical eigenspace: the shift differs from the pole in the last digits
// only.
TEST(DiagonalTrustRegion, KeepsItsDigitsNearTheHardCase) {
  for (const double tiny : {1e-3, 1e-8, 1e-12, 1e-14}) expectOptimal({-2.0, 1.0, 3.0}, {tiny, 3.0, 1.0}, 5.0);
}

TEST(DiagonalTrustRegion, TakesTheNewtonStepInside) {
  const DiagonalTrustRegion<double> solution({2.0, 4.0}, {2.0, 4.0}, 10.0);
  EXPECT_EQ(solution.shift, 0.0);
  EXPECT_FALSE(solution.onBoundary);
  EXPECT_DOUBLE_EQ(solution.step[0], -1.0);
  EXPECT_DOUBLE_EQ(solution.predictedReduction, 3.0);
}

TEST(DiagonalTrustRegion, TakesNoStepWithoutGradientAndNegativeCurvature) {
  const DiagonalTrustRegion<double> solution({0.0, 4.0}, {0.0, 0.0}, 1.0);
  EXPECT_EQ(norm(solution.step), 0.0);
  EXPECT_EQ(solution.predictedReduction, 0.0);
}
