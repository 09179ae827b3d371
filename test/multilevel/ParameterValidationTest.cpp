#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_ParameterList.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

using Teuchos::ParameterList;

namespace {

std::string messageOf(const std::function<void(ParameterList&)>& change) {
  ParameterList list;
  change(list);
  try {
    terrace::checkParameters(list, *terrace::validSolverParameters());
  } catch (const terrace::ParameterError& error) {
    return error.what();
  }
  return "";
}

} // namespace

TEST(ParameterValidation, NamesTheNearestParameter) {
  EXPECT_EQ(messageOf([](ParameterList& l) {
              l.sublist("Step").sublist("Multilevel Trust Region").set("Cylce", "V");
            }),
            "Step > Multilevel Trust Region: \"Cylce\" is not a parameter. Did you mean \"Cycle\"?");
  EXPECT_EQ(messageOf([](ParameterList& l) { l.sublist("Setp"); }),
            "\"Setp\" is not a list. Did you mean \"Step\"?");
}

TEST(ParameterValidation, KnowsRolsParameters) {
  EXPECT_EQ(messageOf([](ParameterList& l) {
              l.sublist("Step").sublist("Trust Region").set("Intial Radius", 1.0);
            }),
            "Step > Trust Region: \"Intial Radius\" is not a parameter. Did you mean \"Initial Radius\"?");
  EXPECT_EQ(messageOf([](ParameterList& l) {
              l.sublist("Step").sublist("Line Search").set("Initial Step Size", 2);
            }),
            "");
}

// ROL takes an unknown name for its default.
TEST(ParameterValidation, KnowsTheNamesOfRolsEnumerations) {
  const auto solver = [](const std::string& name) {
    return messageOf(
        [&](ParameterList& l) { l.sublist("Step").sublist("Trust Region").set("Subproblem Solver", name); });
  };
  EXPECT_EQ(solver("Truncated CG"), "");
  EXPECT_EQ(solver("truncatedcg"), ""); // ROL compares without spaces and case
  EXPECT_NE(solver("Truncated GC").find("Did you mean \"Truncated CG\"?"), std::string::npos);
  EXPECT_NE(messageOf([](ParameterList& l) {
              l.sublist("Step").sublist("Line Search").sublist("Descent Method").set("Type", "Foo");
            }).find("expected one of"),
            std::string::npos);
}

TEST(ParameterValidation, NamesTypeAndRange) {
  const auto cycle = [](ParameterList& l) -> ParameterList& {
    return l.sublist("Step").sublist("Multilevel Trust Region");
  };
  EXPECT_EQ(messageOf([&](ParameterList& l) { cycle(l).set("Coarse Steps", 2.5); }),
            "Step > Multilevel Trust Region: \"Coarse Steps\" = 2.5 is a double; expected an int.");
  EXPECT_EQ(messageOf([&](ParameterList& l) { cycle(l).set("Coarse Steps", 0); }),
            "Step > Multilevel Trust Region: \"Coarse Steps\" = 0 is not valid; expected an int >= 1.");
  EXPECT_EQ(
      messageOf([&](ParameterList& l) { cycle(l).set("Criticality", 1.5); }),
      "Step > Multilevel Trust Region: \"Criticality\" = 1.5 is not valid; expected a double in [0, 1].");
  EXPECT_EQ(messageOf([&](ParameterList& l) { cycle(l).set("Initial Radius", 0.0); }),
            "Step > Multilevel Trust Region: \"Initial Radius\" = 0 is not valid; expected a double > 0.");
  EXPECT_EQ(
      messageOf([&](ParameterList& l) { cycle(l).set("Cycle", "v"); }),
      "Step > Multilevel Trust Region: \"Cycle\" = \"v\" is not valid; expected one of V, W, F. Did you mean "
      "\"V\"?");
  EXPECT_EQ(messageOf([](ParameterList& l) { l.set("Step", 1); }), "\"Step\" is an int; expected a list.");
}

TEST(ParameterValidation, TakesAnIntForADouble) {
  ParameterList list;
  list.sublist("Status Test").set("Work Limit", 100);
  terrace::checkParameters(list, *terrace::validSolverParameters());
  EXPECT_EQ(list.sublist("Status Test").get<double>("Work Limit"), 100.0);
}

// ROL's code and its list of valid parameters disagree on defaults, so only ours may be filled in.
TEST(ParameterValidation, FillsInOurDefaultsOnly) {
  ParameterList list;
  terrace::fillInDefaults(list, *terrace::solverDefaults());
  EXPECT_EQ(list.sublist("Step").sublist("Multilevel Trust Region").get<std::string>("Cycle"), "V");
  EXPECT_FALSE(list.sublist("Step").isSublist("Trust Region"));
}

TEST(ParameterValidation, FindsNoNameThatIsNear) {
  EXPECT_EQ(terrace::nearestName("Nonsense", {"Cycle", "Recursion"}), "");
  EXPECT_EQ(terrace::nearestName("cycle", {"Cycle", "Recursion"}), "Cycle");
}
