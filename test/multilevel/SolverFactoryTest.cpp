#include "Problems.hpp"

#include <terrace/multilevel/hierarchy/LimitedPrecision.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_Algorithm.hpp>
#include <ROL_TypeU_TrustRegionAlgorithm.hpp>

#include <gtest/gtest.h>

#include <sstream>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record,
               const ROL::Vector<double>& /*iterate*/) override {
    rows.push_back(record);
  }
  std::vector<terrace::IterationRecord<double>> rows;
};

ROL::Ptr<terrace::LevelHierarchy<double>> rosenbrock(int levels) {
  return artificialHierarchy({static_cast<std::size_t>(levels), standardProblems()[0].objective()}, 2);
}

const Values start = {-1.2, 1};

// Rosenbrock's function plus 1 with relative errors of up to 1e-6, and errors of its gradient, that look
// random.
struct InexactRosenbrock : SumOfSquares, terrace::LimitedPrecision {
  InexactRosenbrock() : SumOfSquares(standardProblems()[0].residuals) {}
  double value(const ROL::Vector<double>& x, double& tol) override {
    return (1 + SumOfSquares::value(x, tol)) * (1 + 1e-6 * std::sin(1e9 * entries(x)[0]));
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& tol) override {
    SumOfSquares::gradient(g, x, tol);
    for (double& entry : *dynamic_cast<StdVector&>(g).getVector())
      entry += 1e-4 * std::sin(1e9 * entries(x)[1]);
  }
  double relativeError() const override { return 1e-6; }
  std::string remedy() const override { return "Count more exactly."; }
};

std::string messageOf(ParameterList parameters) {
  try {
    terrace::makeAlgorithm(rosenbrock(1), parameters);
  } catch (const terrace::ParameterError& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST(SolverFactory, StepAndAlgorithmAreTheSameMethod) {
  std::vector<double> byAlgorithm, byStep;
  for (const int levels : {1, 2}) {
    for (const int iterations : {1, 5, 12}) {
      auto parameters = solverParameters();
      parameters.sublist("Status Test").set("Iteration Limit", iterations);
      const auto hierarchyA = rosenbrock(levels), hierarchyB = rosenbrock(levels);
      const auto xA = makeVector(start), xB = makeVector(start);
      terrace::makeAlgorithm(hierarchyA, parameters)->run(*xA, *(*hierarchyA)[0].objective);
      ROL::Algorithm<double> algorithm(terrace::makeStep(hierarchyB, parameters),
                                       terrace::makeStatusTest(hierarchyB, parameters));
      algorithm.run(*xB, *(*hierarchyB)[0].objective);
      EXPECT_EQ(at(xA, 0), at(xB, 0));
      EXPECT_EQ(at(xA, 1), at(xB, 1));
      EXPECT_EQ(hierarchyA->work()->units(), hierarchyB->work()->units());
    }
  }
}

TEST(SolverFactory, PassesRolsOwnAlgorithmsOn) {
  for (const std::string type : {"Trust Region", "Line Search"}) {
    auto parameters = solverParameters();
    parameters.sublist("Step").set("Type", type);
    parameters.sublist("General")
        .sublist("Secant")
        .set("Type", "Limited-Memory BFGS")
        .set("Use as Hessian", true);
    parameters.sublist("Step").sublist("Trust Region").set("Subproblem Solver", "Truncated CG");
    const auto rows = ROL::makePtr<Rows>();
    terrace::SolverContext<double> context;
    context.observer = rows;
    const auto hierarchy = rosenbrock(2);
    const auto x = makeVector(start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters, context);
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_NEAR(at(x, 0), 1.0, 1e-5) << type;
    ASSERT_GT(rows->rows.size(), 3u);
    EXPECT_EQ(static_cast<int>(rows->rows.size()), algorithm->getState()->iter + 1);
    EXPECT_EQ(rows->rows.back().value, algorithm->getState()->value);
    EXPECT_GT(rows->rows.back().work, rows->rows.front().work);
  }
}

TEST(SolverFactory, StepsOfRolAreMadeToo) {
  auto parameters = solverParameters();
  parameters.sublist("Step").set("Type", "Line Search");
  parameters.sublist("General").sublist("Secant").set("Type", "Limited-Memory BFGS");
  const auto hierarchy = rosenbrock(1);
  const auto x = makeVector(start);
  ROL::Algorithm<double> algorithm(terrace::makeStep(hierarchy, parameters),
                                   terrace::makeStatusTest(hierarchy, parameters));
  algorithm.run(*x, *(*hierarchy)[0].objective);
  EXPECT_NEAR(at(x, 0), 1.0, 1e-5);
}

TEST(SolverFactory, CompactSR1WorksInRolsTrustRegionAlgorithm) {
  auto parameters = solverParameters();
  parameters.sublist("Step").set("Type", "Trust Region");
  parameters.sublist("Step").sublist("Trust Region").set("Subproblem Solver", "Truncated CG");
  parameters.sublist("General").sublist("Secant").set("Use as Hessian", true);
  const auto hierarchy = rosenbrock(1);
  const auto x = makeVector(start);
  terrace::makeAlgorithm(hierarchy, parameters)->run(*x, *(*hierarchy)[0].objective);
  EXPECT_NEAR(at(x, 0), 1.0, 1e-4);
}

TEST(SolverFactory, RefusesSecantsThatDoNotFitTheStep) {
  auto ours = solverParameters();
  ours.sublist("General").sublist("Secant").set("Type", "Limited-Memory SR1");
  EXPECT_EQ(messageOf(ours),
            "General > Secant: \"Type\" = \"Limited-Memory SR1\" is not for Multilevel Trust Region; "
            "expected \"Compact SR1\".");
  auto lineSearch = solverParameters();
  lineSearch.sublist("Step").set("Type", "Line Search");
  EXPECT_NE(messageOf(lineSearch).find("Compact SR1"), std::string::npos);
}

TEST(SolverFactory, RefusesParametersThatContradictEachOther) {
  auto parameters = solverParameters();
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Pre-Smoothing Steps", 0)
      .set("Post-Smoothing Steps", 0);
  EXPECT_NE(messageOf(parameters).find("both 0"), std::string::npos);
}

TEST(SolverFactory, TargetWorkAndTimeEndARun) {
  for (const std::string test : {"Target Value", "Work Limit", "Time Limit"}) {
    auto parameters = solverParameters();
    parameters.sublist("Status Test").set(test, test == "Target Value" ? 1e-2 : 10.0);
    terrace::SolverContext<double> context;
    context.stopReason = ROL::makePtr<std::string>();
    double clock = 0;
    context.elapsedSeconds = [&clock] { return clock += 0.5; };
    const auto hierarchy = rosenbrock(1);
    const auto x = makeVector(start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters, context);
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_EQ(algorithm->getState()->statusFlag, ROL::EXITSTATUS_USERDEFINED) << test;
    EXPECT_EQ(context.stopReason->rfind(test, 0), 0u) << *context.stopReason;
    EXPECT_GT(algorithm->getState()->gnorm, 1e-6) << test;
    if (test == "Target Value") {
      EXPECT_LE(algorithm->getState()->value, 1e-2);
    }
  }
}

TEST(SolverFactory, ARunEndsWhereTheErrorsOfTheValueHideWhatIsLeftToGain) {
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Gradient Tolerance", 0.0).set("Iteration Limit", 1000);
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  terrace::Level<double> level;
  level.objective = ROL::makePtr<InexactRosenbrock>();
  level.vector = makeVector(start);
  hierarchy->add(level);
  terrace::SolverContext<double> context;
  context.stopReason = ROL::makePtr<std::string>();
  const auto x = makeVector(start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters, context);
  algorithm->run(*x, *level.objective);
  EXPECT_NE(context.stopReason->find("Count more exactly."), std::string::npos) << *context.stopReason;
  EXPECT_LT(algorithm->getState()->iter, 200);
  EXPECT_NEAR(algorithm->getState()->value, 1, 1e-5);
}

TEST(SolverFactory, ATimeLimitNeedsAClock) {
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Time Limit", 1.0);
  EXPECT_NE(messageOf(parameters).find("clock"), std::string::npos);
}

TEST(SolverFactory, AZeroSwitchesAStatusTestOff) {
  auto parameters = solverParameters();
  parameters.sublist("Status Test")
      .set("Gradient Tolerance", 0.0)
      .set("Step Tolerance", 0.0)
      .set("Iteration Limit", 0);
  parameters.sublist("Status Test").set("Work Limit", 200.0);
  const auto hierarchy = rosenbrock(1);
  const auto x = makeVector(start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  terrace::SolverContext<double> context;
  algorithm->run(*x, *(*hierarchy)[0].objective);
  EXPECT_LT(algorithm->getState()->gnorm, 1e-10);
}

TEST(SolverFactory, PrintsATableInRolsManner) {
  auto parameters = solverParameters();
  parameters.sublist("General").set("Output Level", 1);
  parameters.sublist("Status Test").set("Iteration Limit", 3);
  const auto hierarchy = rosenbrock(2);
  const auto x = makeVector(start);
  std::ostringstream out;
  terrace::makeAlgorithm(hierarchy, parameters)->run(*x, *(*hierarchy)[0].objective, out);
  EXPECT_NE(out.str().find("iter  value"), std::string::npos) << out.str();
  EXPECT_NE(out.str().find("Optimization Terminated with Status"), std::string::npos);
}

// Objectives written for ROL's steps may know no other update().
TEST(SolverFactory, TheStepCallsTheOlderUpdate) {
  struct Old : SumOfSquares {
    using SumOfSquares::SumOfSquares;
    using SumOfSquares::update;
    void update(const ROL::Vector<double>& x, bool /*flag*/, int /*iter*/) override { at = entries(x); }
    double value(const ROL::Vector<double>& x, double& tol) override {
      EXPECT_EQ(at, entries(x));
      return SumOfSquares::value(x, tol);
    }
    Values at;
  };
  auto parameters = solverParameters();
  const auto hierarchy = artificialHierarchy({ROL::makePtr<Old>(standardProblems()[0].residuals)}, 2);
  const auto x = makeVector(start);
  ROL::Algorithm<double> algorithm(terrace::makeStep(hierarchy, parameters),
                                   terrace::makeStatusTest(hierarchy, parameters));
  algorithm.run(*x, *(*hierarchy)[0].objective);
  EXPECT_NEAR(at(x, 0), 1.0, 1e-5);
}

TEST(SolverFactory, AUsersStatusTestIsHonouredBesideTheWorkLimit) {
  struct Few : ROL::StatusTest<double> {
    bool check(ROL::AlgorithmState<double>& state) override { return ++checks < 1000 && state.snorm > 0; }
    int checks = 0;
  };
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Work Limit", 5.0);
  const auto hierarchy = rosenbrock(1);
  const auto x = makeVector(start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  const auto few = ROL::makePtr<Few>();
  algorithm->setStatusTest(few);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  EXPECT_LT(few->checks, 20); // the work limit leaves idle cycles, which say so by a step norm of 0
}

TEST(SolverFactory, TakesRolDecksWithoutASecant) {
  for (const std::string type : {"Line Search", "Trust Region"}) {
    ParameterList parameters;
    parameters.sublist("General").set("Output Level", 0);
    parameters.sublist("Step").set("Type", type);
    parameters.sublist("Step").sublist("Line Search").sublist("Descent Method").set("Type", "Newton-Krylov");
    const auto hierarchy = rosenbrock(1);
    const auto x = makeVector(start);
    terrace::makeAlgorithm(hierarchy, parameters)->run(*x, *(*hierarchy)[0].objective);
    EXPECT_FALSE(parameters.sublist("General").sublist("Secant").isParameter("Initial Scaling"));
    EXPECT_LT((x->getVector()->at(0) - 1) * (x->getVector()->at(0) - 1), 1e-6) << type;
  }
}

TEST(SolverFactory, RunsARolProblem) {
  auto parameters = solverParameters();
  const auto hierarchy = rosenbrock(2);
  const auto x = makeVector(start);
  ROL::Problem<double> problem((*hierarchy)[0].objective, x);
  problem.finalize(false, false);
  std::ostringstream out;
  terrace::makeAlgorithm(hierarchy, parameters)->run(problem, out);
  EXPECT_NEAR(at(x, 0), 1.0, 1e-5);
}

TEST(SolverFactory, ATargetMayBeNegative) {
  struct Shifted : SumOfSquares {
    using SumOfSquares::SumOfSquares;
    double value(const ROL::Vector<double>& x, double& tol) override {
      return SumOfSquares::value(x, tol) - 5;
    }
  };
  auto parameters = solverParameters();
  parameters.sublist("Status Test").set("Target Value", -4.0);
  const auto hierarchy = artificialHierarchy({ROL::makePtr<Shifted>(standardProblems()[0].residuals)}, 2);
  const auto x = makeVector(start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  EXPECT_LE(algorithm->getState()->value, -4.0);
  EXPECT_GT(algorithm->getState()->value, -4.9999);
}
