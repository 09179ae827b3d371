// Wrong command lines, decks and data sets: exit status 2, one line on standard error, nothing left behind.
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

/// A data set file whose parts can be spoilt before it is written.
struct RawDataset {
  std::vector<double> inputs = std::vector<double>(40, 0.5);
  std::vector<std::size_t> inputShape{20, 2};
  std::vector<int> labels = std::vector<int>(20, 1);
  std::vector<std::size_t> labelShape{20};
  bool hasLabels = true;
  bool hasTask = true;

  void write(const std::string& path) const {
    Hdf5File file = Hdf5File::create(path);
    if (hasTask) file.writeAttribute("/", "task", std::string("classification"));
    file.writeAttribute("/", "input_shape", std::vector<std::int64_t>{2});
    file.writeAttribute("/", "classes", 2);
    for (const std::string split : {"train", "test"}) {
      file.write(split + "/inputs", inputShape, inputs);
      if (hasLabels) file.write(split + "/labels", labelShape, labels);
    }
    file.close();
  }
};

class WrongInput : public ::testing::TestWithParam<int> {
protected:
  void expectRejection(const std::string& arguments, const std::string& message) {
    const Outcome outcome = runProgram(arguments, GetParam());
    EXPECT_EQ(outcome.status, 2) << arguments;
    ASSERT_EQ(outcome.errors.size(), 1U) << arguments << '\n' << outcome.output;
    EXPECT_EQ(outcome.errors[0].rfind("terrace: ", 0), 0U) << outcome.errors[0];
    EXPECT_NE(outcome.errors[0].find(message), std::string::npos)
        << "expected: " << message << "\nfound:    " << outcome.errors[0];
  }

  // Trains a deck with the given lists on the data set; it must be rejected and leave no run directory.
  void expectRejectedDeck(const std::string& lists, const std::string& message,
                          const std::string& options = "") {
    const std::string deck = directory_.write(
        "deck.xml",
        "<ParameterList><ParameterList name='Data'><Parameter name='File' type='string' value='data.h5'/>"
        "</ParameterList>" +
            lists + "</ParameterList>");
    if (!fs::exists(data_)) RawDataset().write(data_);
    expectRejectedTraining(deck + " " + options, message);
  }

  void expectRejectedData(const std::function<void(RawDataset&)>& spoil, const std::string& message) {
    RawDataset data;
    spoil(data);
    data.write(data_);
    expectRejectedDeck("", message);
    expectRejection("data info " + data_, message);
  }

  void expectRejectedTraining(const std::string& arguments, const std::string& message) {
    expectRejection("train " + arguments + " --output " + directory_.file("runs/run"), message);
    EXPECT_FALSE(fs::exists(directory_.file("runs"))) << message;
  }

  TemporaryDirectory directory_;
  std::string data_ = directory_.file("data.h5");
};

} // namespace

TEST_P(WrongInput, CommandLinesThatMakeNoSense) {
  expectRejection("", "a command is missing");
  expectRejection("trian deck.xml", "did you mean \"train\"?");
  expectRejection("data", "a command is missing: make, convert or info (see terrace data --help)");
  expectRejection("data maek", "\"data maek\" is not a command; did you mean \"data make\"?");
  expectRejection("data make spirla", "did you mean \"data make spiral\"? (see terrace data make --help)");
  expectRejection("evaluate model.h5 data.h5 --gradient ''", "--gradient: the name of the file is empty");
  expectRejection("train", "DECK is required (see terrace train --help)");
  expectRejection("train deck.xml --outptu x", "--outptu");
  expectRejection("data make spiral " + directory_.file("s.h5") + " --arms 0", "arms");
  expectRejection(
      "data make spiral " + directory_.file("s.h5") + " --train many",
      "--train: \"many\" is not a whole number of 0 or more (see terrace data make spiral --help)");
  expectRejection("data make spiral " + directory_.file("absent/") + "s.h5/", "s.h5");
  expectRejection("parameters Netwrok", "Did you mean \"Network\"?");
  expectRejection("benchmark sweep --width 8 --blocks 4", "--samples is required");
  expectRejection("benchmark sweep --width 0 --blocks 4 --samples 9", "--width: 0; expected a positive");
  expectRejection("benchmark sweep --width 8 --blocks 4 --samples 9 --scalar half",
                  "expected double or float");
}

TEST_P(WrongInput, DecksThatAreMissingOrMalformed) {
  expectRejectedTraining(directory_.file("absent.xml"), "absent.xml: cannot be read");
  expectRejectedTraining(directory_.write("a.xml", "<ParameterList>\n<Parameter\n</ParameterList>"),
                         "line 3");
  expectRejectedTraining(directory_.write("a.yaml", "deck:\n  Data: {File: d.h5\n"), "line");
}

TEST_P(WrongInput, StudiesAreNoDecks) {
  expectRejectedDeck("<ParameterList name='Solvers'/>", "is a study of several solvers");
}

TEST_P(WrongInput, DecksWithUnknownNames) {
  expectRejectedDeck(
      "<ParameterList name='Levels'><Parameter name='Prolongatoin' type='string' value='x'/></ParameterList>",
      "deck.xml: Levels: \"Prolongatoin\" is not a parameter. Did you mean \"Prolongation\"?");
  expectRejectedDeck("<ParameterList name='Step'><ParameterList name='Trust Regoin'/></ParameterList>",
                     "Step: \"Trust Regoin\" is not a list. Did you mean \"Trust Region\"?");
  expectRejectedDeck("", "Step > Multilevel Trust Region: \"Cylce\" is not known. Did you mean \"Cycle\"?",
                     "--set \"Step/Multilevel Trust Region/Cylce=F\"");
}

TEST_P(WrongInput, DecksWithWrongValues) {
  expectRejectedDeck("", "\"wide\" is not an int", "--set Network/Width=wide");
  expectRejectedDeck("", "Network: \"Width\" = -3 is not valid; expected an int >= 1",
                     "--set Network/Width=-3");
  expectRejectedDeck("", "expected one of", "--set Network/Activation=Sine");
  expectRejectedDeck("", "\"Blocks\" = 6 cannot be divided",
                     "--set Network/Blocks=6 \"Levels/Number of Levels=3\"");
  for (const std::string step : {"Line Search", "Adam"})
    expectRejectedDeck("", "Sampling: \"Type\" = \"Dynamic\" is for the step \"Multilevel Trust Region\"",
                       "--set Sampling/Type=Dynamic --set \"Step/Type=" + step + "\"");
  expectRejectedDeck("", "\"Training Samples\" = 21", "--set \"Data/Training Samples=21\"");
  expectRejectedDeck("", "Compact SR1",
                     "--set \"Step/Type=Line Search\" --set \"General/Secant/Type=Compact SR1\"");
}

TEST_P(WrongInput, DataSetsThatAreMissing) {
  expectRejectedDeck("", "absent.h5", "--set Data/File=" + directory_.file("absent.h5"));
  expectRejectedDeck("", "deck.xml", "--set Data/File=" + directory_.file("deck.xml"));
}

TEST_P(WrongInput, DataSetsWithMissingParts) {
  expectRejectedData([](RawDataset& data) { data.hasLabels = false; }, "train/labels");
  expectRejectedData([](RawDataset& data) { data.hasTask = false; }, "task");
}

TEST_P(WrongInput, DataSetsOfWrongShape) {
  expectRejectedData([](RawDataset& data) { data.inputShape = {40}; }, "train/inputs");
  expectRejectedData([](RawDataset& data) { data.inputShape = {10, 4}; }, "train/inputs");
  expectRejectedData(
      [](RawDataset& data) {
        data.labels.pop_back();
        data.labelShape = {19};
      },
      "train/labels");
}

TEST_P(WrongInput, DataSetsWithWrongValues) {
  expectRejectedData([](RawDataset& data) { data.labels[17] = data.labels[18] = 9; },
                     "train/labels: 2 of 20 labels are outside 0..1 (first: row 17, value 9)");
  expectRejectedData([](RawDataset& data) { data.inputs[7] = std::nan(""); }, "train/inputs");
  expectRejectedData([](RawDataset& data) { data.inputs[39] = std::numeric_limits<double>::infinity(); },
                     "train/inputs");
}

TEST_P(WrongInput, DataSetsWithoutSamples) {
  expectRejectedData(
      [](RawDataset& data) {
        data.inputs.clear();
        data.labels.clear();
        data.inputShape = {0, 2};
        data.labelShape = {0};
      },
      "train");
}

TEST_P(WrongInput, PlacesThatCannotBeWritten) {
  RawDataset().write(data_);
  const std::string deck = directory_.write(
      "deck.xml",
      "<ParameterList><ParameterList name='Data'><Parameter name='File' type='string' value='data.h5'/>"
      "</ParameterList></ParameterList>");
  expectRejection("train " + deck + " --output " + directory_.file("data.h5/run"),
                  "data.h5/run: cannot be made");
  expectRejection("train " + deck + " --output " + data_, "exists and is not a directory");
}

TEST_P(WrongInput, FilesThatAreNoModels) {
  RawDataset().write(data_);
  expectRejection("evaluate " + directory_.file("absent.h5") + " " + data_, "absent.h5");
  expectRejection("evaluate " + data_ + " " + data_, "data.h5: is not a model file");
  expectRejection("predict " + data_ + " " + data_ + " " + directory_.file("out.h5"),
                  "data.h5: is not a model file");
  EXPECT_FALSE(fs::exists(directory_.file("out.h5")));
}

INSTANTIATE_TEST_SUITE_P(Ranks, WrongInput, ::testing::Values(1, 2), ::testing::PrintToStringParamName());
