// A network of three dense stages, 32, 16 and 8 neurons wide: trained by the ladder, resumed, predicted,
// embedded. On a generated data set, and on real digits where they are.
#include "SurrogatePredictions.hpp"
#include "TrainedRun.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

const std::string digits = std::string(TERRACE_SOURCE_DIR) + "/../shared/data/digits.h5";
const std::string deck = std::string(TERRACE_SOURCE_DIR) + "/data/decks/stages.xml";

class Stages : public ::testing::Test {
protected:
  std::string run(const std::string& name) const { return problem_.file(name); }
  std::string command(const std::string& name, const std::string& data, const std::string& options) const {
    return "train " + deck + " --set Data/File=" + data + " --output " + run(name) + " " + options;
  }
  void train(const std::string& name, const std::string& options = "", int ranks = 1) const {
    train(name, problem_.data(), options, ranks);
  }
  void train(const std::string& name, const std::string& data, const std::string& options, int ranks) const {
    const Outcome outcome = runProgram(command(name, data, options), ranks);
    ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  }
  std::vector<double> column(const std::string& name, const std::string& of) const {
    return Hdf5File::open(run(name) + "/history.h5").read<double>(of).values;
  }

  SmallProblem problem_;
};

} // namespace

TEST_F(Stages, AreTrainedByTheLadderToTheSameBitsOnAnyNumberOfRanks) {
  train("one");
  train("three", "", 3);
  EXPECT_EQ(column("one", "value"), column("three", "value"));
  EXPECT_EQ(column("one", "work"), column("three", "work"));
  EXPECT_EQ(column("one", "level").front(), 2);
  EXPECT_LT(column("one", "value").back(), 0.5 * column("one", "value").front());
}

// Fitted to trajectories, and with listed depths. A fit needs some samples.
TEST_F(Stages, ClimbByTrajectoriesToTheSameBitsAndAreResumed) {
  const std::string spiral = std::string(TERRACE_SOURCE_DIR) + "/data/spiral.h5";
  const auto climb = [&](const std::string& name, int iterations, const std::string& options = "",
                         int ranks = 1) {
    train(name, spiral,
          "--set Levels/Prolongation=Trajectory \"Network/Stages/Widths={5, 4, 3}\" \"Levels/Depths={8, 2}\" "
          "\"Levels/Number of Levels=2\" \"Output/Checkpoint Every=0.0001\" \"Status Test/Work Limit=0\" "
          "\"Step/Multilevel Trust Region/Nested Cycles=9\" \"Status Test/Iteration Limit=" +
              std::to_string(iterations) + "\" " + options,
          ranks);
  };
  climb("one", 6);
  climb("two", 6, "", 2);
  climb("resumed", 2);
  climb("resumed", 6, "--resume");
  climb("interpolated", 6, "\"Levels/Prolongation=Piecewise Linear\"");
  EXPECT_EQ(column("one", "value"), column("two", "value"));
  EXPECT_EQ(column("one", "work"), column("resumed", "work"));
  EXPECT_EQ(column("one", "value"), column("resumed", "value"));
  EXPECT_NE(column("one", "value"), column("interpolated", "value"));
}

TEST_F(Stages, LearnRealDigits) {
  if (!fs::exists(digits)) GTEST_SKIP() << digits << " is absent.";
  train("digits", digits, "", 1);
  EXPECT_LT(column("digits", "value").back(), 0.02);
  EXPECT_GT(column("digits", "test_accuracy").back(), 0.95);
}

// The limit of iterations is no budget, which nested iteration would divide among the levels.
TEST_F(Stages, AreResumedOnTheLadderBitForBit) {
  const std::string often = " --set \"Output/Checkpoint Every=0.0001\" --set \"Status Test/Work Limit=0\"";
  train("whole", "--set \"Status Test/Iteration Limit=9\"" + often);
  train("resumed", "--set \"Status Test/Iteration Limit=4\"" + often);
  train("resumed", "--set \"Status Test/Iteration Limit=9\" --resume" + often, 2);
  EXPECT_EQ(column("resumed", "value"), column("whole", "value"));
  EXPECT_EQ(column("resumed", "level").front(), 2);
}

TEST_F(Stages, PredictAsTheEmbeddedSurrogate) {
  train("run", "--set \"Status Test/Work Limit=5\"");
  const std::string outputs = problem_.file("outputs.h5");
  ASSERT_EQ(runProgram("predict " + run("run") + " " + problem_.data() + " " + outputs, 2).status, 0);
  expectPredictionsOfSurrogate(run("run") + "/model.h5", problem_.data(), outputs);
}

TEST_F(Stages, OfWrongNumbersAreRefusedWithTheirPlace) {
  const auto message = [&](const std::string& change) {
    const Outcome outcome = runProgram(command("no", problem_.data(), "--set \"" + change + "\""));
    EXPECT_EQ(outcome.status, 2);
    EXPECT_FALSE(fs::exists(run("no")));
    return outcome.errors.empty() ? std::string() : outcome.errors[0];
  };
  EXPECT_NE(message("Network/Stages/Blocks={8, 8}")
                .find("\"Blocks\" has 2 entries; expected one for each of the 3"),
            std::string::npos);
  EXPECT_NE(message("Network/Stages/Widths={32, -1, 8}").find("\"Widths\" has the entry -1"),
            std::string::npos);
  EXPECT_NE(message("Network/Stages/Blocks={8, 6, 8}").find("stage 2 has 6 blocks, which cannot be divided"),
            std::string::npos);
}
