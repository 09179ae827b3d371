// What a ROL user does with the solver: a problem, a deck, a status test and an observer of one's own.
#include "LyingCoarseLevels.hpp"

#include <terrace/multilevel/rol/MultilevelTrustRegionAlgorithm.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <ROL_Problem.hpp>
#include <ROL_StatusTest.hpp>

#include <gtest/gtest.h>

#include <sstream>

using namespace terrace_test;

namespace {

struct StopsAtIteration : ROL::StatusTest<double> {
  explicit StopsAtIteration(int iteration) : last(iteration) {}
  bool check(ROL::AlgorithmState<double>& state) override {
    ++asked;
    return state.iter < last;
  }
  int last;
  int asked = 0;
};

struct Observer : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>& iterate) override {
    rows.push_back(record);
    const auto copy = iterate.clone();
    copy->set(iterate);
    iterates.push_back(copy);
  }
  std::vector<terrace::IterationRecord<double>> rows;
  std::vector<ROL::Ptr<ROL::Vector<double>>> iterates;
};

ROL::Ptr<terrace::LevelHierarchy<double>> rosenbrock(int levels) {
  return artificialHierarchy({static_cast<std::size_t>(levels), standardProblems()[0].objective()}, 2);
}

} // namespace

TEST(Embedding, SolvesARolProblemInThreeLines) {
  const auto hierarchy = rosenbrock(2);
  const auto x = makeVector({-1.2, 1.0});
  auto parameters = solverParameters();
  std::ostringstream out;
  ROL::Problem<double> problem((*hierarchy)[0].objective, x);
  terrace::makeAlgorithm(hierarchy, parameters)->run(problem, out);
  EXPECT_NEAR(at(x, 0), 1.0, 1e-5);
  EXPECT_NEAR(at(x, 1), 1.0, 1e-5);
}

TEST(Embedding, HonoursAUsersStatusTestAloneAndBesideTheDecks) {
  for (const bool combined : {false, true}) {
    const auto hierarchy = rosenbrock(1);
    const auto x = makeVector({-1.2, 1.0});
    auto parameters = solverParameters();
    const auto mine = ROL::makePtr<StopsAtIteration>(7);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
    algorithm->setStatusTest(mine, combined);
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_EQ(algorithm->getState()->iter, 7);
    EXPECT_EQ(mine->asked, 8);
    EXPECT_GT(algorithm->getState()->gnorm, 1e-6);
  }
}

TEST(Embedding, TheObserverSeesIterateLevelRadiusAndWork) {
  const Problem problem = standardProblems()[0];
  const auto observer = ROL::makePtr<Observer>();
  terrace::SolverContext<double> context;
  context.observer = observer;
  const auto x = makeVector(problem.start);
  auto parameters = solverParameters();
  const auto hierarchy = rosenbrock(2);
  terrace::makeAlgorithm(hierarchy, parameters, context)->run(*x, *(*hierarchy)[0].objective);
  double work = 0, tol = 0;
  bool sawCoarseLevel = false;
  ASSERT_FALSE(observer->rows.empty());
  for (std::size_t i = 0; i < observer->rows.size(); ++i) {
    const auto& row = observer->rows[i];
    EXPECT_EQ(row.value, problem.objective()->value(*observer->iterates[i], tol));
    EXPECT_GT(row.radius, 0.0);
    EXPECT_GE(row.work, work);
    work = row.work;
    sawCoarseLevel = sawCoarseLevel || row.level == 1;
  }
  EXPECT_TRUE(sawCoarseLevel);
  EXPECT_EQ(work, hierarchy->work()->units());
}

// The counts are those of the objectives themselves.
TEST(Embedding, CountsEvaluationsByLevelAndKindAndPrintsThem) {
  std::mt19937_64 random(1);
  const auto fine = ROL::makePtr<Wells>(3, random), coarse = ROL::makePtr<Wells>(3, random);
  const auto hierarchy = artificialHierarchy({fine, coarse}, 3);
  auto parameters = solverParameters();
  parameters.sublist("General").set("Output Level", 2);
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Smoother", "Newton")
      .set("Recursion", "Always");
  const auto x = randomVector(3, random);
  std::ostringstream out;
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *(*hierarchy)[0].objective, out);
  const auto ours = ROL::dynamicPtrCast<terrace::MultilevelTrustRegionAlgorithm<double>>(algorithm);
  ASSERT_NE(ours, ROL::nullPtr);
  const terrace::EvaluationCounts &top = ours->engine().counts(0), &bottom = ours->engine().counts(1);
  const auto& work = *hierarchy->work();
  EXPECT_EQ(top.values + bottom.values, work.values());
  EXPECT_EQ(top.gradients + bottom.gradients, work.gradients());
  EXPECT_EQ(top.hessianProducts + bottom.hessianProducts, work.hessianProducts());
  EXPECT_GT(bottom.hessianProducts, 0);
  EXPECT_EQ(algorithm->getState()->nfval, top.values);
  EXPECT_EQ(algorithm->getState()->ngrad, top.gradients);
  EXPECT_NE(out.str().find("Hessian products"), std::string::npos);
  EXPECT_NE(out.str().find(std::to_string(bottom.hessianProducts)), std::string::npos);
}
