// Every value of ROL's enumerations, against ROL: a value is refused, or it runs as ROL's own factory runs
// it.
#include "Problems.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_Algorithm.hpp>
#include <ROL_BundleStatusTest.hpp>
#include <ROL_KrylovFactory.hpp>
#include <ROL_StepFactory.hpp>
#include <ROL_TrustRegionTypes.hpp>
#include <ROL_TypeU_AlgorithmFactory.hpp>

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

using Names = std::set<std::string>;
using Path = std::vector<std::string>;

template <class Value>
Names namesBefore(Value last, std::string (*toString)(Value)) {
  Names names;
  for (int value = 0; value < last; ++value) names.insert(toString(static_cast<Value>(value)));
  return names;
}

struct Choice {
  std::string type; // of Step
  Path lists;
  std::string name;
  Names values;
  Names refused;
};

std::vector<Choice> choices() {
  using namespace ROL;
  const Path descent = {"Step", "Line Search", "Descent Method"};
  return {{"Trust Region",
           {"Step", "Trust Region"},
           "Subproblem Solver",
           namesBefore(TRUSTREGION_LAST, ETrustRegionToString),
           {"Lin-More"}},
          {"Trust Region",
           {"Step", "Trust Region"},
           "Subproblem Solver",
           namesBefore(TRUSTREGION_U_LAST, ETrustRegionUToString),
           {}},
          {"Line Search",
           descent,
           "Type",
           namesBefore(DESCENT_U_LAST, EDescentUToString),
           {"User Defined", "Newton's Method"}},
          {"Line Search",
           {"Step", "Line Search", "Line-Search Method"},
           "Type",
           namesBefore(LINESEARCH_U_LAST, ELineSearchUToString),
           {"User Defined"}},
          {"Line Search",
           {"Step", "Line Search", "Curvature Condition"},
           "Type",
           namesBefore(CURVATURECONDITION_U_LAST, ECurvatureConditionUToString),
           {}},
          {"Line Search",
           {"General", "Krylov"},
           "Type",
           namesBefore(KRYLOV_LAST, EKrylovToString),
           {"User Defined", "MINRES"}},
          {"Line Search",
           descent,
           "Nonlinear CG Type",
           namesBefore(NONLINEARCG_LAST, ENonlinearCGToString),
           {"User Defined"}},
          {"Trust Region",
           {"General", "Secant"},
           "Type",
           namesBefore(SECANT_LAST, ESecantToString),
           {"User-Defined"}}};
}

ParameterList deck(const Choice& choice, const std::string& value) {
  ParameterList lists;
  lists.sublist("Step").set("Type", choice.type);
  lists.sublist("General").set("Output Level", 0);
  lists.sublist("Status Test")
      .set("Gradient Tolerance", 1e-6)
      .set("Step Tolerance", 1e-12)
      .set("Iteration Limit", 12);
  lists.sublist("General").sublist("Secant").set("Use as Hessian", choice.lists.back() == "Secant");
  ParameterList& method = lists.sublist("Step").sublist("Line Search").sublist("Descent Method");
  if (choice.lists.back() == "Krylov") method.set("Type", "Newton-Krylov");
  if (choice.name == "Nonlinear CG Type") method.set("Type", "Nonlinear CG");
  ParameterList* list = &lists;
  for (const auto& name : choice.lists) list = &list->sublist(name);
  list->set(choice.name, value);
  return lists;
}

struct End {
  Values x;
  int iterations = 0;
  std::string text() const {
    std::ostringstream out;
    out << std::hexfloat << x[0] << ", " << x[1] << " after " << iterations;
    return out.str();
  }
};

End runOurs(ParameterList lists) {
  const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
  const auto x = makeVector(standardProblems()[0].start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, lists);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  return {{at(x, 0), at(x, 1)}, algorithm->getState()->iter};
}

End runRols(ParameterList lists) {
  const auto x = makeVector(standardProblems()[0].start);
  const auto objective = standardProblems()[0].objective();
  const auto algorithm = ROL::TypeU::AlgorithmFactory<double>(lists);
  std::ostream silent(nullptr);
  algorithm->run(*x, *objective, silent);
  return {{at(x, 0), at(x, 1)}, algorithm->getState()->iter};
}

} // namespace

TEST(RolValues, EveryValueRunsAsInRolOrIsRefusedWithWhatIsPossible) {
  for (const auto& choice : choices()) {
    for (const auto& value : choice.values) {
      const ParameterList lists = deck(choice, value);
      SCOPED_TRACE(choice.lists.back() + "/" + choice.name + " = " + value);
      if (choice.refused.count(value) == 0) {
        EXPECT_EQ(runOurs(lists).text(), runRols(lists).text());
        continue;
      }
      try {
        runOurs(lists);
        ADD_FAILURE() << "not refused";
      } catch (const terrace::ParameterError& error) {
        EXPECT_NE(std::string(error.what()).find("expected one of"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find(value), std::string::npos) << error.what();
      }
    }
  }
}

TEST(RolValues, StepsTakeWhatRolsStepsImplement) {
  for (const auto& value : namesBefore(ROL::TRUSTREGION_LAST, ROL::ETrustRegionToString)) {
    ParameterList lists;
    lists.sublist("Step").set("Type", "Trust Region");
    lists.sublist("Step").sublist("Trust Region").set("Subproblem Solver", value);
    lists.sublist("Status Test").set("Iteration Limit", 5);
    const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
    if (value == "Lin-More") {
      EXPECT_THROW(terrace::makeStep(hierarchy, lists), terrace::ParameterError);
      continue;
    }
    const auto x = makeVector(standardProblems()[0].start);
    ROL::Algorithm<double> algorithm(terrace::makeStep(hierarchy, lists),
                                     terrace::makeStatusTest(hierarchy, lists));
    EXPECT_NO_THROW(algorithm.run(*x, *(*hierarchy)[0].objective)) << value;
    EXPECT_EQ(algorithm.getState()->iter, 5) << value;
  }
}

// ROL's bundle method brings a status test of its own: it does not use the norms that other tests look at.
TEST(RolValues, TheBundleMethodEndsWhereRolEndsIt) {
  for (const double coefficient : {0.0, 1e-6}) {
    ParameterList lists;
    lists.sublist("Step").set("Type", "Bundle");
    lists.sublist("Step").sublist("Bundle").set("Distance Measure Coefficient", coefficient);
    lists.sublist("General").set("Output Level", 0);
    lists.sublist("Status Test").set("Iteration Limit", 60);
    const End ours = runOurs(lists);
    EXPECT_EQ(ours.text(), runRols(lists).text());
    EXPECT_GT(ours.iterations, 1);
  }
}

TEST(RolValues, TheBundleStepRunsWithTheDecksStatusTest) {
  ParameterList lists;
  lists.sublist("Step").set("Type", "Bundle");
  lists.sublist("Status Test").set("Iteration Limit", 20);
  const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
  const auto x = makeVector(standardProblems()[0].start);
  ROL::Algorithm<double> algorithm(terrace::makeStep(hierarchy, lists),
                                   terrace::makeStatusTest(hierarchy, lists));
  algorithm.run(*x, *(*hierarchy)[0].objective);
  EXPECT_GT(algorithm.getState()->iter, 1);
}
