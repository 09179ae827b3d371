// Regression from end to end: units, errors, early stopping, surrogates of model files.
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/SurrogateFile.hpp>

#include <Kokkos_Core.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>

using namespace terrace::test;
using namespace terrace::dataset;

namespace {

constexpr int samples = 300;

// Two outputs in units of their own, of inputs far from 0; \p noise is added to the targets.
Split makeSplit(int seed, double noise) {
  Split split;
  split.samples = samples;
  split.features = split.outputs = 2;
  unsigned state = static_cast<unsigned>(seed);
  const auto uniform = [&state] {
    state = state * 1664525U + 1013904223U;
    return 2.0 * (state >> 8) / 16777216.0 - 1;
  };
  for (int i = 0; i < samples; ++i) {
    const double a = uniform(), b = uniform();
    split.inputs.insert(split.inputs.end(), {1e4 + 3 * a, 2e-3 * b});
    split.targets.insert(split.targets.end(), {500 + 20 * (std::sin(2 * a) + noise * uniform()),
                                               1e-3 * (a * b + noise * uniform())});
  }
  return split;
}

class Regression : public ::testing::Test {
protected:
  void makeData(double noise = 0) const {
    Dataset data;
    data.task = Task::Regression;
    data.inputShape = {2};
    data.train = makeSplit(1, noise);
    data.test = makeSplit(2, noise);
    write(file(), data);
  }
  std::string file() const { return problem_.file("units.h5"); }
  nlohmann::json train(const std::string& run, const std::string& options = "", int ranks = 1) const {
    problem_.train(run, "--set Data/File=" + file() + " \"Network/Loss=Least Squares\" " + options, ranks);
    return problem_.summary(run);
  }
  nlohmann::json evaluate(const std::string& model, int ranks = 1) const {
    const Outcome outcome = runProgram("evaluate " + model + " " + file() + " --json", ranks);
    EXPECT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return nlohmann::json::parse(outcome.output, nullptr, false);
  }
  // Predictions for the test inputs, row-major, in the data's units.
  std::vector<double> predict(const std::string& run) const {
    const std::string output = problem_.file("predicted.h5");
    EXPECT_EQ(runProgram("predict " + problem_.file(run) + " " + file() + " " + output).status, 0);
    return Hdf5File::open(output).read<double>("outputs").values;
  }

  SmallProblem problem_;
};

const std::string longer = "\"Status Test/Work Limit=150\"";

} // namespace

TEST_F(Regression, ErrorsAreThoseOfThePredictionsInTheUnitsOfTheData) {
  makeData();
  const auto summary = train("run", longer);
  const auto predicted = predict("run");
  const auto targets = makeSplit(2, 0).targets;
  ASSERT_EQ(predicted.size(), targets.size());
  double errors[2] = {0, 0}, squares[2] = {0, 0};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    errors[i % 2] += std::pow(predicted[i] - targets[i], 2);
    squares[i % 2] += targets[i] * targets[i];
  }
  const double all = std::sqrt((errors[0] + errors[1]) / (squares[0] + squares[1]));
  EXPECT_NEAR(summary["test_error"], all, 1e-9 * all);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(summary["test_output_errors"][j], std::sqrt(errors[j] / squares[j]), 1e-9);
  EXPECT_LT(summary["test_output_errors"][1], 0.3) << "the small output is learned too";
  const auto found = evaluate(problem_.file("run"), 2);
  EXPECT_EQ(found["test"]["error"], summary["test_error"]);
  // The training had its samples in another order.
  const double value = summary["value"];
  EXPECT_NEAR(found["train"]["value"], value, 1e-12 * value);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(found["train"]["output_errors"][j], summary["train_output_errors"][j], 1e-12);
}

TEST_F(Regression, IsTheSameOnAnyNumberOfRanks) {
  makeData(0.1);
  const std::string options = "\"Data/Validation Share=0.2\"";
  const auto expected = train("ranks1", options);
  for (const int ranks : {2, 3}) {
    const auto found = train("ranks" + std::to_string(ranks), options, ranks);
    for (const auto* key : {"value", "test_error", "train_output_errors", "validation_loss", "status"})
      EXPECT_EQ(found[key], expected[key]) << ranks << ' ' << key;
  }
}

TEST_F(Regression, WithoutScalingTheNetworkSeesTheDataAsTheyAre) {
  makeData();
  train("run", "\"Data/Input Normalization=None\" \"Data/Target Normalization=Unit Range\"");
  const Hdf5File model = Hdf5File::open(problem_.file("run/model.h5"));
  EXPECT_EQ(model.read<double>("scaling/input_scale").values, (std::vector<double>{1, 1}));
  const auto scale = model.read<double>("scaling/output_scale").values;
  EXPECT_NEAR(scale[0], 20.0, 1.0);
  EXPECT_NEAR(scale[1], 1e-3, 1e-4);
}

// The targets are noise: the validation loss soon rises.
TEST_F(Regression, EarlyStoppingKeepsTheIterateOfLeastValidationLoss) {
  makeData(10);
  const auto summary = train("run", "\"Data/Validation Share=0.3\" \"Status Test/Patience=10\" "
                                    "\"Status Test/Work Limit=2000\" \"Network/Width=12\"");
  const std::string status = summary["status"];
  EXPECT_EQ(
      status.find("No better validation loss within the Patience of 10 units; the model is the iterate of "
                  "least validation loss, iteration "),
      0U)
      << status;
  const auto best = std::stoul(status.substr(status.rfind(' ')));
  const auto history = Hdf5File::open(problem_.file("run/history.h5"));
  const auto values = history.read<double>("value").values;
  const auto work = history.read<double>("work").values;
  ASSERT_LT(best + 1, values.size()) << "the run went on after its best iterate";
  EXPECT_EQ(summary["value"], values[best]);
  EXPECT_GE(work.back() - work[best], 10.0);
  EXPECT_GT(summary["validation_loss"], 0.0);
  EXPECT_EQ(summary["validation_loss"], history.read<double>("validation_loss").values[best]);
}

TEST_F(Regression, OfLogarithmsHasItsErrorsInTheUnitsOfTheDataAndRefusesTargetsThatAreNotPositive) {
  Dataset data;
  data.task = Task::Regression;
  data.inputShape = {2};
  data.train = makeSplit(1, 0);
  data.test = makeSplit(2, 0);
  for (auto* split : {&data.train, &data.test})
    for (std::size_t i = 1; i < split->targets.size(); i += 2)
      split->targets[i] = std::exp(1e3 * split->targets[i]);
  write(file(), data);
  const auto summary = train("run", "\"Data/Target Normalization=Logarithm\"");
  const auto predicted = predict("run");
  double errors = 0, squares = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i) {
    errors += std::pow(predicted[i] - data.test.targets[i], 2);
    squares += data.test.targets[i] * data.test.targets[i];
  }
  EXPECT_NEAR(summary["test_error"], std::sqrt(errors / squares), 1e-9);
  EXPECT_EQ(evaluate(problem_.file("run"), 2)["test"]["error"], summary["test_error"]);

  makeData(); // its second target is a product of numbers of both signs
  const Outcome refused = runProgram(
      "train " + problem_.deck() + " --output " + problem_.file("no") + " --set Data/File=" + file() +
          " \"Network/Loss=Least Squares\" \"Data/Target Normalization=Logarithm\"",
      2);
  EXPECT_EQ(refused.status, 2);
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_NE(refused.errors[0].find("is for positive targets"), std::string::npos) << refused.errors[0];
  EXPECT_FALSE(std::filesystem::exists(problem_.file("no")));
}

TEST_F(Regression, ASolvedOutputLayerIsInTheModelTheSameOnAnyNumberOfRanks) {
  makeData(0.1);
  const std::string options = "\"Network/Output Layer=Solved\" \"Data/Validation Share=0.2\"";
  const auto expected = train("solved", options);
  const auto found = train("solved2", options, 2);
  for (const auto* key : {"value", "test_error", "train_output_errors", "validation_loss", "status"})
    EXPECT_EQ(found[key], expected[key]) << key;
  EXPECT_EQ(expected["value"], train("automatic", "\"Data/Validation Share=0.2\"")["value"]);
  EXPECT_LT(expected["value"],
            train("trained", "\"Network/Output Layer=Trained\" \"Data/Validation Share=0.2\"")["value"]);
  const double error = expected["test_error"];
  EXPECT_NEAR(evaluate(problem_.file("solved"))["test"]["error"], error, 1e-11 * error);
}

TEST_F(Regression, WrongChoicesAreRefused) {
  makeData();
  const auto message = [this](const std::string& options) {
    const Outcome outcome =
        runProgram("train " + problem_.deck() + " --output " + problem_.file("no") + " --set " + options);
    EXPECT_EQ(outcome.status, 2) << options;
    return outcome.errors.size() == 1 ? outcome.errors[0] : "";
  };
  EXPECT_NE(message("\"Data/Target Normalization=Standard\"").find("is for regression"), std::string::npos);
  EXPECT_NE(message("\"Data/Validation Share=0.001\"").find("leaves no samples"), std::string::npos);
  EXPECT_NE(message("\"Data/Validation Share=0.95\"").find("Validation Share"), std::string::npos);
  EXPECT_NE(message("\"Network/Output Layer=Solved\" Step/Type=Adam").find("Step > \"Type\" is \"Adam\""),
            std::string::npos);
  EXPECT_NE(message("\"Data/Input Normalization=Standart\"").find("Did you mean \"Standard\"?"),
            std::string::npos);
}

// examples/embedding on a model of this program.
TEST_F(Regression, TheExampleEmbedsAModel) {
  makeData();
  train("run");
  const Outcome outcome = runCommand(EMBEDDING_EXAMPLE " " + problem_.file("run/model.h5") + " " + file());
  ASSERT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
  double first = 0, forward = 0, adjoint = 0;
  int beyond = -1;
  ASSERT_EQ(std::sscanf(outcome.output.c_str(),
                        "outputs of the first input: %lf %*f\nfor the solver: %d of 300 inputs\n"
                        "(u, J v) = %lf, (J^T u, v) = %lf",
                        &first, &beyond, &forward, &adjoint),
            4)
      << outcome.output;
  EXPECT_NEAR(first, predict("run")[0], 1e-4 * std::abs(first));
  EXPECT_LE(beyond, samples / 10);
  EXPECT_NEAR(forward, adjoint, 1e-4 * std::abs(forward));

  EXPECT_EQ(runCommand(EMBEDDING_EXAMPLE).status, 2);
  EXPECT_EQ(runCommand(EMBEDDING_EXAMPLE " " + file() + " " + file()).status, 1);
}

TEST_F(Regression, SurrogatesOfModelFilesAreThePredictions) {
  if (!Kokkos::is_initialized()) Kokkos::initialize();
  makeData();
  train("run");
  const auto predicted = predict("run");
  auto inputs = makeSplit(2, 0).inputs;
  std::vector<double> outputs(predicted.size());
  auto surrogate = terrace::model::readSurrogate(problem_.file("run/model.h5"));
  using Rows = Kokkos::View<double**, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryUnmanaged>;
  surrogate.apply(Rows(inputs.data(), samples, 2), Rows(outputs.data(), samples, 2));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    EXPECT_NEAR(outputs[i], predicted[i], 1e-11 * std::abs(predicted[i]) + 1e-15);

  // A file that a program of a user wrote is one for ours.
  terrace::model::writeSurrogate(problem_.file("own.h5"), surrogate);
  EXPECT_EQ(evaluate(problem_.file("own.h5"))["test"], evaluate(problem_.file("run"))["test"]);
  EXPECT_EQ(Hdf5File::open(problem_.file("own.h5")).attribute<std::string>("/", "deck"), "unknown");
  terrace::model::Provenance provenance;
  provenance.parameters.sublist("Data").set("Seed", 7);
  provenance.trainingSamples = samples;
  terrace::model::writeSurrogate(problem_.file("own.h5"), surrogate, provenance);
  const Hdf5File own = Hdf5File::open(problem_.file("own.h5"));
  EXPECT_NE(own.attribute<std::string>("/", "deck").find("\"Seed\""), std::string::npos);
  EXPECT_EQ(own.attribute<std::int64_t>("/", "seed"), 7);
  EXPECT_EQ(own.attribute<std::int64_t>("/", "training_samples"), samples);
  EXPECT_EQ(own.attribute<std::string>("/", "version"),
            Hdf5File::open(problem_.file("run/model.h5")).attribute<std::string>("/", "version"));
  EXPECT_THROW(terrace::model::readSurrogate(file()), std::invalid_argument);
  EXPECT_THROW(terrace::model::writeSurrogate("/nowhere/own.h5", surrogate), std::runtime_error);
}
