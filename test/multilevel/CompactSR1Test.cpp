#include "PairTransfer.hpp"
#include "PassCountingVector.hpp"
#include "StdVectors.hpp"

#include <terrace/multilevel/secant/CompactSR1.hpp>

#include <ROL_ScaledStdVector.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace terrace_test;
using terrace::CompactSR1;
using Scaling = CompactSR1<double>::InitialScaling;

namespace {

// The textbook SR1 update, applied pair by pair.
void denseSR1Update(Dense& b, const ROL::Ptr<StdVector>& s, const ROL::Ptr<StdVector>& y) {
  const auto r = b * s;
  r->scale(-1);
  r->plus(*y);
  const double denominator = r->dot(*s);
  for (int i = 0; i < b.n; ++i)
    for (int j = 0; j < b.n; ++j) b(i, j) += at(r, i) * at(r, j) / denominator;
}

double difference(const CompactSR1<double>& secant, const Dense& reference, std::mt19937_64& engine) {
  const auto v = randomVector(reference.n, engine);
  const auto bv = makeVector(reference.n);
  secant.applyB(*bv, *v);
  bv->axpy(-1, *(reference * v));
  return bv->norm() / (reference * v)->norm();
}

double operatorNorm(const CompactSR1<double>& secant) {
  double norm = std::abs(secant.initialScaling());
  for (const double value : secant.eigenvalues()) norm = std::max(norm, std::abs(value));
  return norm;
}

// Largest violation of the optimality conditions of the trust-region subproblem, relative to its data.
double optimalityViolation(const CompactSR1<double>& secant, const ROL::Ptr<StdVector>& g,
                           const ROL::Ptr<StdVector>& s, const terrace::SubproblemResult<double>& result,
                           double radius) {
  const auto residual = makeVector(g->dimension());
  secant.applyB(*residual, *s);
  residual->axpy(result.shift, *s);
  residual->plus(*g);
  const double scale = operatorNorm(secant);
  const double stationarity = residual->norm() / (g->norm() + (scale + result.shift) * s->norm());
  const double semidefinite = std::max(0.0, -(result.smallestEigenvalue + result.shift)) / scale;
  const double feasibility = std::max(0.0, s->norm() - radius) / radius;
  const double complementarity = result.shift > 0 ? std::abs(s->norm() - radius) / radius : 0.0;
  return std::max({stationarity, semidefinite, feasibility, complementarity});
}

} // namespace

TEST(CompactSR1, EqualsTheDenseUpdateAppliedPairByPair) {
  std::mt19937_64 engine(1);
  const int n = 12, pairs = 6;
  CompactSR1<double> secant(pairs, Scaling::Fixed, 0.7);
  Dense reference(n);
  for (int i = 0; i < n; ++i) reference(i, i) = 0.7;
  for (int k = 0; k < pairs; ++k) {
    const auto s = randomVector(n, engine),
               y = randomVector(n, engine); // no symmetry: the order of the pairs matters
    secant.addPair(*s, *y);
    denseSR1Update(reference, s, y);
  }
  ASSERT_EQ(secant.usedPairs(), pairs);
  EXPECT_LT(difference(secant, reference, engine), 1e-10);
}

TEST(CompactSR1, ReproducesAQuadraticsHessianAfterNIndependentPairs) {
  std::mt19937_64 engine(2);
  for (const Scaling scaling : {Scaling::Fixed, Scaling::SmallestEigenvalue}) {
    const int n = 9;
    const Dense hessian = Dense::randomSymmetric(n, engine);
    CompactSR1<double> secant(n, scaling, 0.3);
    for (int k = 0; k < n; ++k) {
      const auto s = randomVector(n, engine);
      secant.addPair(*s, *(hessian * s));
    }
    EXPECT_LT(difference(secant, hessian, engine), 1e-7);
  }
}

TEST(CompactSR1, SatisfiesTheSecantEquationsOfAQuadratic) {
  std::mt19937_64 engine(3);
  const int n = 20, pairs = 8;
  const Dense hessian = Dense::randomSymmetric(n, engine);
  CompactSR1<double> secant(pairs, Scaling::SmallestEigenvalue, 0.03);
  std::vector<ROL::Ptr<StdVector>> steps;
  for (int k = 0; k < pairs; ++k) {
    steps.push_back(randomVector(n, engine));
    secant.addPair(*steps.back(), *(hessian * steps.back()));
  }
  for (const auto& s : steps) {
    const auto bs = makeVector(n);
    secant.applyB(*bs, *s);
    bs->axpy(-1, *(hessian * s));
    EXPECT_LT(bs->norm(), 1e-8 * (hessian * s)->norm());
  }
}

TEST(CompactSR1, ForgetsTheOldestPairCompletely) {
  std::mt19937_64 engine(4);
  const int n = 10, capacity = 4;
  CompactSR1<double> rolling(capacity, Scaling::Fixed, 0.5), fresh(capacity, Scaling::Fixed, 0.5);
  for (int k = 0; k < 11; ++k) {
    const auto s = randomVector(n, engine), y = randomVector(n, engine);
    rolling.addPair(*s, *y);
    if (k >= 11 - capacity) fresh.addPair(*s, *y);
  }
  EXPECT_EQ(rolling.storedPairs(), capacity);
  const auto v = randomVector(n, engine), a = makeVector(n), b = makeVector(n);
  rolling.applyB(*a, *v);
  fresh.applyB(*b, *v);
  a->axpy(-1, *b);
  EXPECT_LT(a->norm(), 1e-12 * b->norm());
}

TEST(CompactSR1, LeavesOutDegeneratePairsAndKeepsTheNewest) {
  std::mt19937_64 engine(5);
  const int n = 7;
  const Dense hessian = Dense::randomSymmetric(n, engine);
  CompactSR1<double> secant(6, Scaling::Fixed, 0.5);
  const auto s = randomVector(n, engine), flat = randomVector(n, engine), zero = makeVector(n);
  const auto y = hessian * s;
  secant.addPair(*s, *y);
  const auto b0flat = makeVector(n);
  b0flat->set(*flat);
  b0flat->scale(0.5);
  secant.addPair(*flat, *b0flat); // y = B0 s: a zero column of Psi
  secant.addPair(*zero, *zero);   // no step at all
  const auto newest = makeVector(n);
  newest->set(*s);
  newest->scale(2);
  secant.addPair(*newest, *(hessian * newest)); // the first pair again, twice as long
  EXPECT_EQ(secant.storedPairs(), 3);
  EXPECT_EQ(secant.usedPairs(), 1);
  const auto bs = makeVector(n);
  secant.applyB(*bs, *newest);
  bs->axpy(-1, *(hessian * newest));
  EXPECT_LT(bs->norm(), 1e-12);
}

TEST(CompactSR1, IgnoresPairsThatAreNotFinite) {
  CompactSR1<double> secant(3, Scaling::SmallestEigenvalue, 0.5);
  const auto s = makeVector({1.0, 0.0}), y = makeVector({std::nan(""), 1.0});
  secant.addPair(*s, *y);
  EXPECT_EQ(secant.storedPairs(), 0);
  const auto bs = makeVector(2);
  secant.applyB(*bs, *s);
  EXPECT_DOUBLE_EQ(at(bs, 0), 0.5);
}

TEST(CompactSR1, InverseUndoesTheOperator) {
  std::mt19937_64 engine(6);
  const int n = 15;
  const Dense hessian = Dense::randomSymmetric(n, engine);
  CompactSR1<double> secant(6, Scaling::SmallestEigenvalue, 0.03);
  for (int k = 0; k < 9; ++k) {
    const auto s = randomVector(n, engine);
    secant.addPair(*s, *(hessian * s));
  }
  const auto v = randomVector(n, engine), bv = makeVector(n), hbv = makeVector(n);
  secant.applyB(*bv, *v);
  secant.applyH(*hbv, *bv);
  hbv->axpy(-1, *v);
  EXPECT_LT(hbv->norm(), 1e-8 * v->norm());
}

TEST(CompactSR1, ScalesBelowTheSmallestEigenvalueOfTheCurvature) {
  CompactSR1<double> convex(3, Scaling::SmallestEigenvalue, 0.03),
      indefinite(3, Scaling::SmallestEigenvalue, 0.03);
  const auto e0 = makeVector({1.0, 0.0, 0.0}), e1 = makeVector({0.0, 1.0, 0.0});
  const auto twice = makeVector({2.0, 0.0, 0.0}), negative = makeVector({0.0, -4.0, 0.0}),
             positive = makeVector({0.0, 5.0, 0.0});
  convex.addPair(*e0, *twice);
  convex.addPair(*e1, *positive);
  EXPECT_NEAR(convex.initialScaling(), 0.1 * 2.0, 1e-12);
  indefinite.addPair(*e0, *twice);
  indefinite.addPair(*e1, *negative);
  EXPECT_NEAR(indefinite.initialScaling(), 1.5 * -4.0, 1e-12);
}

// Curvature seen once along a direction does not count after the direction has been tried again.
TEST(CompactSR1, ScalesByTheNewestOfDependentSteps) {
  CompactSR1<double> secant(3, Scaling::SmallestEigenvalue, 0.03);
  const auto e0 = makeVector({1.0, 0.0, 0.0}), again = makeVector({2.0, 0.001, 0.0});
  const auto negative = makeVector({-4.0, 0.0, 0.0}), positive = makeVector({10.0, 0.0, 0.0});
  secant.addPair(*e0, *negative);
  EXPECT_NEAR(secant.initialScaling(), 1.5 * -4.0, 1e-12);
  secant.addPair(*again, *positive);
  EXPECT_NEAR(secant.initialScaling(), 0.1 * 5.0, 1e-6);
}

// A negative gamma that is an estimate is no reason to leave the span of pairs and gradient.
TEST(CompactSR1, StaysInTheSpanOfThePairsWhereTheGradientDoes) {
  const int n = 5;
  CompactSR1<double> secant(4, Scaling::SmallestEigenvalue, 0.03);
  for (const int i : {0, 1}) {
    const auto e = makeVector(n), y = makeVector(n);
    at(e, i) = 1;
    at(y, i) = i == 0 ? -2 : 3;
    secant.addPair(*e, *y);
  }
  ASSERT_NEAR(secant.initialScaling(), -3.0, 1e-12);
  const auto g = makeVector(n), s = makeVector(n);
  at(g, 1) = 1;
  const auto result = secant.solveTrustRegion(*s, *g, 2.0);
  EXPECT_TRUE(result.hardCase);
  EXPECT_NEAR(std::abs(at(s, 0)), std::sqrt(4 - 0.04), 1e-12); // (3 + 2) s_1 = -1
  EXPECT_NEAR(at(s, 1), -0.2, 1e-12);
  for (int i = 2; i < n; ++i) EXPECT_EQ(at(s, i), 0.0);
  at(g, 3) = 1e-3; // now the gradient speaks of a third direction
  secant.solveTrustRegion(*s, *g, 2.0);
  EXPECT_LT(at(s, 3), -1.0);
}

TEST(CompactSR1, SolvesTheSubproblemToItsOptimalityConditions) {
  std::mt19937_64 engine(7);
  std::uniform_int_distribution<int> dimension(1, 60), storage(1, 25);
  std::uniform_real_distribution<double> exponent(-3, 3);
  std::normal_distribution<double> normal;
  for (int trial = 0; trial < 600; ++trial) {
    const int n = dimension(engine), m = storage(engine);
    const Dense hessian = Dense::randomSymmetric(n, engine);
    CompactSR1<double> secant(m, trial % 3 ? Scaling::SmallestEigenvalue : Scaling::Fixed,
                              trial % 2 ? 0.5 : -0.7);
    for (int k = 0; k < m + 3; ++k) {
      const auto s = randomVector(n, engine);
      const auto y = hessian * s;
      if (trial % 4 == 0) y->axpy(0.1, *randomVector(n, engine));
      s->scale(std::pow(10.0, -std::abs(exponent(engine))));
      y->scale(s->norm());
      secant.addPair(*s, *y);
    }
    const auto g = randomVector(n, engine), s = makeVector(n), bs = makeVector(n);
    const double radius = std::pow(10.0, exponent(engine));
    const auto result = secant.solveTrustRegion(*s, *g, radius);
    EXPECT_LT(optimalityViolation(secant, g, s, result, radius), 1e-10) << "trial " << trial;
    secant.applyB(*bs, *s);
    const double decrease = -(s->dot(*g) + 0.5 * s->dot(*bs));
    EXPECT_GT(result.predictedReduction, 0.0);
    EXPECT_NEAR(decrease, result.predictedReduction,
                1e-8 * (g->norm() * s->norm() + operatorNorm(secant) * s->dot(*s)));
    EXPECT_NEAR(result.stepNorm, s->norm(), 1e-12 * s->norm());
  }
}

// A gradient whose products with the pairs are known gives the step of one that the secant must ask about.
TEST(CompactSR1, SolvesAlikeWithProductsThatAreKnownAndThatAreNot) {
  std::mt19937_64 engine(12);
  const int n = 20;
  const Dense hessian = Dense::randomSymmetric(n, engine);
  CompactSR1<double> told(4, Scaling::SmallestEigenvalue, 0.5), asked(4, Scaling::SmallestEigenvalue, 0.5);
  terrace::PairedGradient<double> gradient(randomVector(n, engine));
  const auto step = makeVector(n), expected = makeVector(n);
  const auto expectTheSameStep = [&](int k) {
    told.solveTrustRegion(*step, gradient, 0.3);
    asked.solveTrustRegion(*expected, gradient.vector(), 0.3);
    EXPECT_GT(expected->norm(), 0.1) << k;
    step->axpy(-1, *expected);
    EXPECT_LT(step->norm(), 1e-14) << k;
  };
  for (int k = 0; k < 7; ++k) {
    const auto s = randomVector(n, engine), y = hessian * s;
    told.addPair(*s, *y, gradient);
    asked.addPair(*s, *y);
    expectTheSameStep(k);
    gradient.overwrite().set(*randomVector(n, engine)); // the same object, another gradient
    expectTheSameStep(k);
  }
  const auto s = randomVector(n, engine), y = hessian * s;
  told.addPair(*s, *y, gradient);
  told.addPair(*y, *(hessian * y)); // other pairs than those of the products
  asked.addPair(*s, *y);
  asked.addPair(*y, *(hessian * y));
  expectTheSameStep(7);
}

TEST(CompactSR1, MakesNoPassOverThePairsForAGradientWhoseProductsAreKnown) {
  std::mt19937_64 engine(13);
  const auto count = std::make_shared<int>(0);
  const auto random = [&] { return PassCountingVector(*randomVector(20, engine)->getVector(), count); };
  CompactSR1<double> secant(4, Scaling::SmallestEigenvalue, 0.5);
  terrace::PairedGradient<double> gradient(ROL::makePtr<PassCountingVector>(random()));
  auto step = random();
  for (int k = 0; k < 6; ++k) {
    secant.addPair(random(), random(), gradient);
    *count = 0;
    secant.solveTrustRegion(step, gradient, 0.3);
    EXPECT_EQ(*count, 0) << k;
    secant.solveTrustRegion(step, gradient.vector(), 0.3);
    EXPECT_EQ(*count, 1) << k;
  }
}

// Gradients without a part in the eigenspace of the smallest eigenvalue, inside and outside the span of the
// pairs.
TEST(CompactSR1, SolvesTheHardCase) {
  const int n = 6;
  for (const bool negativeInSpan : {true, false}) {
    CompactSR1<double> secant(2, Scaling::Fixed, negativeInSpan ? 1.0 : -2.0);
    const auto e0 = makeVector(n), e1 = makeVector(n), y0 = makeVector(n), y1 = makeVector(n);
    at(e0, 0) = at(e1, 1) = 1;
    at(y0, 0) = negativeInSpan ? -3 : 4;
    at(y1, 1) = 5;
    secant.addPair(*e0, *y0);
    secant.addPair(*e1, *y1);
    const auto g = makeVector(n), s = makeVector(n);
    at(g, 1) = 1;
    const double radius = 2;
    const auto result = secant.solveTrustRegion(*s, *g, radius);
    EXPECT_TRUE(result.hardCase);
    EXPECT_NEAR(result.shift, negativeInSpan ? 3.0 : 2.0, 1e-12);
    EXPECT_LT(optimalityViolation(secant, g, s, result, radius), 1e-10);
    EXPECT_NEAR(s->norm(), radius, 1e-12);
  }
}

// One coordinate direction after the other lies in the span of the pairs, so the search for a complement must
// go on.
TEST(CompactSR1, FindsAComplementDirectionInTheHardCase) {
  const int n = 5;
  CompactSR1<double> secant(4, Scaling::Fixed, -1.0);
  for (int i = 0; i < 4; ++i) {
    const auto e = makeVector(n), y = makeVector(n);
    at(e, i) = 1;
    at(y, i) = 2;
    secant.addPair(*e, *y);
  }
  const auto g = makeVector(n), s = makeVector(n);
  at(g, 0) = 0.5;
  const auto result = secant.solveTrustRegion(*s, *g, 3.0);
  EXPECT_TRUE(result.hardCase);
  EXPECT_LT(optimalityViolation(secant, g, s, result, 3.0), 1e-10);
  EXPECT_GT(std::abs(at(s, 4)), 2.9);
}

// Steps that share one direction but for small parts, as steps along a valley do.
TEST(CompactSR1, StaysAccurateWithNearlyDependentPairs) {
  std::mt19937_64 engine(8);
  const int n = 40;
  for (const double part : {1e-1, 1e-2, 1e-3, 3e-4, 1e-5}) {
    const Dense hessian = Dense::randomSymmetric(n, engine);
    const auto common = randomVector(n, engine);
    CompactSR1<double> secant(10, Scaling::SmallestEigenvalue, 0.03);
    for (int k = 0; k < 10; ++k) {
      const auto s = randomVector(n, engine);
      s->scale(part);
      s->plus(*common);
      secant.addPair(*s, *(hessian * s));
    }
    for (const double radius : {1e-2, 1.0, 1e2}) {
      const auto g = randomVector(n, engine), s = makeVector(n);
      const auto result = secant.solveTrustRegion(*s, *g, radius);
      EXPECT_LT(optimalityViolation(secant, g, s, result, radius), 1e-9) << part << ' ' << radius;
    }
  }
}

// y = gamma s up to little: what remains in Psi is rounding error.
TEST(CompactSR1, LeavesOutPairsThatTellNothingNew) {
  std::mt19937_64 engine(9);
  const int n = 12;
  for (const double noise : {1e-5, 1e-7, 1e-9}) {
    CompactSR1<double> secant(5, Scaling::Fixed, 2.0);
    for (int k = 0; k < 5; ++k) {
      const auto s = randomVector(n, engine), y = randomVector(n, engine);
      y->scale(noise);
      y->axpy(2.0, *s);
      secant.addPair(*s, *y);
    }
    EXPECT_EQ(secant.usedPairs(), 0) << noise;
  }
}

TEST(CompactSR1, IsTheSameInAnyMetric) {
  using Primal = ROL::PrimalScaledStdVector<double>;
  using Dual = ROL::DualScaledStdVector<double>;
  std::mt19937_64 engine(10);
  const int n = 15;
  const auto weights = ROL::makePtr<std::vector<double>>(n);
  for (int i = 0; i < n; ++i) (*weights)[static_cast<std::size_t>(i)] = std::pow(10.0, 2 * std::sin(3.0 * i));
  // The Euclidean vector z stands for the step z / sqrt(w) and for the derivative z sqrt(w).
  const auto scaled = [&](const ROL::Ptr<StdVector>& z, double power) {
    const auto values = ROL::makePtr<std::vector<double>>(*z->getVector());
    for (std::size_t i = 0; i < values->size(); ++i) (*values)[i] *= std::pow((*weights)[i], power);
    return values;
  };
  for (int trial = 0; trial < 50; ++trial) {
    const Dense hessian = Dense::randomSymmetric(n, engine);
    CompactSR1<double> euclidean(6, Scaling::SmallestEigenvalue, 0.3),
        weighted(6, Scaling::SmallestEigenvalue, 0.3);
    for (int k = 0; k < 8; ++k) {
      const auto s = randomVector(n, engine), y = hessian * s;
      euclidean.addPair(*s, *y);
      weighted.addPair(Primal(scaled(s, -0.5), weights), Dual(scaled(y, 0.5), weights));
    }
    const auto g = randomVector(n, engine), s = makeVector(n);
    Primal step(ROL::makePtr<std::vector<double>>(n), weights);
    const double radius = std::pow(10.0, trial % 7 - 3);
    const auto a = euclidean.solveTrustRegion(*s, *g, radius);
    const auto b = weighted.solveTrustRegion(step, Dual(scaled(g, 0.5), weights), radius);
    const auto expected = scaled(s, -0.5);
    for (std::size_t i = 0; i < expected->size(); ++i)
      EXPECT_NEAR((*step.getVector())[i], (*expected)[i], 1e-9 * radius * std::pow((*weights)[i], -0.5));
    EXPECT_NEAR(a.predictedReduction, b.predictedReduction, 1e-9 * a.predictedReduction);
  }
}

// ROL lets vectors have no dimension() and no basis(): the subproblem must not rely on them.
TEST(CompactSR1, SolvesTheHardCaseForVectorsWithoutADimension) {
  struct Dimensionless : StdVector {
    using StdVector::StdVector;
    int dimension() const override { return 0; }
    ROL::Ptr<ROL::Vector<double>> clone() const override {
      return ROL::makePtr<Dimensionless>(ROL::makePtr<std::vector<double>>(getVector()->size()));
    }
  };
  const auto make = [](std::vector<double> values) {
    return ROL::makePtr<Dimensionless>(ROL::makePtr<std::vector<double>>(std::move(values)));
  };
  for (const int n : {2, 4}) { // two pairs: the whole space, or a part of it
    CompactSR1<double> secant(3, Scaling::Fixed, -1.0);
    for (std::size_t i = 0; i < 2; ++i) {
      std::vector<double> s(static_cast<std::size_t>(n)), y(s);
      s[i] = 1;
      y[i] = 3;
      secant.addPair(*make(s), *make(y));
    }
    std::vector<double> gradient(static_cast<std::size_t>(n));
    gradient[0] = 0.5;
    const auto g = make(gradient), s = make(gradient), bs = make(gradient);
    const auto result = secant.solveTrustRegion(*s, *g, 2.0);
    secant.applyB(*bs, *s);
    EXPECT_NEAR(-(s->dot(*g) + 0.5 * s->dot(*bs)), result.predictedReduction, 1e-12) << n;
    EXPECT_LE(s->norm(), 2.0 * (1 + 1e-12)) << n;
  }
}

TEST(CompactSR1, ProlongsThePairsOfACoarserLevel) {
  std::mt19937_64 engine(11);
  const PairTransfer transfer;
  CompactSR1<double> coarse(5, Scaling::Fixed, 0.5), fine(3, Scaling::Fixed, 0.5),
      expected(3, Scaling::Fixed, 0.5);
  const auto prototype = makeVector(8), ps = makeVector(8), py = makeVector(8);
  for (int k = 0; k < 5; ++k) {
    const auto s = randomVector(4, engine), y = randomVector(4, engine);
    coarse.addPair(*s, *y);
    if (k < 2) continue; // the fine level keeps the newest three
    transfer.prolong(*ps, *s);
    transfer.prolongDual(*py, *y);
    expected.addPair(*ps, *py);
  }
  EXPECT_THROW(fine.prolongPairs(coarse, transfer), std::logic_error);
  fine.reserve(*prototype, *prototype);
  fine.prolongPairs(coarse, transfer);
  EXPECT_EQ(fine.storedPairs(), 3);
  const auto v = randomVector(8, engine), a = makeVector(8), b = makeVector(8);
  fine.applyB(*a, *v);
  expected.applyB(*b, *v);
  a->axpy(-1, *b);
  EXPECT_LT(a->norm(), 1e-12 * b->norm());
}
