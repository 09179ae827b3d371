// Training with derivatives from end to end: files, losses, errors, evaluation, ranks, refusals.
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cmath>

using namespace terrace::test;
using namespace terrace::dataset;

namespace {

// y = (500 + 20 sin 2a, 1e-3 a b) of inputs 1e4 + 3 a and 2e-3 b, with its Jacobian or, along (3, 2e-3) and
// (3, -2e-3), that is da = 1 and db = 1 or -1, its derivatives.
Split makeSplit(int seed, int samples, bool jacobians) {
  Split split;
  split.samples = static_cast<std::size_t>(samples);
  split.features = split.outputs = 2;
  split.directions = jacobians ? 0 : 2;
  unsigned state = static_cast<unsigned>(seed);
  const auto uniform = [&state] {
    state = state * 1664525U + 1013904223U;
    return 2.0 * (state >> 8) / 16777216.0 - 1;
  };
  for (int i = 0; i < samples; ++i) {
    const double a = uniform(), b = uniform();
    split.inputs.insert(split.inputs.end(), {1e4 + 3 * a, 2e-3 * b});
    split.targets.insert(split.targets.end(), {500 + 20 * std::sin(2 * a), 1e-3 * a * b});
    const double first = 40 * std::cos(2 * a);
    if (jacobians) {
      split.jacobians.insert(split.jacobians.end(), {first / 3, 0, 1e-3 * b / 3, 1e-3 * a / 2e-3});
    } else {
      split.directionRows.insert(split.directionRows.end(), {3, 2e-3, 3, -2e-3});
      split.derivatives.insert(split.derivatives.end(), {first, 1e-3 * (b + a), first, 1e-3 * (b - a)});
    }
  }
  return split;
}

class Derivatives : public ::testing::Test {
protected:
  void makeData(bool jacobians = true, int samples = 60) const {
    Dataset data;
    data.task = Task::Regression;
    data.inputShape = {2};
    data.train = makeSplit(1, samples, jacobians);
    data.test = makeSplit(2, 200, true);
    write(file(), data);
  }
  std::string file() const { return problem_.file("derivatives.h5"); }
  nlohmann::json train(const std::string& run, const std::string& options = "", int ranks = 1) const {
    problem_.train(run,
                   "--set Data/File=" + file() +
                       " \"Network/Loss=Least Squares\" \"Network/Regularization/Tikhonov=1e-6\" "
                       "\"Network/Regularization/Smoothness=1e-6\" "
                       "\"Network/Regularization/Output Tikhonov=1e-6\" \"Status Test/Work Limit=500\" " +
                       options,
                   ranks);
    return problem_.summary(run);
  }
  nlohmann::json evaluate(const std::string& run) const {
    const Outcome outcome = runProgram("evaluate " + problem_.file(run) + " " + file() + " --json", 2);
    EXPECT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return nlohmann::json::parse(outcome.output, nullptr, false);
  }

  SmallProblem problem_;
};

const std::string without = "\"Network/Derivative Weight=0\" ";
const std::string one = "\"Network/Derivative Directions=1\" ";

} // namespace

TEST_F(Derivatives, AreLearnedAndMeasuredAlsoWhereTheTrainingDoesNotUseThem) {
  makeData(true, 20);
  const auto values = train("values", without), both = train("both");
  EXPECT_FALSE(values.contains("train_derivative_error"));
  const double error = both["test_derivative_error"];
  EXPECT_LT(error, 0.15);
  EXPECT_LT(2 * error, values["test_derivative_error"].get<double>());
  EXPECT_GT(both["train_derivative_error"].get<double>(), 0.0);
  const auto history = runProgram("history " + problem_.file("both"));
  EXPECT_NE(history.output.find("test_derivative_error"), std::string::npos);
}

TEST_F(Derivatives, AreEvaluatedAsTheTrainingDid) {
  makeData();
  for (const std::string& options :
       {std::string(), one, std::string("\"Data/Target Normalization=None\" ")}) {
    const auto summary = train("run", options + "--force");
    const auto found = evaluate("run");
    const double value = summary["value"];
    EXPECT_NEAR(found["train"]["value"], value, 1e-11 * value) << options;
    for (const auto* split : {"train", "test"}) {
      const double error = summary[std::string(split) + "_derivative_error"];
      EXPECT_NEAR(found[split]["derivative_error"], error, 1e-9 * error) << options << split;
    }
  }
}

TEST_F(Derivatives, AreTheSameOnAnyNumberOfRanks) {
  makeData(true, 300);
  const std::string options = one + "\"Data/Validation Share=0.2\" \"Status Test/Work Limit=40\"";
  const auto expected = train("ranks1", options);
  for (const int ranks : {2, 3}) {
    const auto found = train("ranks" + std::to_string(ranks), options, ranks);
    for (const auto* key :
         {"value", "test_error", "test_derivative_error", "train_derivative_error", "status"})
      EXPECT_EQ(found[key], expected[key]) << ranks << ' ' << key;
  }
}

TEST_F(Derivatives, AlongGivenDirectionsAreLearnedToo) {
  makeData(false);
  const auto summary = train("run");
  EXPECT_LT(summary["test_derivative_error"], 0.15);
  const auto info = runProgram("data info " + file());
  EXPECT_NE(info.output.find("derivatives along 2 directions in ["), std::string::npos);
  EXPECT_NE(info.output.find("Jacobians in ["), std::string::npos) << "of the test samples";
}

TEST_F(Derivatives, WorkWithEverySolverPrecisionAndOutputLayer) {
  makeData();
  for (const char* options :
       {"\"Network/Output Layer=Solved\"", "\"Network/Sweep Precision=Single\"",
        "Step/Type=Adam \"Step/Adam/Batch Size=16\" \"Step/Adam/Learning Rate=0.01\"",
        "Step/Type=Adam Step/Adam/Metric=Kronecker \"Step/Adam/Batch Size=16\" \"Step/Adam/Learning "
        "Rate=0.01\"",
        "\"Sampling/Type=Dynamic\" \"Sampling/Dynamic/Batch Size=16\"",
        "\"Step/Multilevel Trust Region/Smoother=Newton\" Network/Hessian=Gauss-Newton"}) {
    const auto summary = train("run", std::string(options) + " --force");
    EXPECT_LT(summary["test_derivative_error"], 0.7) << options;
  }
}

TEST_F(Derivatives, OfLogarithmsAreMeasuredInTheUnitsOfTheData) {
  Dataset data;
  data.task = Task::Regression;
  data.inputShape = {1};
  for (Split* split : {&data.train, &data.test}) {
    split->samples = 50;
    split->features = split->outputs = 1;
    for (int i = 0; i < 50; ++i) {
      const double x = (split == &data.train ? i : i + 0.5) / 25.0 - 1;
      split->inputs.push_back(x);
      split->targets.push_back(std::exp(3 * x));
      split->jacobians.push_back(3 * std::exp(3 * x));
    }
  }
  write(file(), data);
  // The logarithm is linear: a network learns it at once, and exp has its derivative.
  const auto summary = train("run", "\"Data/Target Normalization=Logarithm\"");
  EXPECT_LT(summary["test_error"], 0.02);
  EXPECT_LT(summary["test_derivative_error"], 0.05);
}

TEST_F(Derivatives, ContinueWhereTheyEnded) {
  makeData();
  train("whole", one);
  train("parts", one + "\"Status Test/Work Limit=200\" \"Output/Checkpoint Every=1e-9\"");
  EXPECT_EQ(runProgram("train " + problem_.file("parts/deck.xml") + " --output " + problem_.file("parts") +
                       " --resume --set \"Status Test/Work Limit=500\"")
                .status,
            0);
  for (const auto* key : {"value", "test_derivative_error"})
    EXPECT_EQ(problem_.summary("parts")[key], problem_.summary("whole")[key]) << key;
}

TEST_F(Derivatives, AreConvertedFromArraysOfThreeDimensions) {
  const auto split = makeSplit(1, 40, true), along = makeSplit(1, 40, false);
  {
    auto arrays = Hdf5File::create(problem_.file("arrays.h5"));
    arrays.write<double>("x", {40, 2}, split.inputs);
    arrays.write<double>("y", {40, 2}, split.targets);
    arrays.write<double>("J", {40, 2, 2}, split.jacobians);
    arrays.write<double>("d", {40, 2, 2}, along.directionRows);
    arrays.write<double>("dy", {40, 2, 2}, along.derivatives);
    arrays.close();
  }
  const std::string command = "data convert " + problem_.file("arrays.h5") + " " + file() +
                              " --inputs x --targets y --test-share 0.25 ";
  ASSERT_EQ(runProgram(command + "--jacobians J").status, 0);
  const auto jacobians = read(file());
  EXPECT_EQ(jacobians.train.samples, 30U);
  EXPECT_EQ(jacobians.train.jacobians.size(), 120U);
  EXPECT_EQ(jacobians.test.jacobians.size(), 40U);
  ASSERT_EQ(runProgram(command + "--directions d --derivatives dy").status, 0);
  const auto directions = read(file());
  EXPECT_EQ(directions.train.directions, 2);
  EXPECT_EQ(directions.train.targets, jacobians.train.targets);
  for (std::size_t s = 0; s < 30; ++s) // along (3, 2e-3)
    for (std::size_t c = 0; c < 2; ++c)
      EXPECT_NEAR(directions.train.derivatives[4 * s + c],
                  3 * jacobians.train.jacobians[4 * s + 2 * c] +
                      2e-3 * jacobians.train.jacobians[4 * s + 2 * c + 1],
                  1e-12);
  EXPECT_EQ(runProgram(command + "--directions d").status, 2);
  EXPECT_EQ(runProgram(command + "--jacobians x").status, 2);
}

TEST_F(Derivatives, AreRefusedWhereTheyCannotBeUsed) {
  Dataset data;
  data.task = Task::Regression;
  data.inputShape = {1, 4, 4};
  data.train.samples = 2;
  data.train.features = 16;
  data.train.outputs = 1;
  data.train.inputs.assign(32, 0.5);
  data.train.inputs[3] = 1;
  data.train.targets = {0, 1};
  data.train.jacobians.assign(32, 1.0);
  write(file(), data);
  const std::string command = "train " + problem_.deck() + " --output " + problem_.file("run") +
                              " --set Data/File=" + file() +
                              " \"Network/Loss=Least Squares\" Network/Type=Convolutional Network/Width=4 "
                              "\"Levels/Number of Levels=1\" \"Status Test/Work Limit=2\" ";
  const Outcome refused = runProgram(command);
  EXPECT_EQ(refused.status, 2);
  ASSERT_EQ(refused.errors.size(), 1U);
  EXPECT_NE(refused.errors[0].find("\"Derivative Weight\" = 0"), std::string::npos) << refused.errors[0];
  EXPECT_EQ(runProgram(command + without).status, 0);
  // A file whose derivatives do not fit is refused, too.
  data.train.jacobians.pop_back();
  EXPECT_THROW(write(file(), data), std::invalid_argument);
  {
    auto broken = Hdf5File::create(file());
    broken.writeAttribute("/", "task", std::string("regression"));
    broken.writeAttribute("/", "input_shape", std::vector<std::int64_t>{2});
    broken.write<double>("train/inputs", {3, 2}, std::vector<double>(6, 1.0));
    broken.write<double>("train/targets", {3, 1}, std::vector<double>(3, 1.0));
    broken.write<double>("train/jacobians", {3, 2, 1}, std::vector<double>(6, 1.0));
    broken.close();
  }
  const Outcome info = runProgram("data info " + file());
  EXPECT_EQ(info.status, 2);
  ASSERT_EQ(info.errors.size(), 1U);
  EXPECT_NE(info.errors[0].find("expected 3 x 1 x 2"), std::string::npos) << info.errors[0];
}
