#include "Problems.hpp"

#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <ROL_TypeU_AlgorithmFactory.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

using namespace terrace_test;
using Teuchos::ParameterList;

namespace {

using Lists = std::function<void(ParameterList&)>;

struct Checked {
  ParameterList lists;
  std::vector<std::string> warnings;
  std::string error;
};

Checked check(const Lists& fill) {
  Checked checked;
  fill(checked.lists);
  try {
    terrace::checkSolverLists(checked.lists, checked.warnings);
  } catch (const terrace::ParameterError& error) {
    checked.error = error.what();
  }
  return checked;
}

// A deck for one of ROL's methods; `fill` adds to it.
Lists of(const std::string& type, const Lists& fill) {
  return [type, fill](ParameterList& lists) {
    lists.sublist("Step").set("Type", type);
    fill(lists);
  };
}

} // namespace

TEST(RolDecks, ANameOfAnotherVersionIsAWarningThatSaysWhatItBecame) {
  const auto checked = check([](ParameterList& l) {
    l.sublist("General").set("Variable Objective Function", false);
    l.sublist("General").sublist("Secant").set("Barzilai-Borwein Type", 1);
  });
  EXPECT_EQ(checked.error, "");
  ASSERT_EQ(checked.warnings.size(), 2u);
  EXPECT_EQ(checked.warnings[0].find("General: \"Variable Objective Function\" is not known to ROL"), 0u);
  EXPECT_NE(checked.warnings[0].find("\"Recompute Objective Function\""), std::string::npos);
  EXPECT_NE(checked.warnings[1].find("it is \"Barzilai-Borwein\" there"), std::string::npos);
  EXPECT_FALSE(checked.lists.sublist("General").isParameter("Variable Objective Function"));
}

TEST(RolDecks, ASlipThatWouldChangeTheRunIsAnError) {
  EXPECT_EQ(
      check(of("Trust Region",
               [](ParameterList& l) { l.sublist("Step").sublist("Trust Region").set("Intial Radius", 2.0); }))
          .error,
      "Step > Trust Region: \"Intial Radius\" is not a parameter. Did you mean \"Initial Radius\"?");
  EXPECT_EQ(check([](ParameterList& l) { l.sublist("Status Test").set("Work Limt", 7.0); }).error,
            "Status Test: \"Work Limt\" is not a parameter. Did you mean \"Work Limit\"?");
}

TEST(RolDecks, AllSlipsOfADeckAreNamedAtOnce) {
  const std::string error = check([](ParameterList& l) {
                              l.sublist("Status Test").set("Work Limt", 7.0);
                              l.sublist("Step").sublist("Trust Regoin");
                            }).error;
  EXPECT_NE(error.find("\"Work Limt\""), std::string::npos) << error;
  EXPECT_NE(error.find("\"Trust Regoin\" is not a list. Did you mean \"Trust Region\"?"), std::string::npos)
      << error;
}

TEST(RolDecks, ASlipInAListThatTheRunDoesNotReadIsAWarning) {
  const auto checked = check(of("Line Search", [](ParameterList& l) {
    l.sublist("Step").sublist("Trust Region").set("Intial Radius", 2.0);
  }));
  EXPECT_EQ(checked.error, "");
  ASSERT_EQ(checked.warnings.size(), 1u);
  EXPECT_NE(checked.warnings[0].find("the nearest name is \"Initial Radius\""), std::string::npos);
}

TEST(RolDecks, ASlipWithTheValueThatTheRunHasAnywayIsAWarning) {
  const auto storage = [](int pairs) {
    return of("Trust Region", [pairs](ParameterList& l) {
      l.sublist("General").sublist("Secant").set("Maximumt Storage", pairs);
    });
  };
  EXPECT_EQ(check(storage(10)).warnings.size(), 1u); // ROL's default
  EXPECT_NE(check(storage(20)).error, "");
}

// A deck without a type may have been written for ROL's default method: what ROL would do with it counts.
TEST(RolDecks, WithoutATypeASlipWithTheValueThatRolHasAnywayIsAWarning) {
  const auto storage = [](int pairs) {
    return
        [pairs](ParameterList& l) { l.sublist("General").sublist("Secant").set("Maximum  Storage", pairs); };
  };
  EXPECT_EQ(check(storage(10)).warnings.size(), 1u);
  EXPECT_NE(check(storage(20)).error, "");
}

TEST(RolDecks, ValuesOfListsThatOurMethodDoesNotReadNeedNotFit) {
  const auto checked = check(of("Multilevel Trust Region", [](ParameterList& l) {
    l.sublist("Step").sublist("Trust Region").set("Subproblem Model", "Lin-MOre2");
  }));
  EXPECT_EQ(checked.error, "");
  EXPECT_EQ(checked.warnings.size(), 1u);
}

TEST(RolDecks, AnErrorSaysThatOnlyBlanksDiffer) {
  const auto error = check([](ParameterList& l) {
                       l.sublist("General").sublist("Secant").set("Maximum Storage ", 20);
                     }).error;
  EXPECT_EQ(error, "General > Secant: \"Maximum Storage \" is not a parameter; it has other blanks than "
                   "\"Maximum Storage\".");
}

TEST(RolDecks, OurListsStayStrict) {
  EXPECT_NE(check([](ParameterList& l) {
              l.sublist("Step").sublist("Multilevel Trust Region").set("No Such Thing", 1);
            }).error.find("is not a parameter"),
            std::string::npos);
  EXPECT_NE(check([](ParameterList& l) { l.sublist("Sampling").set("No Such Thing", 1); }).error, "");
}

TEST(RolDecks, ADeckWithoutATypeRunsOursWithItsOwnSecant) {
  auto checked = check(
      [](ParameterList& l) { l.sublist("General").sublist("Secant").set("Type", "Limited-Memory BFGS"); });
  EXPECT_EQ(checked.error, "");
  ASSERT_EQ(checked.warnings.size(), 1u);
  EXPECT_NE(checked.warnings[0].find("set Step/Type to \"Trust Region\""), std::string::npos);
  terrace::SolverContext<double> context;
  context.warn = [](const std::string& warning) { ADD_FAILURE() << warning; };
  const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
  const auto x = makeVector(standardProblems()[0].start);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, checked.lists, context);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  EXPECT_NEAR(at(x, 0), 1, 1e-4);
  EXPECT_EQ(checked.lists.sublist("General").sublist("Secant").get<std::string>("Type"), "Compact SR1");
}

TEST(RolDecks, StepsForConstraintsAreRefusedWithTheReason) {
  for (const std::string type : {"Augmented Lagrangian", "Fletcher", "Moreau-Yosida Penalty", "Moreau-Yosida",
                                 "Composite Step", "Primal Dual Active Set", "Interior Point",
                                 "Stabilized LCL", "Spectral Gradient", "Augmented Lagrangian 2", "iPiano"})
    EXPECT_NE(
        check(of(type, [](ParameterList&) {})).error.find("is a method of ROL for problems with constraints"),
        std::string::npos)
        << type;
}

TEST(RolDecks, NamesOfTypesAreReadAsRolReadsThem) {
  auto checked = check(of(" trust region", [](ParameterList&) {}));
  EXPECT_EQ(checked.error, "");
  EXPECT_EQ(checked.lists.sublist("Step").get<std::string>("Type"), "Trust Region");
}

TEST(RolDecks, ListsOfOtherClassesOfProblemsAreKnownAndUnused) {
  const auto checked = check(of("Trust Region", [](ParameterList& l) {
    l.sublist("Step").sublist("Augmented Lagrangian").set("Initial Penalty Parameter", 1);
    l.sublist("Step")
        .sublist("Trust Region")
        .sublist("Lin-More")
        .set("Maximum Number of Minor Iterations", 3);
    l.sublist("Step").sublist("Moreau-Yosida Penalty").set("Initial Penalty Parameter", "text");
  }));
  EXPECT_EQ(checked.error, "");
  ASSERT_EQ(checked.warnings.size(), 1u);
  EXPECT_NE(checked.warnings[0].find("This run does not read it."), std::string::npos) << checked.warnings[0];
}

TEST(RolDecks, NegativeTolerancesAreOffAsInRol) {
  for (const std::string type : {"Multilevel Trust Region", "Trust Region"}) {
    ParameterList lists;
    lists.sublist("Step").set("Type", type);
    lists.sublist("Status Test").set("Gradient Tolerance", -1.0).set("Step Tolerance", -1.0);
    lists.sublist("Status Test").set("Iteration Limit", 40);
    lists.sublist("General").set("Output Level", 0);
    const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
    const auto x = makeVector(standardProblems()[0].start);
    const auto algorithm = terrace::makeAlgorithm(hierarchy, lists);
    algorithm->run(*x, *(*hierarchy)[0].objective);
    EXPECT_EQ(algorithm->getState()->iter, 40) << type;
  }
}

TEST(RolDecks, WarningsReachTheReceiverOnce) {
  ParameterList lists;
  lists.sublist("General").set("Variable Objective Function", true).set("Output Level", 0);
  terrace::SolverContext<double> context;
  int warnings = 0;
  context.warn = [&warnings](const std::string&) { ++warnings; };
  const auto hierarchy = artificialHierarchy({standardProblems()[0].objective()}, 2);
  terrace::makeAlgorithm(hierarchy, lists, context);
  terrace::makeAlgorithm(hierarchy, lists, context);
  EXPECT_EQ(warnings, 1);
}
