// `terrace export`, `terrace import` and the initial guess from a file, from end to end.
#include "TrainedRun.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelFile.hpp>

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

#if defined(TERRACE_ONNX)
constexpr std::array<const char*, 2> formats{".onnx", ".npz"};
#else
constexpr std::array<const char*, 1> formats{".npz"};
#endif

class ExchangeProgram : public ::testing::Test {
protected:
  ExchangeProgram() { EXPECT_EQ(problem_.train("run").status, 0); }

  std::string file(const std::string& name) const { return problem_.file(name); }

  void succeed(const std::string& arguments) const {
    const Outcome outcome = runProgram(arguments);
    ASSERT_EQ(outcome.status, 0) << arguments << (outcome.errors.empty() ? "" : ": " + outcome.errors[0]);
  }

  void expectRefusal(const std::string& arguments, const std::string& message) const {
    const Outcome outcome = runProgram(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    ASSERT_EQ(outcome.errors.size(), 1U) << arguments;
    EXPECT_NE(outcome.errors[0].find(message), std::string::npos) << outcome.errors[0];
  }

  std::vector<double> predictions(const std::string& model) const {
    succeed("predict " + model + " " + problem_.data() + " " + file("outputs.h5"));
    return Hdf5File::open(file("outputs.h5")).read<double>("outputs").values;
  }

  static std::string from(const std::string& guess, const std::string& options = "") {
    return "--set \"Network/Initial Guess/Type=File\" --set \"Network/Initial Guess/File=" + guess + "\" " +
           options;
  }
  // Ends before its first step.
  static std::string atOnce() { return "--set \"Status Test/Gradient Tolerance=1e6\""; }

  double value(const std::string& run) const { return problem_.summary(run)["value"]; }

  SmallProblem problem_;
};

} // namespace

TEST_F(ExchangeProgram, GivesTheSamePredictionsAfterAWayThroughEachFormat) {
  const auto expected = predictions(file("run"));
  for (const char* format : formats) {
    succeed("export " + file("run") + " " + file("network") + format);
    succeed("import " + file("network") + format + " " + file("back.h5"));
    EXPECT_EQ(predictions(file("back.h5")), expected) << format;
  }
}

TEST_F(ExchangeProgram, WritesThePyTorchModuleBesideTheArchive) {
  const Outcome outcome = runProgram("export " + file("run") + " " + file("network.npz"));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.output.find("network.py: a PyTorch module"), std::string::npos) << outcome.output;
  EXPECT_TRUE(fs::exists(file("network.py")));
}

TEST_F(ExchangeProgram, NamesTheFunctionOfAHeaderAfterItsFile) {
  const Outcome outcome =
      runProgram("export " + file("run") + " " + file("2nd-net.h") + " --precision single");
  EXPECT_NE(outcome.output.find("void _2nd_net(const float x[2], float y[2])"), std::string::npos)
      << outcome.output;
}

TEST_F(ExchangeProgram, RefusesFilesThatSayNoFormatAndItsOwnInput) {
  expectRefusal("export " + file("run") + " " + file("network.pb"),
                "network.pb: the ending of its name is not a format; expected .onnx, .npz or .h");
  succeed("export " + file("run") + " " + file("network.npz"));
  expectRefusal("export " + file("network.npz") + " " + file("network.npz"), "is an input of this command");
}

TEST_F(ExchangeProgram, RefusesOnnxFilesThatAreNoneOrThatItWasBuiltWithout) {
  problem_.directory().write("text.onnx", "no network");
#if defined(TERRACE_ONNX)
  expectRefusal("import " + file("text.onnx") + " " + file("model.h5"), "text.onnx: is not an ONNX model");
#else
  expectRefusal("import " + file("text.onnx") + " " + file("model.h5"), "was built without ONNX");
  expectRefusal("export " + file("run") + " " + file("network.onnx"), "was built without ONNX");
  EXPECT_FALSE(fs::exists(file("network.onnx")));
#endif
  EXPECT_FALSE(fs::exists(file("model.h5")));
}

TEST_F(ExchangeProgram, RefusesWhatIsNoNetwork) {
  expectRefusal("import " + problem_.data() + " " + file("model.h5"), "is not a model file");
  expectRefusal("import " + file("missing.onnx") + " " + file("model.h5"), "missing.onnx: cannot be opened");
}

TEST_F(ExchangeProgram, StartsATrainingFromAModelAtItsValue) {
  ASSERT_EQ(problem_.train("start", from(file("run"), atOnce())).status, 0);
  EXPECT_EQ(value("start"), value("run"));
}

TEST_F(ExchangeProgram, StartsATrainingFromOtherFormatsOnAnyNumberOfRanks) {
  for (const std::string format : formats)
    for (const int ranks : {1, 3}) {
      const std::string name = "start" + std::to_string(ranks) + format;
      succeed("export " + file("run") + " " + file("network") + format);
      ASSERT_EQ(problem_.train(name, from(file("network") + format, atOnce()), ranks).status, 0);
      EXPECT_EQ(value(name), value("run")) << name;
    }
}

TEST_F(ExchangeProgram, StartsDeeperAndShallowerNetworksNearTheModel) {
  for (const char* blocks : {"4", "16"}) {
    const std::string depth = std::string(" --set Network/Blocks=") + blocks;
    ASSERT_EQ(problem_.train("start", from(file("run"), atOnce()) + depth).status, 0);
    ASSERT_EQ(problem_.train("random", atOnce() + depth).status, 0);
    EXPECT_LT(std::abs(value("start") - value("run")), 0.2 * std::abs(value("random") - value("run")))
        << blocks;
    fs::remove_all(file("start"));
    fs::remove_all(file("random"));
  }
}

TEST_F(ExchangeProgram, SaysWhatAnInitialGuessDiffersIn) {
  const auto refuse = [&](const std::string& options, const std::string& message) {
    expectRefusal("train " + problem_.deck() + " --output " + file("other") + " " +
                      from(file("run"), options),
                  message);
  };
  refuse("--set Network/Width=6", "has in its stage states of 4 and the deck's has 6");
  refuse("--set Network/Blocks=12", "has 8 blocks in its stage and the deck's has 12; expected a multiple");
  refuse("--set Network/Activation=ReLU", "has the activation Tanh and the deck's has ReLU");
  refuse("--set \"Network/Final Time=3\"", "has in its stage the final time 2 and the deck's has 3");
  expectRefusal("train " + problem_.deck() + " --set \"Network/Initial Guess/Type=File\"",
                "Network > Initial Guess: \"File\" is missing");
  expectRefusal("train " + problem_.deck() + " --set \"Network/Initial Guess/File=run\"",
                "expected \"Type\" = \"File\"");
}

TEST_F(ExchangeProgram, TakesTheMapsOfColumnsThatAreAutomaticFromTheFile) {
  ASSERT_EQ(problem_.train("scaled", "--set \"Data/Input Normalization=Standard\"").status, 0);
  ASSERT_EQ(problem_.train("start", from(file("scaled"), atOnce())).status, 0);
  const auto maps = [&](const std::string& run) {
    return terrace::model::readModelDescription(file(run) + "/model.h5").inputs;
  };
  EXPECT_FALSE(maps("scaled").isIdentity());
  EXPECT_EQ(maps("start").scale, maps("scaled").scale);
  EXPECT_EQ(value("start"), value("scaled"));
}

TEST_F(ExchangeProgram, IsNotResumedWithMapsOfAFileThatHasChanged) {
  ASSERT_EQ(problem_.train("scaled", "--set \"Data/Input Normalization=Standard\"").status, 0);
  fs::copy(file("scaled/model.h5"), file("guess.h5"));
  const std::string options = from(file("guess.h5"), "--set \"Output/Checkpoint Every=1e-9\"");
  ASSERT_EQ(problem_.train("start", options).status, 0);
  fs::copy(file("run/model.h5"), file("guess.h5"), fs::copy_options::overwrite_existing);
  expectRefusal("train " + problem_.deck() + " --resume --output " + file("start") + " " + options,
                "has other maps of data columns than this run would have");
}
