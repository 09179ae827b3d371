// `terrace train --resume` from end to end: killed, interrupted and extended runs, checkpoints that do not
// fit.
#include "TrainedRun.hpp"
#include "run/checkpoint/DeckDifference.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cstdlib>
#include <filesystem>
#include <sys/wait.h>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

// Every run is longer than this.
const std::string keepsCheckpoint = " \"Output/Checkpoint Every=1e-9\" ";

std::string iterations(int limit) {
  return " --set \"Status Test/Work Limit=0\" \"Status Test/Iteration Limit=" + std::to_string(limit) + "\" ";
}

// Replaces an attribute of a file.
void writeText(const std::string& path, const std::string& attribute, const std::string& text) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, H5T_VARIABLE);
  H5Adelete(file, attribute.c_str());
  const hid_t made = H5Acreate2(file, attribute.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  const char* pointer = text.c_str();
  EXPECT_GE(H5Awrite(made, type, &pointer), 0);
  H5Aclose(made);
  H5Sclose(space);
  H5Tclose(type);
  H5Fclose(file);
}

class Resume : public ::testing::Test {
protected:
  Outcome resume(const std::string& run, const std::string& options, int ranks = 1) const {
    return runProgram("train " + problem_.deck() + " --resume --output " + problem_.file(run) + " " + options,
                      ranks);
  }

  void expectRefusal(const Outcome& outcome, const std::string& message) const {
    EXPECT_EQ(outcome.status, 2) << outcome.output;
    ASSERT_EQ(outcome.errors.size(), 1U) << message;
    EXPECT_NE(outcome.errors[0].find(message), std::string::npos)
        << "expected: " << message << "\nfound:    " << outcome.errors[0];
  }

  // Starts a run that does not end of itself, sends it a signal after its third row, and gives its exit
  // status.
  int startAndSignal(const std::string& run, const std::string& signal, const std::string& options) const {
    const std::string log = problem_.file("log");
    const std::string command =
        std::string(TERRACE_PROGRAM) + " train " + problem_.deck() + " --output " + problem_.file(run) +
        options + " > " + log + " 2>&1 & pid=$!; until grep -q '^ *3 ' " + log + " && [ -e " +
        problem_.file(run) + "/checkpoint.h5 -o " + signal +
        " = TERM ] || ! kill -0 $pid; do sleep 0.05; done; " + "kill -" + signal + " $pid; wait $pid";
    const int result = std::system(command.c_str());
    return WIFEXITED(result) ? WEXITSTATUS(result) : -1;
  }

  // All columns but the seconds.
  void expectSameHistory(const std::string& run, const std::string& expected) const {
    const auto a = Hdf5File::open(problem_.file(run + "/history.h5"));
    const auto b = Hdf5File::open(problem_.file(expected + "/history.h5"));
    for (const auto& column : b.members("/")) {
      if (column == "seconds") continue;
      EXPECT_EQ(a.read<double>(column).values, b.read<double>(column).values) << column;
    }
  }

  void expectSameResult(const std::string& run, const std::string& expected) const {
    for (const auto* key : {"value", "gradient_norm", "test_accuracy", "iterations", "work_units", "status"})
      EXPECT_EQ(problem_.summary(run)[key], problem_.summary(expected)[key]) << key;
  }

  SmallProblem problem_;
};

} // namespace

TEST_F(Resume, ExtendsARunToTheSameBitsAsALongerOneOnAnyNumberOfRanks) {
  problem_.train("whole", iterations(12));
  for (const int ranks : {1, 2, 3}) {
    problem_.train("parts", iterations(5) + keepsCheckpoint + " --force", ranks % 3 + 1);
    EXPECT_TRUE(fs::exists(problem_.file("parts/checkpoint.h5")));
    const Outcome outcome = resume("parts", iterations(12), ranks);
    ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
    EXPECT_NE(outcome.output.find("after iteration 5"), std::string::npos);
    expectSameResult("parts", "whole");
    expectSameHistory("parts", "whole");
    EXPECT_EQ(problem_.summary("parts")["resumptions"], 1);
    EXPECT_EQ(problem_.summary("parts")["ranks"], ranks);
  }
}

TEST_F(Resume, EndsAKilledNestedIterationAsIfNothingHadHappened) {
  const std::string nested = " --set \"Step/Multilevel Trust Region/Nested Iteration=true\" ";
  problem_.train("whole", nested);
  const std::string endless = nested +
                              " \"Status Test/Iteration Limit=0\" \"Status Test/Work Limit=0\" "
                              "\"Status Test/Gradient Tolerance=0\" \"Status Test/Step Tolerance=0\" "
                              "\"Step/Multilevel Trust Region/Nested Cycles=1000\"";
  EXPECT_EQ(startAndSignal("killed", "KILL", endless + keepsCheckpoint), 128 + 9);
  EXPECT_FALSE(fs::exists(problem_.file("killed/summary.json")));
  const std::string limits =
      " \"Status Test/Work Limit=60\" \"Step/Multilevel Trust Region/Nested Cycles=1000\"";
  const Outcome outcome = resume("killed", nested + limits);
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  const Hdf5File history = Hdf5File::open(problem_.file("killed/history.h5"));
  const auto rows = history.read<double>("iteration").values;
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], static_cast<double>(i)) << "no gap";
  EXPECT_EQ(problem_.summary("killed")["iterations"], rows.back());
  EXPECT_LT(problem_.summary("killed")["value"], problem_.summary("whole")["value"]) << "with more work";
  EXPECT_EQ(std::distance(fs::directory_iterator(problem_.file("")), fs::directory_iterator()), 5)
      << "deck, data, log and two runs: nothing is left of the killed process";
}

TEST_F(Resume, ContinuesAfterCtrlCToTheTarget) {
  const std::string endless = " --set \"Status Test/Iteration Limit=0\" \"Status Test/Work Limit=0\" "
                              "\"Status Test/Gradient Tolerance=0\" \"Status Test/Step Tolerance=0\"";
  EXPECT_EQ(startAndSignal("run", "TERM", endless), 1);
  EXPECT_EQ(problem_.summary("run")["status"], "Interrupted");
  const double reached = problem_.summary("run")["value"];
  const double work = problem_.summary("run")["work_units"];
  const Outcome outcome =
      resume("run", "--set \"Status Test/Target Value=0.5\" \"Status Test/Work Limit=500\"", 2);
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  EXPECT_LE(problem_.summary("run")["value"], std::min(reached, 0.5));
  EXPECT_GE(problem_.summary("run")["work_units"], work);
}

TEST_F(Resume, AnInterruptedRunWithHeldOutSamplesFailsToo) {
  const std::string endless = " --set \"Status Test/Iteration Limit=0\" \"Status Test/Work Limit=0\" "
                              "\"Status Test/Gradient Tolerance=0\" \"Status Test/Step Tolerance=0\" "
                              "\"Data/Validation Share=0.2\" \"Status Test/Patience=0\"";
  EXPECT_EQ(startAndSignal("run", "TERM", endless), 1);
  const std::string status = problem_.summary("run")["status"];
  EXPECT_EQ(status.rfind("Interrupted; the model is the iterate of least validation loss", 0), 0U) << status;
}

TEST_F(Resume, ContinuesInDoublePrecisionFromTheFloorOfSingle) {
  const std::string common = " \"Levels/Number of Levels=1\" \"Status Test/Work Limit=0\" "
                             "\"Status Test/Gradient Tolerance=1e-12\" \"Status Test/Iteration Limit=";
  problem_.train("run", "--set \"Network/Sweep Precision=Single\"" + common + "20000\"" + keepsCheckpoint);
  const double floor = problem_.summary("run")["value"];
  const int iterations = problem_.summary("run")["iterations"];
  const double work = problem_.summary("run")["work_units"];
  const std::string more = " --set \"Network/Sweep Precision=Double\"" + common;
  const Outcome outcome = resume("run", more + std::to_string(iterations + 50) + "\"" + keepsCheckpoint, 2);
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  EXPECT_EQ(problem_.summary("run")["iterations"], iterations + 50);
  EXPECT_LT(problem_.summary("run")["value"], floor);
  // One evaluation again, in double, and two steps a cycle.
  EXPECT_NEAR(problem_.summary("run")["work_units"].get<double>(), work + 101, 1e-9);
}

TEST_F(Resume, ContinuesWithEverySolver) {
  for (const std::string step : {"Adam", "Stochastic Gradient", "Trust Region", "Line Search"}) {
    const std::string type = " \"Step/Type=" + step + "\" \"Levels/Number of Levels=1\" ";
    problem_.train("run", iterations(3) + type + keepsCheckpoint + "--force");
    const double before = problem_.summary("run")["value"];
    ASSERT_EQ(resume("run", iterations(8) + type).status, 0) << step;
    EXPECT_LT(problem_.summary("run")["value"], before) << step;
    EXPECT_EQ(problem_.summary("run")["iterations"], 8) << step;
    const auto rows = Hdf5File::open(problem_.file("run/history.h5")).read<double>("iteration").values;
    EXPECT_EQ(rows, (std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8})) << step;
    if (step == "Trust Region" || step == "Line Search") continue;
    problem_.train("whole", iterations(8) + type + "--force");
    expectSameResult("run", "whole");
  }
}

TEST_F(Resume, KeepsTheBestValidatedIterateAndRelativeTolerances) {
  const std::string adam = " Step/Type=Adam \"Levels/Number of Levels=1\" \"Step/Adam/Learning Rate=1\" ";
  for (const std::string& solver : {std::string(), adam}) {
    const std::string options =
        solver + " \"Data/Validation Share=0.2\" \"Status Test/Use Relative Tolerances=true\" ";
    problem_.train("whole", iterations(12) + options + "--force");
    problem_.train("parts", iterations(5) + options + keepsCheckpoint + "--force");
    ASSERT_EQ(resume("parts", iterations(12) + options).status, 0) << solver;
    expectSameResult("parts", "whole");
    EXPECT_EQ(problem_.summary("parts")["validation_loss"], problem_.summary("whole")["validation_loss"]);
  }
}

TEST_F(Resume, TakesACheckpointForAModelToo) {
  const auto evaluated = [&](const std::string& model) {
    return runProgram("evaluate --json " + problem_.file(model) + " " + problem_.data()).output;
  };
  for (const std::string layer : {"Trained", "Solved"}) {
    problem_.train("run", iterations(4) + "\"Network/Loss=Least Squares\" \"Network/Output Layer=" + layer +
                              '"' + keepsCheckpoint + "--force");
    EXPECT_EQ(evaluated("run/checkpoint.h5"), evaluated("run/model.h5")) << layer;
  }
}

TEST_F(Resume, NeedsACheckpoint) {
  expectRefusal(resume("absent", ""), "absent: has no checkpoint.h5 to resume from");
  problem_.train("short");
  EXPECT_FALSE(fs::exists(problem_.file("short/checkpoint.h5"))) << "a short run leaves none";
  expectRefusal(resume("short", ""), "has no checkpoint.h5");
  expectRefusal(resume("short", "--force"), "--force and --resume");
}

TEST_F(Resume, RefusesAnotherDeckAnotherDataSetAndADamagedCheckpoint) {
  problem_.train("run", iterations(4) + keepsCheckpoint);
  const std::string file = problem_.file("run/checkpoint.h5");
  for (const int ranks : {1, 2}) {
    expectRefusal(resume("run", "--set Network/Width=5", ranks),
                  "checkpoint.h5: Network > Width is 4 in the checkpoint and 5 in the deck");
    expectRefusal(runProgram("train " + problem_.deck() + " --output " + problem_.file("run"), ranks),
                  "--resume continues the run in it");
  }
  ASSERT_EQ(
      runProgram("data make spiral " + problem_.file("other.h5") + " --train 200 --test 50 --seed 9").status,
      0);
  expectRefusal(resume("run", "--set Data/File=" + problem_.file("other.h5")), "had other bytes than");
  const auto before = readFile(problem_.file("run/summary.json"));
  fs::resize_file(file, fs::file_size(file) / 2);
  expectRefusal(resume("run", "", 2), "checkpoint.h5: cannot be opened; it is damaged, cut short");
  fs::copy_file(problem_.file("run/model.h5"), file, fs::copy_options::overwrite_existing);
  expectRefusal(resume("run", ""), "checkpoint.h5: is not a checkpoint");
  EXPECT_EQ(readFile(problem_.file("run/summary.json")), before);
}

TEST_F(Resume, ContinuesACheckpointOfAVersionWithFewerParameters) {
  problem_.train("whole", iterations(8));
  problem_.train("run", iterations(4) + keepsCheckpoint);
  const std::string file = problem_.file("run/checkpoint.h5");
  auto deck = Hdf5File::open(file).attribute<std::string>("/", "deck");
  const auto added = deck.find("<Parameter name=\"Prolongation\"");
  ASSERT_NE(added, std::string::npos);
  deck.erase(added, deck.find('\n', added) - added);
  writeText(file, "deck", deck);
  const Outcome outcome = resume("run", iterations(8), 2);
  EXPECT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  expectSameHistory("run", "whole");
}

TEST_F(Resume, ACheckpointThatCannotBeWrittenIsNoReasonToEndARun) {
  fs::create_directories(problem_.file("run/checkpoint.h5"));
  const Outcome outcome = runProgram("train " + problem_.deck() + " --force --output " +
                                     problem_.file("run") + iterations(3) + keepsCheckpoint);
  EXPECT_EQ(outcome.status, 0);
  ASSERT_FALSE(outcome.errors.empty());
  EXPECT_NE(outcome.errors[0].find("The run continues without it."), std::string::npos) << outcome.errors[0];
  EXPECT_EQ(problem_.summary("run")["iterations"], 3);
}

TEST(DeckDifference, NamesTheFirstEntryThatKeepsARunFromResuming) {
  using terrace::program::deckDifference;
  Teuchos::ParameterList kept;
  kept.sublist("Network").set("Width", 8);
  kept.sublist("Status Test").set("Work Limit", 10.0);
  kept.sublist("General").set("Output Level", 1);
  auto given = kept;
  given.sublist("Status Test").set("Work Limit", 20.0).set("Time Limit", 5.0);
  given.sublist("General").set("Output Level", 0);
  given.sublist("Network").set("Sweep Precision", "Single");
  EXPECT_EQ(deckDifference(kept, given), "");
  given.sublist("Network").set("Blocks", 4);
  EXPECT_EQ(deckDifference(kept, given), "Network > Blocks is not given in the checkpoint and 4 in the deck");
}
