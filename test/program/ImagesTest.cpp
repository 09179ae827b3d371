// A convolutional network of three stages on images: trained by the ladder, resumed, evaluated, predicted,
// embedded. On generated images; on real digits where they are.
#include "SurrogatePredictions.hpp"
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/Random.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

const std::string deck = std::string(TERRACE_SOURCE_DIR) + "/data/decks/images.xml";
const std::string digits = std::string(TERRACE_SOURCE_DIR) + "/../shared/data/digits.h5";

const std::string ladder = "--set Sampling/Type=Full --set \"Levels/Number of Levels=3\" ";
const std::string stochastic = "--set \"Levels/Number of Levels=2\" --set Sampling/Type=Dynamic --set "
                               "\"Sampling/Dynamic/Batch Size=32\" ";

std::string iterations(int limit) {
  return " --set \"Output/Checkpoint Every=1e-9\" --set \"Status Test/Work Limit=0\" --set \"Status "
         "Test/Iteration Limit=" +
         std::to_string(limit) + "\" ";
}

constexpr int height = 8, width = 12, channels = 2;

// Images with a bar that is upright, level or slanting, somewhere, in both channels, with noise.
terrace::dataset::Split bars(std::size_t samples, terrace::dataset::Random& random) {
  terrace::dataset::Split split;
  split.samples = samples;
  split.features = channels * height * width;
  for (std::size_t s = 0; s < samples; ++s) {
    const int label = static_cast<int>(s % 3);
    const int x0 = static_cast<int>(random.uniform() * width),
              y0 = static_cast<int>(random.uniform() * height);
    for (int c = 0; c < channels; ++c)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const bool on = label == 0 ? x == x0 : label == 1 ? y == y0 : (x - x0 == y - y0);
          split.inputs.push_back((on ? 1.0 : 0.0) + 0.3 * random.uniform());
        }
    split.labels.push_back(label);
  }
  return split;
}

terrace::dataset::Dataset barImages() {
  terrace::dataset::Random random(5, 0);
  terrace::dataset::Dataset data;
  data.inputShape = {channels, height, width};
  data.classes = 3;
  data.train = bars(300, random);
  data.test = bars(60, random);
  return data;
}

class Images : public ::testing::Test {
protected:
  Images() { terrace::dataset::write(data(), barImages()); }

  std::string data() const { return directory_.file("bars.h5"); }
  std::string run(const std::string& name) const { return directory_.file(name); }
  std::string command(const std::string& name, const std::string& options) const {
    return "train " + deck + " --set Data/File=" + data() + " --set \"Data/Training Samples=0\" --output " +
           run(name) + " " + options;
  }
  void train(const std::string& name, const std::string& options = "", int ranks = 1) const {
    const Outcome outcome = runProgram(command(name, options), ranks);
    ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  }
  // Kills a run after some rows and a checkpoint.
  void startAndKill(const std::string& name, const std::string& options) const {
    const std::string log = directory_.file("log"), checkpoint = run(name) + "/checkpoint.h5";
    const std::string start = std::string(TERRACE_PROGRAM) + " " + command(name, options) + " > " + log +
                              " 2>&1 & pid=$!; until grep -q '^ *3 ' " + log + " && [ -e " + checkpoint +
                              " ] || ! kill -0 $pid; do sleep 0.02; done; kill -KILL $pid; wait $pid";
    EXPECT_NE(std::system(start.c_str()), 0);
  }
  std::vector<double> column(const std::string& name, const std::string& of) const {
    return Hdf5File::open(run(name) + "/history.h5").read<double>(of).values;
  }

  TemporaryDirectory directory_;
};

} // namespace

TEST_F(Images, AreLearnedWithASolvedOutputLayerToTheSameBitsAndResumed) {
  const std::string solved =
      ladder + "\"Network/Output Layer=Solved\" \"Step/Multilevel Trust Region/Nested Cycles=3\" ";
  train("one", solved + iterations(4));
  train("two", solved + iterations(4), 2);
  train("resumed", solved + iterations(2));
  train("resumed", solved + iterations(4) + "--resume");
  EXPECT_EQ(column("one", "value"), column("two", "value"));
  EXPECT_EQ(column("one", "work"), column("two", "work"));
  EXPECT_EQ(column("one", "value"), column("resumed", "value"));
  EXPECT_GT(column("one", "test_accuracy").back(), 0.95);
}

TEST_F(Images, AreLearnedByTheLadderToTheSameBitsOnAnyNumberOfRanks) {
  train("one", ladder);
  for (const int ranks : {2, 3}) {
    train("some", ladder + "--force", ranks);
    EXPECT_EQ(column("one", "value"), column("some", "value")) << ranks;
    EXPECT_EQ(column("one", "work"), column("some", "work")) << ranks;
  }
  EXPECT_EQ(column("one", "level").front(), 2);
  EXPECT_LT(column("one", "value").back(), 0.2);
  EXPECT_GT(column("one", "test_accuracy").back(), 0.95);
}

TEST_F(Images, AreLearnedInSinglePrecisionBySymmetricBlocks) {
  train("symmetric",
        ladder + "--set Network/Block=Symmetric --set \"Network/Sweep Precision=Single\" --set \"Status "
                 "Test/Work Limit=100\"");
  EXPECT_LT(column("symmetric", "value").back(), 0.3);
}

TEST_F(Images, AreLearnedByBasicBlocksWithANormalisation) {
  train("basic",
        ladder + "--set Network/Block=Basic --set Network/Normalization=Group --set Network/Activation=ReLU");
  EXPECT_LT(column("basic", "value").back(), 0.3);
}

namespace {

const std::string ghostBatch =
    "--set Network/Block=Basic --set \"Network/Normalization=Ghost Batch\" --set Network/Activation=ReLU ";

} // namespace

// Two sample groups and 44 samples; coarse levels of two groups.
TEST_F(Images, AreLearnedWithGhostBatchesToTheSameBitsOnAnyNumberOfRanks) {
  const std::string options = ghostBatch + ladder + "\"Levels/Sample Fractions={1.0, 0.5, 0.5}\" ";
  train("one", options);
  for (const int ranks : {2, 3}) {
    train("some", options + "--force", ranks);
    EXPECT_EQ(column("one", "value"), column("some", "value")) << ranks;
    EXPECT_EQ(column("one", "test_accuracy"), column("some", "test_accuracy")) << ranks;
    const auto mean = [&](const std::string& name) {
      return Hdf5File::open(run(name) + "/model.h5")
          .read<double>("statistics/stage_2/block_0003/U_mean")
          .values;
    };
    EXPECT_EQ(mean("one"), mean("some")) << ranks;
  }
  EXPECT_EQ(column("one", "samples").front(), 256);
  EXPECT_LT(column("one", "value").back(), 0.3);
  EXPECT_GT(column("one", "test_accuracy").back(), 0.9);
}

TEST_F(Images, WithGhostBatchesAreResumedPredictedReportedAndExported) {
  const std::string options = ghostBatch + stochastic;
  train("whole", options + iterations(20));
  train("run", options + iterations(10));
  const std::string checkpoint = run("run") + "/checkpoint.h5";
  const Outcome unfinished = runProgram("evaluate " + checkpoint + " " + data());
  EXPECT_EQ(unfinished.status, 2);
  ASSERT_FALSE(unfinished.errors.empty());
  EXPECT_NE(unfinished.errors[0].find("not a checkpoint"), std::string::npos) << unfinished.errors[0];
  train("run", options + iterations(20) + " --resume", 2);
  EXPECT_EQ(column("run", "value"), column("whole", "value"));

  const std::string outputs = directory_.file("outputs.h5"), page = directory_.file("page.html");
  ASSERT_EQ(runProgram("predict " + run("run") + " " + data() + " " + outputs, 2).status, 0);
  expectPredictionsOfSurrogate(run("run") + "/model.h5", data(), outputs);
  EXPECT_EQ(runProgram("report " + run("run") + " --output " + page).status, 0);

  const Outcome evaluated = runProgram("evaluate " + run("run") + " " + data() + " --json");
  ASSERT_EQ(evaluated.status, 0);
  const auto json = nlohmann::json::parse(evaluated.output);
  const auto summary = nlohmann::json::parse(readFile(run("run") + "/summary.json"));
  EXPECT_EQ(json["test"]["accuracy"], summary["test_accuracy"]);
  EXPECT_GT(json["train"]["value"], json["train"]["loss"]);

  const std::string archive = directory_.file("model.npz"), back = directory_.file("back.h5");
  ASSERT_EQ(runProgram("export " + run("run") + " " + archive).status, 0);
  ASSERT_EQ(runProgram("import " + archive + " " + back).status, 0);
  expectPredictionsOfSurrogate(back, data(), outputs);

  const Outcome refused =
      runProgram("evaluate " + run("run") + " " + data() + " --gradient " + directory_.file("gradient.h5"));
  EXPECT_EQ(refused.status, 2);
  ASSERT_FALSE(refused.errors.empty());
  EXPECT_NE(refused.errors[0].find("Ghost Batch"), std::string::npos) << refused.errors[0];
}

// The ladder, and stochastic steps in the metric of stencils.
TEST_F(Images, AreResumedBitForBitAfterAKill) {
  for (const std::string& options : {ladder, stochastic}) {
    const std::string whole = options == ladder ? "ladder" : "stochastic", killed = whole + "-killed";
    train(whole, options + iterations(40));
    startAndKill(killed, options + iterations(1000));
    ASSERT_FALSE(fs::exists(run(killed) + "/summary.json")) << "the run ended before it was killed";
    train(killed, options + iterations(40) + " --resume", 2);
    EXPECT_EQ(column(killed, "value"), column(whole, "value"));
    EXPECT_EQ(column(killed, "work"), column(whole, "work"));
  }
}

TEST_F(Images, AreLearnedByStochasticStepsToTheSameBitsOnAnyNumberOfRanks) {
  train("one", stochastic + iterations(60));
  EXPECT_LT(column("one", "value").back(), 0.3 * column("one", "value").front());
  const auto samples = column("one", "samples");
  EXPECT_EQ(samples.front(), 32);
  for (const int ranks : {2, 3}) {
    train("some", stochastic + iterations(60) + " --force", ranks);
    EXPECT_EQ(column("one", "value"), column("some", "value")) << ranks;
  }
}

TEST_F(Images, PredictAndEvaluateAsTheEmbeddedSurrogate) {
  train("run", "--set \"Status Test/Work Limit=5\"");
  const std::string outputs = directory_.file("outputs.h5");
  EXPECT_EQ(runProgram("evaluate " + run("run") + "/model.h5 " + data()).status, 0);
  ASSERT_EQ(runProgram("predict " + run("run") + " " + data() + " " + outputs, 2).status, 0);
  const auto model = Hdf5File::open(run("run") + "/model.h5");
  EXPECT_EQ(model.read<double>("layers/stage_2/block_0003/W").shape, (std::vector<std::size_t>{8, 8, 3, 3}));

  expectPredictionsOfSurrogate(run("run") + "/model.h5", data(), outputs);
}

// One map a channel, kept for each input: what reads models knows of no channels.
TEST_F(Images, AreScaledByChannelToTheSameBitsOnAnyNumberOfRanksForAllThatUsesTheModel) {
  const std::string scaled =
      "--set \"Data/Input Normalization=Channel\" --set \"Status Test/Work Limit=4\" --set "
      "\"Data/Validation Share=0.2\" ";
  train("one", scaled);
  train("three", scaled, 3);
  EXPECT_EQ(column("one", "value"), column("three", "value"));
  const auto model = Hdf5File::open(run("one") + "/model.h5");
  const auto shift = model.read<double>("scaling/input_shift").values,
             scale = model.read<double>("scaling/input_scale").values;
  ASSERT_EQ(shift.size(), std::size_t{channels * height * width});
  for (std::size_t j = 1; j < shift.size(); ++j) {
    const bool isSameChannel = j != shift.size() / channels;
    EXPECT_EQ(shift[j] == shift[j - 1], isSameChannel) << j;
    EXPECT_EQ(scale[j] == scale[j - 1], isSameChannel) << j;
  }
  EXPECT_EQ(model.read<double>("scaling/input_shift").values,
            Hdf5File::open(run("three") + "/model.h5").read<double>("scaling/input_shift").values);
  EXPECT_EQ(runProgram("evaluate " + run("one") + "/model.h5 " + data()).status, 0);
  const std::string outputs = directory_.file("outputs.h5");
  ASSERT_EQ(runProgram("predict " + run("one") + " " + data() + " " + outputs, 2).status, 0);
  expectPredictionsOfSurrogate(run("one") + "/model.h5", data(), outputs);
}

TEST_F(Images, AreDrawnInAReportWithTheStencilsOfTheFirstLayer) {
  train("run", "--set \"Status Test/Work Limit=3\"");
  const std::string page = directory_.file("page.html");
  ASSERT_EQ(runProgram("report " + run("run") + " --output " + page).status, 0);
  const std::string text = readFile(page);
  EXPECT_NE(text.find("Worst predicted images"), std::string::npos);
  EXPECT_NE(text.find("Stencils of the first layer"), std::string::npos);
}

TEST_F(Images, OfTheWrongShapeAreRefusedWithTheirPlace) {
  const auto message = [&](const std::string& change) {
    const Outcome outcome = runProgram(command("no", "--set \"" + change + "\""));
    EXPECT_EQ(outcome.status, 2);
    EXPECT_FALSE(fs::exists(run("no")));
    return outcome.errors.empty() ? std::string() : outcome.errors[0];
  };
  EXPECT_NE(message("Network/Stages/Channels={4, 4, 4, 4}")
                .find("\"Blocks\" has 3 entries; expected one for each of the 4"),
            std::string::npos);
  EXPECT_NE(message("Network/Block=Basics").find("Basics"), std::string::npos);
  const std::string peaks = "Data/File=" + std::string(TERRACE_SOURCE_DIR) + "/data/peaks.h5";
  EXPECT_NE(message(peaks).find("is for images"), std::string::npos);
  EXPECT_NE(message(peaks + "\" \"Data/Input Normalization=Channel")
                .find("\"Input Normalization\" = \"Channel\" is for images, and the inputs are 2 numbers"),
            std::string::npos);
}

TEST_F(Images, LearnRealDigits) {
  if (!fs::exists(digits)) GTEST_SKIP() << digits << " is absent.";
  const Outcome outcome =
      runProgram("train " + deck + " --set Data/File=" + digits + " --set \"Data/Training Samples=0\" " +
                 ladder + "\"Network/Output Layer=Solved\" --output " + run("digits"));
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  EXPECT_GT(column("digits", "test_accuracy").back(), 0.95);
}
