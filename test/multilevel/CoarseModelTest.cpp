#include "PairTransfer.hpp"
#include "Problems.hpp"

#include <terrace/multilevel/CoarseModel.hpp>

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
