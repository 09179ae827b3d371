// `terrace train` from end to end: the run directory, its independence of the number of ranks, its safety.
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

double relativeDifference(double a, double b) {
  return std::abs(a - b) / std::abs(b);
}

std::size_t linesBeginning(const std::string& text, const std::string& beginning) {
  std::istringstream lines(text);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.rfind(beginning, 0) == 0 ? 1U : 0U;
  return count;
}

} // namespace

TEST(Train, LeavesTheFourFilesAndNothingElse) {
  const SmallProblem problem;
  problem.train("run");
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(problem.file("run")))
    names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"deck.xml", "history.h5", "model.h5", "summary.json"}));
  EXPECT_EQ(std::distance(fs::directory_iterator(problem.file("")), fs::directory_iterator()), 3);
}

TEST(Train, SummaryHasAllKeysAndSaysWhyTheRunEnded) {
  const SmallProblem problem;
  problem.train("run", "", 2);
  const auto summary = problem.summary("run");
  for (const auto* key : {"value", "gradient_norm", "train_accuracy", "test_accuracy", "iterations",
                          "work_units", "wall_seconds", "ranks", "status", "version"})
    EXPECT_TRUE(summary.contains(key)) << key;
  EXPECT_EQ(summary["ranks"], 2);
  EXPECT_EQ(summary["status"], "Work Limit of 20 units reached");
  EXPECT_GE(summary["work_units"], 20.0);
  EXPECT_LT(summary["value"], 0.7);
}

// 200 samples are two groups of 128, half of them one.
TEST(Train, SaysWhichLevelsLeaveRanksIdle) {
  const SmallProblem problem;
  const std::string few = "--set \"Status Test/Iteration Limit=1\" --force";
  const auto levelsOf = [&](int ranks) {
    const std::string output = problem.train("run", few, ranks).output;
    const auto begin = output.find("Levels:"), end = output.find('\n', begin);
    return output.substr(begin, end - begin);
  };
  EXPECT_EQ(levelsOf(1), "Levels:   0: 8 blocks, 200 samples, 1: 4 blocks, 100 samples");
  EXPECT_EQ(levelsOf(2), "Levels:   0: 8 blocks, 200 samples, 1: 4 blocks, 100 samples (1 of 2 ranks idle)");
  EXPECT_EQ(levelsOf(3), "Levels:   0: 8 blocks, 200 samples (1 of 3 ranks idle), "
                         "1: 4 blocks, 100 samples (2 of 3 ranks idle)");
}

TEST(Train, HistoryHasARowForEveryIteration) {
  const SmallProblem problem;
  problem.train("run");
  const Hdf5File history = Hdf5File::open(problem.file("run/history.h5"));
  const auto iterations = history.read<double>("iteration").values;
  for (const auto* column : {"cycle", "level", "value", "gradient_norm", "step_norm", "radius", "ratio",
                             "accepted", "samples", "work", "seconds", "train_accuracy", "test_accuracy"})
    EXPECT_EQ(history.shape(column), (std::vector<std::size_t>{iterations.size()})) << column;
  const auto summary = problem.summary("run");
  EXPECT_EQ(summary["iterations"], iterations.back());
  EXPECT_EQ(summary["work_units"], history.read<double>("work").values.back());
  EXPECT_EQ(history.read<double>("test_accuracy").values.back(), summary["test_accuracy"]);
}

TEST(Train, MetricsEveryLeavesTheOthersNaN) {
  const SmallProblem problem;
  problem.train("run", "--set \"Output/Metrics Every=2\"");
  const auto accuracy = Hdf5File::open(problem.file("run/history.h5")).read<double>("train_accuracy").values;
  ASSERT_GE(accuracy.size(), 3U);
  EXPECT_FALSE(std::isnan(accuracy[0]));
  EXPECT_TRUE(std::isnan(accuracy[1]));
  EXPECT_FALSE(std::isnan(accuracy[2]));
}

TEST(Train, ItsDeckTrainsToTheSameValueAgain) {
  const SmallProblem problem;
  problem.train("run", "--set Network/Width=5");
  const Outcome again =
      runProgram("train " + problem.file("run/deck.xml") + " --output " + problem.file("again"));
  ASSERT_EQ(again.status, 0);
  EXPECT_EQ(problem.summary("again")["value"], problem.summary("run")["value"]);
  EXPECT_EQ(readFile(problem.file("again/deck.xml")), readFile(problem.file("run/deck.xml")));
}

TEST(Train, IsTheSameRunOnOneTwoAndThreeRanks) {
  const SmallProblem problem;
  for (const int ranks : {1, 2, 3}) problem.train("ranks" + std::to_string(ranks), "", ranks);
  const double value = problem.summary("ranks1")["value"];
  for (const auto* run : {"ranks2", "ranks3"}) {
    EXPECT_LT(relativeDifference(problem.summary(run)["value"], value), 1e-6) << run;
    EXPECT_EQ(problem.summary(run)["iterations"], problem.summary("ranks1")["iterations"]);
  }
}

// Hundreds of steps on four levels amplify a difference in the last bit to one in the second digit.
TEST(Train, NestedIterationGivesTheSameBitsOnOneTwoAndThreeRanks) {
  const SmallProblem problem;
  const std::string deck = TERRACE_SOURCE_DIR "/data/decks/quickstart.xml";
  for (const int ranks : {1, 2, 3}) {
    const Outcome outcome = runProgram("train " + deck + " --set \"Status Test/Work Limit=25\" --output " +
                                           problem.file("bits" + std::to_string(ranks)),
                                       ranks);
    ASSERT_EQ(outcome.status, 0);
  }
  const auto expected = problem.summary("bits1");
  for (const auto* run : {"bits2", "bits3"})
    for (const auto* key : {"value", "gradient_norm", "test_accuracy", "iterations", "work_units"})
      EXPECT_EQ(problem.summary(run)[key], expected[key]) << run << ' ' << key;
}

TEST(Train, DynamicSamplingGivesTheSameBitsOnAnyNumberOfRanksAndTheValueOfAllSamples) {
  const SmallProblem problem;
  for (const std::string smoother : {"Secant", "Averaged"}) {
    const std::string dynamic = "--force --set Sampling/Type=Dynamic Sampling/Dynamic/Smoother=" + smoother +
                                " \"Sampling/Dynamic/Initial Samples=150\" "
                                "\"Sampling/Dynamic/Batch Size=128\" \"Sampling/Dynamic/Steps per Check=4\" "
                                "\"Status Test/Work Limit=12\" ";
    for (const int ranks : {1, 2, 3}) problem.train("ranks" + std::to_string(ranks), dynamic, ranks);
    const auto expected = problem.summary("ranks1");
    for (const auto* run : {"ranks2", "ranks3"})
      for (const auto* key : {"value", "gradient_norm", "test_accuracy", "iterations", "work_units"})
        EXPECT_EQ(problem.summary(run)[key], expected[key]) << smoother << ' ' << run << ' ' << key;
    const Outcome evaluated = runProgram("evaluate --json " + problem.file("ranks1") + " " + problem.data());
    EXPECT_NEAR(nlohmann::json::parse(evaluated.output)["train"]["value"].get<double>(),
                expected["value"].get<double>(), 1e-14);
  }
}

TEST(Train, StochasticMethodsGiveTheSameBitsOnOneTwoAndThreeRanks) {
  const SmallProblem problem;
  const std::string limits = " \"Status Test/Work Limit=5\" \"Levels/Number of Levels=1\"";
  for (const std::string type : {"Adam", "Stochastic Gradient"}) {
    for (const int ranks : {1, 2, 3})
      problem.train("ranks" + std::to_string(ranks), "--force --set \"Step/Type=" + type + "\"" + limits,
                    ranks);
    const auto expected = problem.summary("ranks1");
    EXPECT_EQ(expected["iterations"], 5) << type;
    EXPECT_NEAR(expected["work_units"], 5, 1e-9) << type;
    for (const auto* run : {"ranks2", "ranks3"})
      for (const auto* key : {"value", "gradient_norm", "test_accuracy", "iterations", "work_units"})
        EXPECT_EQ(problem.summary(run)[key], expected[key]) << type << ' ' << run << ' ' << key;
    problem.train("seed", "--force --set Data/Seed=2 \"Step/Type=" + type + "\"" + limits);
    EXPECT_NE(problem.summary("seed")["value"], expected["value"]) << type;
  }
}

TEST(Train, SweepsInSinglePrecisionReachNearlyTheSameValueOnAnyNumberOfRanks) {
  const SmallProblem problem;
  // On one level and for a few steps: training is chaotic.
  const std::string few = "--set \"Status Test/Iteration Limit=3\" \"Levels/Number of Levels=1\" ";
  problem.train("double", few);
  const std::string single = few + "\"Network/Sweep Precision=Single\"";
  for (const int ranks : {1, 2}) problem.train("single" + std::to_string(ranks), single, ranks);
  const double value = problem.summary("double")["value"];
  const double found = problem.summary("single1")["value"];
  EXPECT_LT(relativeDifference(found, value), 1e-5);
  EXPECT_NE(found, value);
  EXPECT_EQ(problem.summary("single2")["value"], found);
}

TEST(Train, ARunInSinglePrecisionSaysThatItHasReachedItsFloor) {
  const SmallProblem problem;
  problem.train("single", "--set \"Network/Sweep Precision=Single\" \"Levels/Number of Levels=1\" "
                          "\"Status Test/Work Limit=0\" \"Status Test/Iteration Limit=20000\" "
                          "\"Status Test/Gradient Tolerance=1e-12\"");
  const std::string status = problem.summary("single")["status"];
  EXPECT_NE(status.find("\"Sweep Precision\" = \"Double\""), std::string::npos) << status;
}

TEST(Train, XmlAndYamlGiveTheSameRun) {
  const TemporaryDirectory directory;
  for (const std::string type : {"xml", "yaml"}) {
    const std::string deck = std::string(TERRACE_SOURCE_DIR) + "/data/decks/quickstart." + type;
    const Outcome outcome = runProgram("train " + deck + " --output " + directory.file(type) +
                                       " --set \"Status Test/Work Limit=2\"");
    ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  }
  EXPECT_EQ(readFile(directory.file("xml/deck.xml")), readFile(directory.file("yaml/deck.xml")));
  const auto value = [&](const std::string& run) {
    return nlohmann::json::parse(readFile(directory.file(run) + "/summary.json"))["value"];
  };
  EXPECT_EQ(value("xml"), value("yaml"));
}

TEST(Train, RunsRolsOwnSolversFromTheirDecks) {
  const TemporaryDirectory directory;
  for (const std::string name :
       {"one-level", "rol-trust-region-lsr1", "rol-trust-region-lbfgs", "rol-line-search-lbfgs"}) {
    const std::string deck = std::string(TERRACE_SOURCE_DIR) + "/data/decks/" + name + ".xml";
    const Outcome outcome = runProgram("train " + deck + " --output " + directory.file(name) +
                                       " --set \"Status Test/Work Limit=8\" Network/Blocks=8");
    ASSERT_EQ(outcome.status, 0) << name << (outcome.errors.empty() ? "" : outcome.errors[0]);
    const auto values = Hdf5File::open(directory.file(name + "/history.h5")).read<double>("value").values;
    ASSERT_GE(values.size(), 2U) << name; // one cycle of Newton's smoother may cost all the work
    EXPECT_LT(values.back(), values.front()) << name;
  }
}

TEST(Train, ClimbsToADeepNetworkFromItsDeck) {
  const TemporaryDirectory directory;
  const Outcome outcome = runProgram(std::string("train ") + TERRACE_SOURCE_DIR +
                                     "/data/decks/deep.xml --output " + directory.file("run"));
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  const auto history = Hdf5File::open(directory.file("run/history.h5"));
  EXPECT_EQ(history.read<double>("level").values.front(), 3);
  EXPECT_LE(history.read<double>("value").values.back(), 0.02);
}

TEST(Train, RunsEveryCycleSmootherAndSamplingFromTheirDecks) {
  const TemporaryDirectory directory;
  for (const std::string name : {"cycle-v", "cycle-w", "cycle-f", "newton", "dynamic", "dynamic-secant"}) {
    const std::string deck = std::string(TERRACE_SOURCE_DIR) + "/data/decks/" + name + ".xml";
    const Outcome outcome = runProgram("train " + deck + " --output " + directory.file(name) +
                                       " --set \"Status Test/Work Limit=20\" Network/Blocks=16" +
                                       " \"Step/Multilevel Trust Region/Nested Iteration=false\"");
    ASSERT_EQ(outcome.status, 0) << name << (outcome.errors.empty() ? "" : outcome.errors[0]);
    const auto values = Hdf5File::open(directory.file(name + "/history.h5")).read<double>("value").values;
    ASSERT_GE(values.size(), 2U) << name; // one cycle of Newton's smoother may cost all the work
    EXPECT_LT(values.back(), values.front()) << name;
  }
}

TEST(Train, PrintsOneTableOnRankZero) {
  const SmallProblem problem;
  const Outcome outcome = problem.train("run", "", 2);
  EXPECT_EQ(linesBeginning(outcome.output, "Status:"), 1U);
  EXPECT_EQ(linesBeginning(outcome.output, "     0 "), 1U);
  EXPECT_EQ(outcome.output.find('\x1b'), std::string::npos) << "no progress line in a file";
  EXPECT_TRUE(problem.train("silent", "--set \"General/Output Level=0\"").output.empty());
}

TEST(Train, KeepsAnExistingRunUnlessForced) {
  const SmallProblem problem;
  problem.train("run");
  const auto before = readFile(problem.file("run/summary.json"));
  const std::string again =
      "train " + problem.deck() + " --output " + problem.file("run") + " --set Network/Width=5";
  for (const int ranks : {1, 2}) {
    const Outcome refused = runProgram(again, ranks);
    EXPECT_EQ(refused.status, 2);
    ASSERT_EQ(refused.errors.size(), 1U);
    EXPECT_NE(refused.errors[0].find("--force replaces a run directory"), std::string::npos);
  }
  EXPECT_EQ(runProgram(again + " --force --set Network/Activation=Sine").status, 2);
  EXPECT_EQ(readFile(problem.file("run/summary.json")), before);
  EXPECT_EQ(runProgram(again + " --force").status, 0);
  EXPECT_NE(readFile(problem.file("run/summary.json")), before);
}

TEST(Train, ForceKeepsWhatOthersPutIntoTheRunDirectory) {
  const SmallProblem problem;
  problem.train("run");
  std::ofstream(problem.file("run/notes.txt")) << "mine";
  problem.train("run", "--force");
  EXPECT_EQ(readFile(problem.file("run/notes.txt")), "mine");
}

TEST(Train, AnInterruptedRunKeepsWhatItReached) {
  const SmallProblem problem;
  const std::string run = problem.file("run"), log = problem.file("log");
  const std::string command = std::string(TERRACE_PROGRAM) + " train " + problem.deck() + " --output " + run +
                              " --set \"Status Test/Work Limit=0\" \"Status Test/Iteration Limit=0\""
                              " \"Status Test/Gradient Tolerance=0\" \"Status Test/Step Tolerance=0\" > " +
                              log + " 2>&1 & pid=$!; until grep -q '^ *3 ' " + log +
                              " || ! kill -0 $pid; do sleep 0.05; done; kill -TERM $pid; wait $pid";
  const int result = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(result), 1) << readFile(log);
  EXPECT_EQ(problem.summary("run")["status"], "Interrupted");
  EXPECT_TRUE(fs::exists(run + "/model.h5"));
}

TEST(Train, RegressionReportsRelativeErrors) {
  using namespace terrace::dataset;
  const SmallProblem problem;
  Dataset data;
  data.task = Task::Regression;
  data.inputShape = {1};
  for (Split* split : {&data.train, &data.test}) {
    split->samples = 40;
    split->features = split->outputs = 1;
    for (int i = 0; i < 40; ++i) {
      split->inputs.push_back(i / 20.0 - 1);
      split->targets.push_back(std::sin(3 * split->inputs.back()));
    }
  }
  write(problem.file("sine.h5"), data);
  const std::string onSine = "--set Data/File=" + problem.file("sine.h5");
  problem.train("run", onSine + " --set \"Network/Loss=Least Squares\" \"Status Test/Work Limit=100\"", 2);
  const auto summary = problem.summary("run");
  EXPECT_FALSE(summary.contains("train_accuracy"));
  EXPECT_LT(summary["train_error"], 0.2);
  EXPECT_NEAR(summary["test_error"], summary["train_error"], 1e-12);
  EXPECT_TRUE(Hdf5File::open(problem.file("run/history.h5")).exists("test_error"));
  const Outcome refused =
      runProgram("train " + problem.deck() + " --output " + problem.file("no") + " " + onSine);
  EXPECT_EQ(refused.status, 2);
}
