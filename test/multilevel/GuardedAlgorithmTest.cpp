#include "Problems.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

struct Never : ROL::StatusTest<double> {
  bool check(ROL::AlgorithmState<double>& /*state*/) override { return true; }
};

struct AtIteration : ROL::StatusTest<double> {
  explicit AtIteration(int last) : last_(last) {}
  bool check(ROL::AlgorithmState<double>& state) override { return state.iter < last_; }
  int last_;
};

struct Rows : terrace::IterationObserver<double> {
  void observe(const terrace::IterationRecord<double>& record, const ROL::Vector<double>&) override {
    rows.push_back(record);
  }
  std::vector<terrace::IterationRecord<double>> rows;
};

const std::vector<std::string> types = {"Multilevel Trust Region", "Trust Region", "Line Search", "Bundle"};

ParameterList deck(const std::string& type) {
  ParameterList lists;
  lists.sublist("Step").set("Type", type);
  lists.sublist("General").set("Output Level", 0);
  lists.sublist("Status Test").set("Gradient Tolerance", -1.0).set("Step Tolerance", -1.0);
  return lists;
}

ROL::Ptr<terrace::LevelHierarchy<double>> rosenbrock() {
  return artificialHierarchy({standardProblems()[0].objective()}, 2);
}

} // namespace

TEST(GuardedAlgorithm, AStatusTestOfTheUsersDoesNotReplaceTheLimits) {
  for (const auto& type : types) {
    auto lists = deck(type);
    lists.sublist("Status Test").set("Work Limit", 15.0);
    terrace::SolverContext<double> context;
    context.stopReason = ROL::makePtr<std::string>();
    const auto hierarchy = rosenbrock();
    const auto x = makeVector(standardProblems()[0].start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, lists, context);
    algorithm->setStatusTest(ROL::makePtr<Never>());
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_NE(context.stopReason->find("Work Limit"), std::string::npos) << type;
    EXPECT_LT(hierarchy->work()->units(), 100) << type;
  }
}

TEST(GuardedAlgorithm, AStatusTestOfTheUsersDoesNotReplaceTheObserver) {
  for (const auto& type : types) {
    auto lists = deck(type);
    const auto rows = ROL::makePtr<Rows>();
    terrace::SolverContext<double> context;
    context.observer = rows;
    const auto hierarchy = rosenbrock();
    const auto x = makeVector(standardProblems()[0].start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, lists, context);
    algorithm->setStatusTest(ROL::makePtr<AtIteration>(4));
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_EQ(algorithm->getState()->iter, 4) << type;
    EXPECT_EQ(rows->rows.size(), 5u) << type;
  }
}

TEST(GuardedAlgorithm, TheStateIsThatOfTheRun) {
  for (const auto& type : types) {
    auto lists = deck(type);
    lists.sublist("Status Test").set("Iteration Limit", 3);
    const auto hierarchy = rosenbrock();
    const auto x = makeVector(standardProblems()[0].start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, lists);
    algorithm->run(*x, *(*hierarchy)[0].objective);
    const auto state = algorithm->getState();
    EXPECT_EQ(state->iter, 3) << type;
    EXPECT_EQ(state->statusFlag, ROL::EXITSTATUS_MAXITER) << type;
    double tolerance = 0;
    (*hierarchy)[0].objective->update(*x, ROL::UpdateType::Accept);
    EXPECT_EQ(state->value, (*hierarchy)[0].objective->value(*x, tolerance)) << type;
  }
}

TEST(GuardedAlgorithm, AfterResetItRunsAgainFromTheBeginning) {
  auto lists = deck("Line Search");
  lists.sublist("Status Test").set("Iteration Limit", 5);
  const auto hierarchy = rosenbrock();
  const auto algorithm = terrace::makeAlgorithm(hierarchy, lists);
  for (int run = 0; run < 2; ++run) {
    const auto x = makeVector(standardProblems()[0].start);
    algorithm->reset();
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_EQ(algorithm->getState()->iter, 5) << run;
  }
}
