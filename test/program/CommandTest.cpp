// Help, manual and data commands.
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace terrace::test;

namespace {

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

} // namespace

TEST(Help, IsThereForEveryCommandWithAnExample) {
  for (const std::string command :
       {"train", "compare", "evaluate", "predict", "history", "report", "parameters", "data", "data info",
        "data make", "data make spiral", "data make smiley", "data make peaks",
        "data make diffusion-convection-reaction", "data make neutron-diffusion", "data make grid",
        "benchmark", "benchmark sweep"}) {
    const Outcome outcome = runProgram(command + " --help");
    EXPECT_EQ(outcome.status, 0) << command;
    EXPECT_TRUE(outcome.errors.empty()) << command;
    EXPECT_NE(outcome.output.find("Example"), std::string::npos) << command;
    EXPECT_NE(outcome.output.find("terrace " + command), std::string::npos) << command;
  }
}

TEST(Help, IsPrintedOnceOnSeveralRanks) {
  const Outcome outcome = runProgram("--help", 2);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(occurrences(outcome.output, "Usage:"), 1U);
  EXPECT_EQ(occurrences(outcome.output, "kokkos"), 0U);
}

TEST(Help, VersionIsOneLine) {
  const Outcome outcome = runProgram("--version");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output.rfind("terrace ", 0), 0U);
  EXPECT_EQ(occurrences(outcome.output, "\n"), 1U);
}

TEST(Parameters, FitIn100ColumnsAndNameEveryListOfOurs) {
  const Outcome outcome = runProgram("parameters");
  EXPECT_EQ(outcome.status, 0);
  std::istringstream lines(outcome.output);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  for (const auto* list :
       {"\nNetwork\n", "\nData\n", "\nLevels\n", "\nGeneral/Secant\n", "\nStep/Multilevel Trust Region\n",
        "\nSampling\n", "\nStatus Test\n", "\nOutput\n"})
    EXPECT_EQ(occurrences(outcome.output, list), 1U) << list;
  EXPECT_EQ(outcome.output.find("\nStep/Bundle\n"), std::string::npos) << "ROL's lists only with --all";
}

TEST(Parameters, RolsOwnAreShownWithAllOrByTheirList) {
  EXPECT_NE(runProgram("parameters --all").output.find("\nStep/Line Search\n"), std::string::npos);
  EXPECT_NE(runProgram("parameters \"step/line search\"").output.find("Sufficient Decrease Tolerance"),
            std::string::npos);
}

TEST(Parameters, AsXmlAreADeckThatTrains) {
  const TemporaryDirectory directory;
  const std::string data = directory.file("spiral.h5");
  ASSERT_EQ(runProgram("data make spiral " + data + " --train 40 --test 10").status, 0);
  const std::string deck = directory.write("deck.xml", runProgram("parameters --xml").output);
  const Outcome outcome = runProgram("train " + deck + " --output " + directory.file("run") +
                                     " --set Data/File=" + data + " \"Status Test/Work Limit=3\"");
  EXPECT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
}

TEST(Benchmark, OfSweepsIsOneLineOfJsonOnAnyNumberOfRanks) {
  for (const int ranks : {1, 2}) {
    const Outcome outcome =
        runProgram("benchmark sweep --width 4 --blocks 2 --samples 200 --scalar float", ranks);
    ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
    EXPECT_EQ(occurrences(outcome.output, "\n"), 1U);
    const auto json = nlohmann::json::parse(outcome.output);
    EXPECT_EQ(json.at("ranks"), ranks);
    EXPECT_EQ(json.at("scalar"), "float");
    const double seconds = json.at("seconds");
    EXPECT_GT(seconds, 0);
    EXPECT_NEAR(json.at("sample_layers_per_second").get<double>(), 2 * 200 / seconds, 1e-6 / seconds);
    EXPECT_GT(json.at("value_seconds"), 0);
    EXPECT_GT(json.at("hessian_product_seconds"), 0);
  }
}

TEST(Data, GeneratedSetsAreWhatTheOptionsSay) {
  const TemporaryDirectory directory;
  const std::string file = directory.file("new/folder/spiral.h5");
  const Outcome outcome =
      runProgram("data make spiral " + file + " --arms 3 --train 30 --test 9 --noise 0 --seed 5", 2);
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  EXPECT_EQ(occurrences(outcome.output, "classification, 2 inputs (2), 3 classes"), 1U) << outcome.output;
  const auto description = terrace::dataset::readDescription(file);
  EXPECT_EQ(description.classes, 3);
  EXPECT_EQ(description.trainSamples, 30U);
  EXPECT_EQ(description.testSamples, 9U);
  EXPECT_NE(runProgram("data info " + file).output.find("30 samples"), std::string::npos);
}
