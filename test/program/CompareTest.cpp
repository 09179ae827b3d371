// `terrace compare` from end to end: what it leaves, its robustness, continuing after an interruption.
#include "TrainedRun.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace terrace::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const std::string studyText = std::string("<ParameterList name=\"Small study\">") + smallSpiral + R"xml(
  <Parameter name="Seeds"   type="Array(int)"    value="{1, 2, 5}"/>
  <Parameter name="Targets" type="Array(double)" value="{0.7, 1e-3}"/>
  <ParameterList name="Solvers">
    <ParameterList name="two levels">
      <ParameterList name="Levels">
        <Parameter name="Number of Levels" type="int"           value="2"/>
        <Parameter name="Sample Fractions" type="Array(double)" value="{1.0, 0.5}"/>
        <Parameter name="Least Samples" type="int" value="1"/>
      </ParameterList>
    </ParameterList>
    <ParameterList name="Newton-CG">
      <ParameterList name="Network">
        <Parameter name="Hessian" type="string" value="Gauss-Newton"/>
      </ParameterList>
      <ParameterList name="Step">
        <Parameter name="Type" type="string" value="Line Search"/>
        <ParameterList name="Line Search">
          <ParameterList name="Descent Method">
            <Parameter name="Type" type="string" value="Newton-Krylov"/>
          </ParameterList>
        </ParameterList>
      </ParameterList>
    </ParameterList>
    <ParameterList name="diverging">
      <ParameterList name="Step">
        <Parameter name="Type" type="string" value="Stochastic Gradient"/>
        <ParameterList name="Stochastic Gradient">
          <Parameter name="Learning Rate" type="double" value="1e200"/>
        </ParameterList>
      </ParameterList>
    </ParameterList>
    <ParameterList name="Adam">
      <ParameterList name="Step">
        <Parameter name="Type" type="string" value="Adam"/>
        <ParameterList name="Adam">
          <Parameter name="Batch Size"    type="int"    value="20"/>
          <Parameter name="Learning Rate" type="double" value="0.01"/>
        </ParameterList>
      </ParameterList>
    </ParameterList>
  </ParameterList>
</ParameterList>
)xml";

// Numbers but no seconds, which are never the same.
json withoutSeconds(const json& value) {
  if (!value.is_structured()) return value;
  json result = value.is_array() ? json::array() : json::object();
  for (const auto& [key, item] : value.items()) {
    if (value.is_array()) {
      result.push_back(withoutSeconds(item));
    } else if (key.find("seconds") == std::string::npos) {
      result[key] = withoutSeconds(item);
    }
  }
  return result;
}

class Compare : public ::testing::Test {
protected:
  Compare() : study_(problem_.directory().write("study.xml", studyText)) {}

  std::string command(const std::string& directory, const std::string& options = "") const {
    return "compare " + study_ + " --output " + problem_.file(directory) + " " + options;
  }

  Outcome run(const std::string& directory, const std::string& options = "", int ranks = 1) const {
    const Outcome outcome = runProgram(command(directory, options), ranks);
    EXPECT_EQ(outcome.status, 0) << outcome.output << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return outcome;
  }

  json comparison(const std::string& directory) const {
    return json::parse(readFile(problem_.file(directory + "/comparison.json")), nullptr, false);
  }

  static json solver(const json& comparison, const std::string& name) {
    for (const auto& entry : comparison["solvers"])
      if (entry["name"] == name) return entry;
    return {};
  }

  void expectRejection(const std::string& arguments, const std::string& message) const {
    const Outcome outcome = runProgram(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    ASSERT_EQ(outcome.errors.size(), 1U) << arguments << '\n' << outcome.output;
    EXPECT_NE(outcome.errors[0].find(message), std::string::npos) << outcome.errors[0];
  }

  SmallProblem problem_;
  std::string study_;
};

} // namespace

TEST_F(Compare, LeavesTheComparisonAndARunDirectoryForEachRun) {
  const Outcome outcome = run("s");
  const json found = comparison("s");
  EXPECT_EQ(found["study"], "Small study");
  EXPECT_EQ(found["seeds"], json({1, 2, 5}));
  EXPECT_EQ(found["targets"], json({0.7, 1e-3}));
  ASSERT_EQ(found["solvers"].size(), 4U);
  for (const auto& entry : found["solvers"]) {
    ASSERT_EQ(entry["runs"].size(), 3U);
    for (const auto& row : entry["runs"]) {
      const std::string directory = problem_.file("s/") + row["directory"].get<std::string>();
      for (const auto* file : {"/deck.xml", "/history.h5", "/summary.json"})
        EXPECT_TRUE(fs::exists(directory + file)) << directory << file;
      EXPECT_EQ(fs::exists(directory + "/model.h5"), !row["failed"]);
    }
    EXPECT_NE(outcome.output.find(entry["name"].get<std::string>()), std::string::npos);
  }
  const json adam = solver(found, "Adam");
  for (const auto* key : {"status", "value", "work_units", "wall_seconds", "test_accuracy", "targets"})
    EXPECT_TRUE(adam.contains(key)) << key;
  EXPECT_EQ(adam["status"], "Work Limit of 20 units reached");
  std::vector<double> values, work;
  for (const auto& row : adam["runs"]) {
    values.push_back(row["value"]);
    work.push_back(row["targets"][0]["work_units"]);
    EXPECT_TRUE(row["targets"][1]["work_units"].is_null());
  }
  std::sort(values.begin(), values.end());
  std::sort(work.begin(), work.end());
  EXPECT_EQ(adam["value"], values[1]);
  EXPECT_EQ(adam["range"]["value"], json({values[0], values[2]}));
  EXPECT_EQ(adam["targets"][0]["work_units"], work[1]);
  EXPECT_TRUE(adam["targets"][1]["work_units"].is_null());
}

TEST_F(Compare, ItsRunsAreThoseOfTrain) {
  run("s", "--set Seeds=2");
  const std::string deck = problem_.file("s/runs/problem/Newton-CG/seed-2/deck.xml");
  ASSERT_EQ(runProgram("train " + deck + " --output " + problem_.file("alone")).status, 0);
  EXPECT_EQ(problem_.summary("alone")["value"], solver(comparison("s"), "Newton-CG")["value"]);
}

TEST_F(Compare, AFailingSolverIsARowWithItsReason) {
  run("s", "--set Seeds=1");
  const json diverging = solver(comparison("s"), "diverging");
  ASSERT_EQ(diverging["runs"].size(), 1U);
  EXPECT_EQ(diverging["runs"][0]["failed"], true);
  EXPECT_NE(diverging["runs"][0]["reason"].get<std::string>().find("not finite"), std::string::npos);
  EXPECT_TRUE(diverging["value"].is_null());
  EXPECT_EQ(diverging["status"].get<std::string>().rfind("Failed (1 of 1): ", 0), 0U);
  EXPECT_FALSE(solver(comparison("s"), "Adam")["value"].is_null());
}

TEST_F(Compare, ContinuesAfterItWasKilledAndEndsWithTheSameNumbers) {
  run("whole");
  const std::string killed = problem_.file("killed"), log = problem_.file("log");
  const std::string start = std::string(TERRACE_PROGRAM) + " " + command("killed") + " > " + log + " 2>&1";
  const std::string kill = start + " & pid=$!; until grep -q '^\\[5/' " + log +
                           " || ! kill -0 $pid; do sleep 0.02; done; kill -KILL $pid; wait $pid";
  EXPECT_NE(std::system(kill.c_str()), 0);
  EXPECT_FALSE(fs::exists(killed + "/comparison.json"));
  fs::create_directories(killed + "/runs/problem/Adam/seed-1.partial-1");
  const Outcome rest = run("killed");
  EXPECT_NE(rest.output.find("of 12 runs are there already."), std::string::npos);
  EXPECT_EQ(withoutSeconds(comparison("killed")), withoutSeconds(comparison("whole")));
  EXPECT_EQ(readFile(killed + "/study.xml"), readFile(problem_.file("whole/study.xml")));
  EXPECT_FALSE(fs::exists(killed + "/runs/problem/Adam/seed-1.partial-1"));
}

TEST_F(Compare, AnInterruptedRunIsDroppedAndMadeAgain) {
  const std::string log = problem_.file("log");
  const std::string endless = "--set Seeds=1 \"Status Test/Work Limit=0\" \"Status Test/Iteration Limit=0\""
                              " \"Status Test/Gradient Tolerance=0\" \"Status Test/Step Tolerance=0\"";
  // The first run has begun when SIGTERM (bit 15 of the mask of caught signals) has a handler.
  const std::string command = std::string(TERRACE_PROGRAM) + " " + this->command("s", endless) + " > " + log +
                              " 2>&1 & pid=$!; until [ $((0x$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "
                              "/proc/$pid/status) & 0x4000)) -ne 0 ] || ! kill -0 $pid; do sleep 0.02; done; "
                              "kill -TERM $pid; wait $pid";
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1) << readFile(log);
  EXPECT_NE(readFile(log).find("interrupted: 0 of 4 runs are in"), std::string::npos) << readFile(log);
  EXPECT_FALSE(fs::exists(problem_.file("s/comparison.json")));
  run("s", "--set Seeds=1");
}

TEST_F(Compare, MakesOnlyTheRunsWhoseDeckHasChangedUnlessForced) {
  run("s", "--set Seeds=1,2");
  const Outcome more = run("s", "--set Seeds=1,2,5");
  EXPECT_EQ(more.output.rfind("8 of 12 runs are there already.", 0), 0U) << more.output;
  const Outcome other = run("s", "--set Seeds=1 Network/Width=5");
  EXPECT_EQ(other.output.rfind("[1/4]", 0), 0U) << other.output;
  const Outcome forced = run("s", "--force --set Seeds=1 Network/Width=5");
  EXPECT_EQ(forced.output.rfind("[1/4]", 0), 0U) << forced.output;
  const std::string own = "compare " + problem_.file("s/study.xml") + " --output " + problem_.file("s");
  EXPECT_EQ(runProgram(own).output.rfind("4 of 4 runs are there already.", 0), 0U);
}

TEST_F(Compare, HasTheSameNumbersOnTwoRanks) {
  run("one", "--set Seeds=1");
  run("two", "--set Seeds=1", 2);
  EXPECT_EQ(withoutSeconds(comparison("two")), withoutSeconds(comparison("one")));
}

TEST_F(Compare, SeveralProblemsHaveAPerformanceProfile) {
  std::string text = studyText;
  text.insert(text.find("  <ParameterList name=\"Solvers\">"),
              "<ParameterList name='Problems'><ParameterList name='short'/><ParameterList name='long'>"
              "<ParameterList name='Network'><Parameter name='Final Time' type='double' value='4'/>"
              "</ParameterList></ParameterList></ParameterList>");
  problem_.directory().write("study.xml", text);
  const Outcome outcome = run("s", "--set Seeds=1");
  EXPECT_NE(outcome.output.find("Performance profile"), std::string::npos);
  const json found = comparison("s");
  EXPECT_EQ(found["problems"], json({"short", "long"}));
  EXPECT_EQ(found["profiles"]["work_units"]["instances"], 4);
  EXPECT_EQ(solver(found, "Adam")["results"].size(), 2U);
  EXPECT_TRUE(fs::exists(problem_.file("s/runs/long/Adam/seed-1/model.h5")));
}

TEST_F(Compare, WrongStudiesAndDirectoriesAreRefusedBeforeAnyRun) {
  expectRejection("compare " + problem_.deck(), "\"Solvers\" is missing");
  expectRejection(command("s", "--set Targets=0.5,0.5"), "\"Targets\" has 0.5 twice");
  expectRejection(command("s", "--set \"Data/Training Samples=10\""),
                  "study.xml: Solvers > diverging: Step > Stochastic Gradient: \"Batch Size\" = 32 is more "
                  "than the 10 samples");
  expectRejection(command("s", "--set Data/File=" + problem_.file("absent.h5")), "absent.h5");
  EXPECT_FALSE(fs::exists(problem_.file("s")));
  expectRejection(command("spiral.h5"), "spiral.h5: exists and is not a directory");
  expectRejection(command(""), "exists and is not a study directory");
  expectRejection(command("", "--force"), "exists and is not a study directory");
  fs::create_directory(problem_.file("runs"));
  expectRejection(command("", "--force"), "study.xml: would be overwritten");
  EXPECT_EQ(readFile(study_), studyText);
}
