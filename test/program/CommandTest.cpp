// Help, manual and data commands.
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace terrace::test;

namespace {

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

} // namespace

TEST(Help, ShowsAnArgumentOfSeveralWordsWithDots) {
  EXPECT_NE(runProgram("man --help").output.find("terrace man [OPTIONS] [COMMAND...]"), std::string::npos);
  EXPECT_NE(runProgram("report --help").output.find("terrace report [OPTIONS] DIR..."), std::string::npos);
}

TEST(Help, IsThereForEveryCommandWithAnExample) {
  for (const std::string command :
       {"train",           "compare",        "evaluate",  "predict",          "export",
        "import",          "history",        "report",    "parameters",       "data",
        "data info",       "data convert",   "data make", "data make spiral", "data make smiley",
        "data make peaks", "data make grid", "benchmark", "benchmark sweep",  "man",
        "completion"}) {
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
    EXPECT_GT(json.at("next_hessian_product_seconds"), 0);
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

TEST(Data, ConvertedTablesAreDataSetsThatTrainAndPredict) {
  const TemporaryDirectory directory;
  std::string table = "x,y,side\n";
  for (int i = 0; i < 60; ++i)
    table +=
        std::to_string(i - 30) + "e-1," + std::to_string(i % 7) + "e-1," + (i < 30 ? "left\n" : "right\n");
  const std::string text = directory.write("sides.csv", table), data = directory.file("new/sides.h5");
  const Outcome converted =
      runProgram("data convert " + text + " " + data + " --label side --test-share 0.25", 2);
  ASSERT_EQ(converted.status, 0) << (converted.errors.empty() ? "" : converted.errors[0]);
  EXPECT_NE(converted.output.find("train:  45 samples"), std::string::npos) << converted.output;
  const std::string deck = directory.write("deck.xml", runProgram("parameters --xml").output);
  ASSERT_EQ(runProgram("train " + deck + " --output " + directory.file("run") + " --set Data/File=" + data +
                       " \"Status Test/Work Limit=3\"")
                .status,
            0);
  const std::string inputs = directory.file("inputs.h5");
  ASSERT_EQ(runProgram("data convert " + text + " " + inputs + " --inputs x,y").status, 0);
  EXPECT_EQ(
      runProgram("predict " + directory.file("run") + " " + inputs + " " + directory.file("out.csv")).status,
      0);
}

TEST(Data, TablesThatCannotBeConvertedLeaveNothing) {
  const TemporaryDirectory directory;
  const std::string table = directory.write("t.csv", "x,y\n1,a\n2,b\nc,b\n"),
                    file = directory.file("new/t.h5");
  const auto expectRefusal = [&](const std::string& options, const std::string& message) {
    const Outcome outcome = runProgram("data convert " + table + " " + options);
    EXPECT_EQ(outcome.status, 2) << options;
    ASSERT_EQ(outcome.errors.size(), 1U) << options;
    EXPECT_NE(outcome.errors[0].find(message), std::string::npos) << outcome.errors[0];
  };
  expectRefusal(file + " --label y", "t.csv: line 4, column 1 (x): \"c\" is not a finite number.");
  expectRefusal(file + " --label y --targets x",
                "--label is for classification and --targets for regression");
  expectRefusal(file + " --label y --test-share 1", "--test-share: 1.000000 is not in [0, 1)");
  expectRefusal(file + " --label y --delimiter ab", "expected one character, or tab");
  expectRefusal(table + " --label y", "is an input of this command");
  EXPECT_FALSE(std::filesystem::exists(directory.file("new")));
}
