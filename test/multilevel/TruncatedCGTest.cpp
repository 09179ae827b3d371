#include "StdVectors.hpp"

#include <terrace/multilevel/engine/TruncatedCG_Def.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace_test;

namespace {

// A Hessian, and nothing else.
struct Quadratic : ROL::Objective<double> {
  explicit Quadratic(const Dense& matrix) : hessian(matrix) {}
  double value(const ROL::Vector<double>&, double&) override { return 0; }
  void hessVec(ROL::Vector<double>& hv, const ROL::Vector<double>& v, const ROL::Vector<double>&,
               double&) override {
    const auto copy = makeVector(hessian.n);
    copy->set(v);
    hv.set(*(hessian * copy));
  }
  Dense hessian;
};

// With a preconditioner.
struct Preconditioned : Quadratic {
  Preconditioned(const Dense& matrix, const Dense& inverse) : Quadratic(matrix), preconditioner(inverse) {}
  void precond(ROL::Vector<double>& pv, const ROL::Vector<double>& v, const ROL::Vector<double>&,
               double&) override {
    const auto copy = makeVector(preconditioner.n);
    copy->set(v);
    pv.set(*(preconditioner * copy));
  }
  Dense preconditioner;
};

double decrease(const Dense& h, const ROL::Ptr<StdVector>& g, const ROL::Ptr<StdVector>& s) {
  return -(g->dot(*s) + 0.5 * s->dot(*(h * s)));
}

// H H^T + I.
Dense positiveDefinite(int n, std::mt19937_64& engine) {
  const Dense a = Dense::randomSymmetric(n, engine);
  Dense result(n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      result(i, j) = i == j ? 1.0 : 0.0;
      for (int k = 0; k < n; ++k) result(i, j) += a(i, k) * a(j, k);
    }
  return result;
}

} // namespace

TEST(TruncatedCG, IsNewtonsStepWhereTheRadiusIsLarge) {
  std::mt19937_64 engine(1);
  const int n = 6;
  const Dense h = positiveDefinite(n, engine);
  Quadratic objective(h);
  const auto g = randomVector(n, engine), s = makeVector(n), x = makeVector(n);
  terrace::TruncatedCG<double> cg(*x, *g, 2 * n, 1e-12);
  const auto result = cg.solve(*s, *g, *x, objective, 1e6);
  const auto residual = h * s;
  residual->plus(*g);
  EXPECT_LT(residual->norm(), 1e-9 * g->norm());
  EXPECT_FALSE(result.onBoundary);
  EXPECT_NEAR(result.stepNorm, s->norm(), 1e-10 * s->norm());
}

// Random Hessians, indefinite for the most part, random radii and numbers of iterations.
TEST(TruncatedCG, StaysInTheRadiusAndPredictsTheModelsDecreaseWhichIsNeverLessThanCauchys) {
  std::mt19937_64 engine(2);
  std::uniform_real_distribution<double> exponent(-3, 3);
  for (int trial = 0; trial < 500; ++trial) {
    const int n = 1 + trial % 9;
    const Dense h = trial % 3 == 0 ? positiveDefinite(n, engine) : Dense::randomSymmetric(n, engine);
    Quadratic objective(h);
    const auto g = randomVector(n, engine), s = makeVector(n), cauchy = makeVector(n), x = makeVector(n);
    const double radius = std::pow(10.0, exponent(engine));
    terrace::TruncatedCG<double> cg(*x, *g, 1 + trial % 7, 1e-8);
    const auto result = cg.solve(*s, *g, *x, objective, radius);
    EXPECT_LE(s->norm(), radius * (1 + 1e-8)) << trial;
    EXPECT_NEAR(result.stepNorm, s->norm(), 1e-6 * s->norm()) << trial;
    EXPECT_EQ(result.onBoundary, std::abs(s->norm() - radius) < 1e-8 * radius) << trial;
    EXPECT_NEAR(result.predictedReduction, decrease(h, g, s), 1e-7 * result.predictedReduction) << trial;
    const double curvature = g->dot(*(h * g)), norm = g->norm();
    double length = radius / norm;
    if (curvature > 0) length = std::min(length, norm * norm / curvature);
    cauchy->axpy(-length, *g);
    EXPECT_GE(result.predictedReduction, decrease(h, g, cauchy) * (1 - 1e-10)) << trial;
  }
}

TEST(TruncatedCG, TakesSteepestDescentToTheBoundaryWhereTheHessianIsNotANumber) {
  Dense h(2);
  h(0, 0) = std::numeric_limits<double>::quiet_NaN();
  Quadratic objective(h);
  const auto g = makeVector({3.0, 4.0}), s = makeVector(2), x = makeVector(2);
  terrace::TruncatedCG<double> cg(*x, *g, 10, 1e-8);
  const auto result = cg.solve(*s, *g, *x, objective, 2.0);
  EXPECT_NEAR(at(s, 0), -1.2, 1e-14);
  EXPECT_NEAR(at(s, 1), -1.6, 1e-14);
  EXPECT_NEAR(result.predictedReduction, 10.0, 1e-13);
}

TEST(TruncatedCG, IsNewtonsStepAfterOneIterationWithTheInverseAsPreconditioner) {
  const int n = 7;
  Dense h(n), inverse(n);
  for (int i = 0; i < n; ++i) {
    h(i, i) = std::pow(10.0, i);
    inverse(i, i) = 1 / h(i, i);
  }
  Preconditioned objective(h, inverse);
  const auto g = makeVector(n), s = makeVector(n), x = makeVector(n);
  for (int i = 0; i < n; ++i) at(g, i) = i + 1;
  terrace::TruncatedCG<double> cg(*x, *g, 1, 0);
  cg.solve(*s, *g, *x, objective, 1e3);
  for (int i = 0; i < n; ++i) EXPECT_NEAR(at(s, i), -at(g, i) / h(i, i), 1e-12 * (i + 1)) << i;
}

// Random positive definite preconditioners: the radius is that of the metric, and the prediction is the
// model's decrease.
TEST(TruncatedCG, KeepsItsPromisesWithAnyPreconditioner) {
  std::mt19937_64 engine(3);
  std::uniform_real_distribution<double> exponent(-3, 3);
  for (int trial = 0; trial < 500; ++trial) {
    const int n = 1 + trial % 9;
    const Dense h = trial % 3 == 0 ? positiveDefinite(n, engine) : Dense::randomSymmetric(n, engine);
    Preconditioned objective(h, positiveDefinite(n, engine));
    const auto g = randomVector(n, engine), s = makeVector(n), x = makeVector(n);
    const double radius = std::pow(10.0, exponent(engine));
    terrace::TruncatedCG<double> cg(*x, *g, 1 + trial % 7, 1e-6);
    const auto result = cg.solve(*s, *g, *x, objective, radius);
    EXPECT_LE(s->norm(), radius * (1 + 1e-8)) << trial;
    EXPECT_NEAR(result.stepNorm, s->norm(), 1e-6 * s->norm()) << trial;
    EXPECT_GT(result.predictedReduction, 0) << trial;
    EXPECT_NEAR(result.predictedReduction, decrease(h, g, s), 1e-6 * result.predictedReduction) << trial;
  }
}

TEST(TruncatedCG, TakesTheMetricWhereThePreconditionerIsNotPositive) {
  std::mt19937_64 engine(4);
  const int n = 5;
  const Dense h = positiveDefinite(n, engine);
  Dense negative(n);
  for (int i = 0; i < n; ++i) negative(i, i) = -1;
  Preconditioned objective(h, negative);
  Quadratic plain(h);
  const auto g = randomVector(n, engine), s = makeVector(n), expected = makeVector(n), x = makeVector(n);
  terrace::TruncatedCG<double> cg(*x, *g, 1, 0);
  cg.solve(*s, *g, *x, objective, 1.0);
  cg.solve(*expected, *g, *x, plain, 1.0);
  s->axpy(-1, *expected);
  EXPECT_EQ(s->norm(), 0.0);
}
