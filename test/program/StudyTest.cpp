#include "compare/Study.hpp"

#include "TemporaryDirectory.hpp"
#include "deck/ParameterFile.hpp"

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <fstream>

using namespace terrace::program;
using terrace::test::TemporaryDirectory;

namespace {

const std::string data =
    "<ParameterList name='Data'><Parameter name='File' type='string' value='d.h5'/></ParameterList>";
const std::string targets = "<Parameter name='Targets' type='Array(double)' value='{0.1, 0.5}'/>";
const std::string adam =
    "<ParameterList name='Adam'><ParameterList name='Step'>"
    "<Parameter name='Type' type='string' value='Adam'/></ParameterList></ParameterList>";
const std::string trustRegion = "<ParameterList name='ours'/>";

std::string list(const std::string& name, const std::string& content) {
  return "<ParameterList name='" + name + "'>" + content + "</ParameterList>";
}

class StudyReading : public ::testing::Test {
protected:
  Study read(const std::string& text, const std::string& name = "study.xml",
             const std::vector<std::string>& assignments = {}) {
    directory_.write(name, text);
    return Study::read(directory_.file(name), assignments, *Tpetra::getDefaultComm());
  }

  // The message of the error without the file's name.
  std::string errorOf(const std::string& content, const std::string& name = "study.xml") {
    try {
      read(name == "study.xml" ? list("", content) : content, name);
    } catch (const std::invalid_argument& error) {
      const std::string message = error.what(), prefix = directory_.file(name) + ": ";
      EXPECT_EQ(message.rfind(prefix, 0), 0U) << message;
      return message.substr(std::min(prefix.size(), message.size()));
    }
    return "no error";
  }

  TemporaryDirectory directory_;
};

} // namespace

TEST_F(StudyReading, MakesADeckForEachProblemSolverAndSeed) {
  const Study study =
      read(list("Two", data + targets + list("Solvers", trustRegion + adam) +
                           "<Parameter name='Seeds' type='Array(int)' value='{3, 4}'/>" +
                           list("Problems", list("wide", list("Network", "<Parameter name='Width' type='int' "
                                                                         "value='16'/>")) +
                                                list("other", data + "<Parameter name='Targets' "
                                                                     "type='Array(double)' value='{2}'/>"))));
  EXPECT_EQ(study.name(), "Two");
  ASSERT_EQ(study.problems().size(), 2U);
  EXPECT_EQ(study.problems()[0].targets, (std::vector<double>{0.5, 0.1}));
  EXPECT_EQ(study.problems()[1].targets, (std::vector<double>{2}));
  ASSERT_EQ(study.solvers().size(), 2U);
  const Deck deck = study.deck(study.problems()[0], study.solvers()[1], 4);
  EXPECT_EQ(deck.list("Network").get<int>("Width"), 16);
  EXPECT_EQ(deck.list("Network").sublist("Initial Guess").get<int>("Seed"), 4);
  EXPECT_EQ(deck.list("Data").get<int>("Seed"), 4);
  EXPECT_EQ(deck.list("Data").get<std::string>("File"), directory_.file("d.h5"));
  EXPECT_EQ(deck.list("Step").get<std::string>("Type"), "Adam");
  EXPECT_EQ(study.deck(study.problems()[1], study.solvers()[0], 3).list("Network").get<int>("Width"), 8);
}

TEST_F(StudyReading, ItsXmlReadsBackToTheSameDecks) {
  const Study study = read(list("s", data + targets + list("Solvers", trustRegion + adam)));
  const Study again = read(study.xml(), "again.xml");
  EXPECT_EQ(again.xml(), study.xml());
  for (std::size_t solver = 0; solver < 2; ++solver)
    EXPECT_EQ(again.deck(again.problems()[0], again.solvers()[solver], 1).xml(),
              study.deck(study.problems()[0], study.solvers()[solver], 1).xml());
}

TEST_F(StudyReading, YamlIsTheSameStudy) {
  const Study xml = read(list("s", data + targets + list("Solvers", trustRegion + adam)));
  const Study yaml = read("s:\n  Data: {File: d.h5}\n  Targets: [0.1, 0.5]\n"
                          "  Solvers:\n    ours: {}\n    Adam:\n      Step: {Type: Adam}\n",
                          "study.yaml");
  EXPECT_EQ(yaml.xml(), xml.xml());
}

TEST_F(StudyReading, TheStudiesOfTheProjectAreAccepted) {
  for (const std::string file :
       {"/examples/solver_comparison/spiral-and-peaks.xml", "/test/benchmark/peaks-and-digits.xml"}) {
    const Study study = Study::read(TERRACE_SOURCE_DIR + file, {}, *Tpetra::getDefaultComm());
    EXPECT_EQ(study.problems().size(), 2U) << file;
    EXPECT_GE(study.solvers().size(), 6U) << file;
  }
}

TEST_F(StudyReading, SetChangesWhatAllRunsShare) {
  const Study study = read(list("s", data + targets + list("Solvers", trustRegion)), "study.xml",
                           {"Network/Width=5", "Seeds=7,8", "Targets=0.25"});
  EXPECT_EQ(study.deck(study.problems()[0], study.solvers()[0], 7).list("Network").get<int>("Width"), 5);
  EXPECT_EQ(study.seeds(), (std::vector<int>{7, 8}));
  EXPECT_EQ(study.problems()[0].targets, (std::vector<double>{0.25}));
}

TEST_F(StudyReading, MissingPartsAreNamed) {
  const std::string solvers = list("Solvers", trustRegion);
  EXPECT_EQ(errorOf(data + targets), "\"Solvers\" is missing or empty; expected a list for each solver.");
  EXPECT_EQ(errorOf(data + targets + list("Solvers", "")),
            "\"Solvers\" is missing or empty; expected a list for each solver.");
  EXPECT_NE(errorOf(data + solvers).find("\"Targets\" is missing; expected values of the loss"),
            std::string::npos);
  EXPECT_EQ(errorOf(data + solvers + "<Parameter name='Targets' type='Array(double)' value='{}'/>"),
            "\"Targets\" is empty; expected at least one value of the loss to be reached.");
  EXPECT_EQ(errorOf(targets + solvers),
            "Solvers > ours: Data: \"File\" is missing; it names the data set (HDF5).");
}

TEST_F(StudyReading, TwoSolversOfOneNameOrDirectoryAreRefused) {
  EXPECT_EQ(errorOf(data + targets + list("Solvers", adam + adam)), "Solvers: \"Adam\" is given twice.");
  EXPECT_EQ(errorOf(data + targets + list("Solvers", list("a b", "") + list("a/b", ""))),
            "Solvers: \"a b\" and \"a/b\" would share the directory a-b; rename one.");
  EXPECT_NE(errorOf(data + targets + list("Solvers", list("..", ""))).find("has no letter or digit"),
            std::string::npos);
  EXPECT_NE(errorOf("s:\n  Data: {File: d.h5}\n  Targets: [0.1]\n  Solvers:\n    Adam: {}\n    Adam: {}\n",
                    "study.yaml")
                .find("Adam"),
            std::string::npos);
}

TEST_F(StudyReading, WhatASolverOrProblemChangesIsChecked) {
  const auto solver = [&](const std::string& changes) {
    return errorOf(data + targets + list("Solvers", list("S", changes)));
  };
  EXPECT_NE(solver(list("Step", "<Parameter name='Type' type='string' value='Adm'/>"))
                .find("Solvers > S > Step: \"Type\" = \"Adm\" is not valid; expected one of"),
            std::string::npos);
  EXPECT_EQ(solver(list("Steps", "")), "Solvers > S: \"Steps\" is not a list. Did you mean \"Step\"?");
  EXPECT_EQ(solver(list("Step", list("Adam", "<Parameter name='Momentum' type='double' value='1'/>")))
                .rfind("Solvers > S > Step > Adam: \"Momentum\" is not a parameter.", 0),
            0U);
  EXPECT_EQ(errorOf(data + targets + list("Solvers", "<Parameter name='S' type='int' value='1'/>")),
            "Solvers: \"S\" is a parameter; expected lists, each with changes to the deck.");
  EXPECT_EQ(errorOf(data + targets + list("Solvers", trustRegion) +
                    list("Problems", list("P", "<Parameter name='Target' type='double' value='1'/>"))),
            "Problems > P: \"Target\" is not a parameter. Did you mean \"Targets\"?");
  EXPECT_EQ(errorOf(data + targets + list("Solver", trustRegion)),
            "\"Solver\" is not a list. Did you mean \"Solvers\"?");
}

TEST_F(StudyReading, SeedsAreDistinctAndNotNegative) {
  const auto seeds = [&](const std::string& values) {
    return errorOf(data + targets + list("Solvers", trustRegion) +
                   "<Parameter name='Seeds' type='Array(int)' value='" + values + "'/>");
  };
  EXPECT_EQ(seeds("{}"), "\"Seeds\" is empty; expected at least one.");
  EXPECT_EQ(seeds("{1, 1}"), "\"Seeds\" has 1 twice.");
  EXPECT_EQ(seeds("{-1}"), "\"Seeds\" has -1; expected none below 0.");
}

TEST_F(StudyReading, ChangesSharedParametersAndThoseOfOneSolverOrProblem) {
  const std::string text = list("", data + targets + list("Solvers", list("a/b", "") + adam));
  const Study study =
      read(text, "study.xml",
           {"Network/Width=5", "Solvers/Adam/Step/Adam/Beta1=0.8", "Solvers/a/b/Network/Blocks=3"});
  const auto& problem = study.problems().front();
  const Deck first = study.deck(problem, study.solvers()[0], 1),
             second = study.deck(problem, study.solvers()[1], 1);
  EXPECT_EQ(first.list("Network").get<int>("Width"), 5);
  EXPECT_EQ(first.list("Network").get<int>("Blocks"), 3);
  EXPECT_EQ(second.list("Step").sublist("Adam").get<double>("Beta1"), 0.8);
  EXPECT_NE(second.list("Network").get<int>("Blocks"), 3);
}

TEST_F(StudyReading, RefusesChangesThatAProblemOrSolverWouldOverride) {
  const std::string text = list("", data + targets + list("Solvers", trustRegion + adam));
  const auto errorOfSet = [&](const std::string& assignment) {
    try {
      read(text, "study.xml", {assignment});
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(
      errorOfSet("Step/Type=Line Search"),
      "--set \"Step/Type=Line Search\": Solvers > Adam has a value of its own, which counts there; change "
      "that by --set \"Solvers/Adam/Step/Type=Line Search\".");
  EXPECT_EQ(
      errorOfSet("Solvers/Adma/Step/Type=Adam"),
      "--set \"Solvers/Adma/Step/Type=Adam\": expected Solvers/NAME/PATH=VALUE with a NAME of the study: "
      "ours, Adam.");
  EXPECT_EQ(
      errorOfSet("Solvers/Adam/Network/Widht=3"),
      "Solvers > Adam: --set \"Network/Widht=3\": Network: \"Widht\" is not known. Did you mean \"Width\"?");
}
