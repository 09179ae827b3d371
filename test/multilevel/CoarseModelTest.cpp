#include "LyingCoarseLevels.hpp"
#include "PairTransfer.hpp"

#include <terrace/multilevel/engine/CoarseModel.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace terrace_test;

// <grad H(x0), s> = <g, P s> for every coarse step s, and H(x0 + s) - H(x0) = <g, P s> + O(|s|^2).
TEST(CoarseModel, IsFirstOrderConsistentWithTheFineLevel) {
  const Problem fineProblem = standardProblems()[1], coarseProblem = standardProblems()[0];
  const PairTransfer transfer;
  const auto fineObjective = fineProblem.objective();
  const auto x = makeVector(fineProblem.start), g = makeVector(4), ps = makeVector(4);
  double tol = 0;
  fineObjective->gradient(*g, *x, tol);

  const auto x0 = makeVector(2), restricted = makeVector(2), original = makeVector(2),
             gradient = makeVector(2);
  transfer.project(*x0, *x);
  transfer.restrictDual(*restricted, *g);
  terrace::CoarseModel<double> model(coarseProblem.objective(), *x0, *x0);
  model.gradient(*original, *x0, tol);
  const double levelValue = model.value(*x0, tol);
  model.setLinearTerm(*x0, *restricted, *original);
  model.gradient(*gradient, *x0, tol);
  EXPECT_EQ(model.value(*x0, tol), levelValue);

  std::mt19937_64 engine(1);
  for (int trial = 0; trial < 20; ++trial) {
    const auto s = randomVector(2, engine);
    transfer.prolong(*ps, *s);
    EXPECT_NEAR(gradient->dot(*s), g->dot(*ps), 1e-12 * g->norm());
    std::vector<double> remainders;
    for (const double t : {1e-2, 1e-3}) {
      const auto moved = makeVector(2);
      moved->set(*x0);
      moved->axpy(t, *s);
      remainders.push_back(std::abs(model.value(*moved, tol) - levelValue - t * g->dot(*ps)));
    }
    EXPECT_NEAR(std::log10(remainders[0] / remainders[1]), 2.0, 0.3);
  }
}

TEST(CoarseModel, IsTheObjectiveItselfAfterClear) {
  const Problem problem = standardProblems()[0];
  const auto x = makeVector(problem.start), other = makeVector({0.3, -0.7}), dual = makeVector({5.0, 6.0});
  terrace::CoarseModel<double> model(problem.objective(), *x, *x);
  double tol = 0;
  model.setLinearTerm(*x, *dual, *x);
  model.clear();
  EXPECT_EQ(model.value(*other, tol), problem.objective()->value(*other, tol));
}

// H(x0 + t s) agrees with the fine level's L(x + t P s), but for the constant, to O(t^3), and its derivatives
// with its values.
TEST(CoarseModel, IsSecondOrderConsistentWithTheQuadraticTerm) {
  std::mt19937_64 engine(3);
  Wells fine(4, engine);
  const auto coarse = ROL::makePtr<Wells>(2, engine);
  const PairTransfer transfer;
  const auto x = randomVector(4, engine), g = makeVector(4), xMoved = makeVector(4), ps = makeVector(4);
  const auto x0 = makeVector(2), restricted = makeVector(2), original = makeVector(2), moved = makeVector(2);
  double tol = 0;
  fine.gradient(*g, *x, tol);
  transfer.project(*x0, *x);
  transfer.restrictDual(*restricted, *g);
  terrace::CoarseModel<double> model(coarse, *x0, *x0);
  model.gradient(*original, *x0, tol);
  model.setLinearTerm(*x0, *restricted, *original);
  model.reserveQuadraticTerm(*x);
  model.setQuadraticTerm(fine, *x, transfer);
  for (int trial = 0; trial < 20; ++trial) {
    const auto s = randomVector(2, engine), hs = makeVector(2), gradient = makeVector(2);
    transfer.prolong(*ps, *s);
    std::vector<double> valueErrors, slopeErrors;
    for (const double t : {1e-2, 1e-3}) {
      moved->set(*x0);
      moved->axpy(t, *s);
      xMoved->set(*x);
      xMoved->axpy(t, *ps);
      valueErrors.push_back(std::abs(model.value(*moved, tol) - model.value(*x0, tol) -
                                     fine.value(*xMoved, tol) + fine.value(*x, tol)));
      model.gradient(*gradient, *moved, tol);
      fine.gradient(*g, *xMoved, tol);
      slopeErrors.push_back(std::abs(gradient->dot(*s) - g->dot(*ps)));
    }
    EXPECT_NEAR(std::log10(valueErrors[0] / valueErrors[1]), 3.0, 0.3);
    EXPECT_NEAR(std::log10(slopeErrors[0] / slopeErrors[1]), 2.0, 0.3);
    const auto fineHessian = makeVector(4);
    model.hessVec(*hs, *s, *x0, tol);
    fine.hessVec(*fineHessian, *ps, *x, tol);
    EXPECT_NEAR(hs->dot(*s), fineHessian->dot(*ps), 1e-11 * std::abs(fineHessian->dot(*ps)) + 1e-12);
  }
}

// With the linear term, with the quadratic one, and of an objective that has both at once.
TEST(CoarseModel, GivesValueAndGradientTogetherAsOneAfterTheOther) {
  struct Together : Wells, terrace::ValueWithGradient<double> {
    using Wells::Wells;
    double valueWithGradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
      ++asked;
      gradient(g, x, tol);
      return value(x, tol);
    }
    int asked = 0;
  };
  std::mt19937_64 engine(5);
  Wells fine(4, engine);
  const auto together = ROL::makePtr<Together>(2, engine);
  const PairTransfer transfer;
  const auto xFine = randomVector(4, engine);
  for (const ROL::Ptr<Wells>& objective : {ROL::makePtr<Wells>(2, engine), ROL::Ptr<Wells>(together)}) {
    const auto x0 = randomVector(2, engine), x = randomVector(2, engine),
               restricted = randomVector(2, engine);
    const auto g = makeVector(2), expected = makeVector(2);
    terrace::CoarseModel<double> model(objective, *x0, *x0);
    model.reserveQuadraticTerm(*xFine);
    double tol = 0;
    const auto expectTheSame = [&](const char* which) {
      model.resetCounts();
      const double value = model.valueWithGradient(*g, *x, tol);
      EXPECT_EQ(model.counts().values, 1) << which;
      EXPECT_EQ(model.counts().gradients, 1) << which;
      EXPECT_EQ(value, model.value(*x, tol)) << which;
      model.gradient(*expected, *x, tol);
      expected->axpy(-1, *g);
      EXPECT_EQ(expected->norm(), 0) << which;
    };
    expectTheSame("alone");
    model.setLinearTerm(*x0, *restricted, *randomVector(2, engine));
    expectTheSame("linear");
    model.setQuadraticTerm(fine, *xFine, transfer);
    expectTheSame("quadratic");
  }
  EXPECT_EQ(together->asked, 2) << "the quadratic term joins each by itself";
}

TEST(CoarseModel, TurnsAnExceptionIntoNotANumberOnlyWhereFailuresAreTolerated) {
  std::mt19937_64 engine(4);
  const auto broken = ROL::makePtr<Liar>(ROL::makePtr<Wells>(2, engine), Lie::Throws, 1u);
  const auto x = makeVector(2), g = makeVector(2);
  terrace::CoarseModel<double> model(broken, *x, *x);
  double tol = 0;
  EXPECT_THROW(model.value(*x, tol), std::runtime_error);
  model.tolerateFailures();
  EXPECT_TRUE(std::isnan(model.value(*x, tol)));
  model.gradient(*g, *x, tol);
  EXPECT_TRUE(std::isnan(g->norm()));
  EXPECT_EQ(model.counts().failures, 2);
  EXPECT_TRUE(std::isnan(model.valueWithGradient(*g, *x, tol)));
  EXPECT_EQ(model.counts().failures, 3);
  model.clear();
  EXPECT_THROW(model.value(*x, tol), std::runtime_error);
}
