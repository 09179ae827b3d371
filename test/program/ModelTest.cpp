// `terrace evaluate` and `terrace predict` on trained models.
#include "TrainedRun.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

using namespace terrace::test;
using namespace terrace::model;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

/// A trained model of the small problem.
class Model : public ::testing::Test {
protected:
  void SetUp() override { problem_.train("run"); }

  std::string path() const { return problem_.file("run/model.h5"); }

  nlohmann::json evaluate(const std::string& model, const std::string& options = "", int ranks = 1) const {
    const Outcome outcome =
        runProgram("evaluate " + model + " " + problem_.data() + " --json " + options, ranks);
    EXPECT_EQ(outcome.status, 0) << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return nlohmann::json::parse(outcome.output, nullptr, false);
  }

  // Evaluating the file must fail with a line that contains `message`.
  void expectRejection(const std::string& model, const std::string& message) const {
    for (const int ranks : {1, 2}) {
      const Outcome outcome = runProgram("evaluate " + model + " " + problem_.data(), ranks);
      EXPECT_EQ(outcome.status, 2) << message;
      ASSERT_EQ(outcome.errors.size(), 1U) << message;
      EXPECT_NE(outcome.errors[0].find(message), std::string::npos) << outcome.errors[0];
    }
  }

  // A copy of the model file that HDF5's own functions have changed.
  std::string changed(const std::function<void(hid_t)>& change) const {
    const std::string copy = problem_.file("copy.h5");
    fs::copy_file(path(), copy, fs::copy_options::overwrite_existing);
    const hid_t file = H5Fopen(copy.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    change(file);
    H5Fclose(file);
    return copy;
  }

  std::string withoutObject(const std::string& object) const {
    return changed([&](hid_t file) { EXPECT_GE(H5Ldelete(file, object.c_str(), H5P_DEFAULT), 0) << object; });
  }

  SmallProblem problem_;
};

} // namespace

TEST_F(Model, EvaluationReproducesTheSummary) {
  const auto summary = problem_.summary("run");
  for (const int ranks : {1, 2}) {
    const auto found = evaluate(path(), "", ranks);
    EXPECT_NEAR(found["train"]["value"], summary["value"], 1e-12 * summary["value"].get<double>());
    EXPECT_EQ(found["train"]["accuracy"], summary["train_accuracy"]);
    EXPECT_EQ(found["test"]["accuracy"], summary["test_accuracy"]);
    EXPECT_EQ(found["test"]["samples"], 50);
  }
}

TEST_F(Model, EvaluationPrintsATableAndTakesARunDirectory) {
  const Outcome outcome = runProgram("evaluate " + problem_.file("run") + " " + problem_.data());
  EXPECT_EQ(outcome.status, 0);
  EXPECT_NE(outcome.output.find("train        200"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("test          50"), std::string::npos) << outcome.output;
}

TEST_F(Model, GradientFileHasTheArraysOfTheModel) {
  const auto found = evaluate(path(), "--gradient " + problem_.file("g.h5"), 2);
  const Hdf5File model = Hdf5File::open(path()), gradient = Hdf5File::open(problem_.file("g.h5"));
  EXPECT_EQ(gradient.members("layers"), model.members("layers"));
  for (const auto& layer : model.members("layers"))
    for (const auto& array : model.members("layers/" + layer))
      EXPECT_EQ(gradient.shape("layers/" + layer + "/" + array),
                model.shape("layers/" + layer + "/" + array));
  EXPECT_EQ(gradient.attribute<double>("/", "value"), found["train"]["value"]);
  EXPECT_EQ(gradient.attribute<double>("/", "loss"), found["train"]["loss"]);
}

TEST_F(Model, GradientLeavesASecondOrderTaylorRemainderOfTheValue) {
  const double value = evaluate(path(), "--gradient " + problem_.file("g.h5"))["train"]["value"];
  const auto description = readModelDescription(path());
  const auto network = description.makeNetwork();
  const auto x = readModelParameters(path(), network);
  const auto gradient = readModelParameters(problem_.file("g.h5"), network);
  double slope = 0;
  std::vector<double> direction(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    direction[i] = std::cos(1.0 + 3.0 * static_cast<double>(i));
    slope += gradient[i] * direction[i];
  }
  const auto remainder = [&](double h) {
    std::vector<double> moved(x);
    for (std::size_t i = 0; i < x.size(); ++i) moved[i] += h * direction[i];
    writeModel(problem_.file("moved.h5"), description, moved);
    return std::abs(evaluate(problem_.file("moved.h5"))["train"]["value"].get<double>() - value - h * slope);
  };
  const double order = std::log2(remainder(2e-3) / remainder(1e-3));
  EXPECT_NEAR(order, 2.0, 0.1);
}

TEST_F(Model, PredictionsAgreeWithTheEvaluatedAccuracy) {
  const auto labels = Hdf5File::open(problem_.data()).read<int>("test/labels").values;
  const double accuracy = problem_.summary("run")["test_accuracy"];
  for (const int ranks : {1, 3}) {
    const std::string out = problem_.file("out.h5");
    ASSERT_EQ(runProgram("predict " + path() + " " + problem_.data() + " " + out, ranks).status, 0);
    const Hdf5File file = Hdf5File::open(out);
    const auto predicted = file.read<int>("labels").values;
    ASSERT_EQ(predicted.size(), labels.size());
    double hits = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) hits += predicted[i] == labels[i] ? 1 : 0;
    EXPECT_DOUBLE_EQ(hits / static_cast<double>(labels.size()), accuracy);
    const auto outputs = file.read<double>("outputs");
    EXPECT_EQ(outputs.shape, (std::vector<std::size_t>{labels.size(), 2}));
    for (std::size_t i = 0; i < labels.size(); ++i) {
      EXPECT_NEAR(outputs.values[2 * i] + outputs.values[2 * i + 1], 1.0, 1e-14);
      EXPECT_EQ(outputs.values[2 * i + 1] > outputs.values[2 * i], predicted[i] == 1);
    }
  }
}

TEST_F(Model, AnOutputIsNeverOneOfTheInputs) {
  const std::string data = readFile(problem_.data()), model = readFile(path());
  for (const std::string& output : {problem_.data(), path()}) {
    EXPECT_EQ(runProgram("predict " + path() + " " + problem_.data() + " " + output).status, 2);
    EXPECT_EQ(runProgram("evaluate " + path() + " " + problem_.data() + " --gradient " + output).status, 2);
  }
  EXPECT_EQ(readFile(problem_.data()), data);
  EXPECT_EQ(readFile(path()), model);
}

TEST_F(Model, PredictsOnAGridAsText) {
  const std::string grid = problem_.file("grid.h5"), out = problem_.file("grid.csv");
  ASSERT_EQ(runProgram("data make grid " + grid + " --lower=-1,-2 --upper 1,2 --points 3").status, 0);
  ASSERT_EQ(runProgram("predict " + path() + " " + grid + " " + out).status, 0);
  std::istringstream text(readFile(out));
  std::string line;
  std::getline(text, line);
  EXPECT_EQ(line, "x1,x2,p0,p1,label");
  std::getline(text, line);
  EXPECT_EQ(line.rfind("-1,-2,", 0), 0U) << line;
  int rows = 1;
  while (std::getline(text, line)) ++rows;
  EXPECT_EQ(rows, 9);
}

TEST_F(Model, InputsOfAnotherWidthAreRejected) {
  const std::string grid = problem_.file("grid.h5"), out = problem_.file("out.h5");
  ASSERT_EQ(runProgram("data make grid " + grid + " --lower 0,0,0 --upper 1,1,1 --points 2").status, 0);
  const Outcome outcome = runProgram("predict " + path() + " " + grid + " " + out, 2);
  EXPECT_EQ(outcome.status, 2);
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_NE(outcome.errors[0].find("inputs is 8 x 3; expected samples x 2"), std::string::npos)
      << outcome.errors[0];
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(Model, FilesWithMissingArraysAreRejected) {
  expectRejection(withoutObject("layers/block_0003/W"), "layers/block_0003/W is missing");
  expectRejection(withoutObject("layers"), "layers is missing");
}

TEST_F(Model, FilesOfAnotherNetworkAreRejected) {
  auto description = readModelDescription(path());
  auto parameters = readModelParameters(path(), description.makeNetwork());
  parameters[5] = std::numeric_limits<double>::quiet_NaN();
  writeModel(problem_.file("nan.h5"), description, parameters);
  expectRejection(problem_.file("nan.h5"),
                  "layers/lift/W has an entry that is not finite (number 5 in C order)");

  const std::string wrong = changed([](hid_t file) {
    H5Ldelete(file, "layers/lift/W", H5P_DEFAULT);
    const hsize_t shape[2] = {2, 4};
    const hid_t space = H5Screate_simple(2, shape, nullptr);
    H5Dclose(H5Dcreate2(file, "layers/lift/W", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(space);
  });
  expectRejection(wrong, "layers/lift/W is 2 x 4; expected 4 x 2");
}

TEST_F(Model, FilesOfALaterFormatAreRefused) {
  const std::string later = changed([](hid_t file) {
    const hid_t format = H5Aopen(file, "format", H5P_DEFAULT);
    const std::int64_t number = 3;
    EXPECT_GE(H5Awrite(format, H5T_NATIVE_INT64, &number), 0);
    H5Aclose(format);
  });
  expectRejection(later,
                  "copy.h5: is a model file of format 3; the highest format that this version reads is 2.");
}

// 10000 shifts are 80 KB; an HDF5 attribute holds 64 KB.
TEST_F(Model, OfTenThousandInputsIsTrainedEvaluatedAndUsed) {
  terrace::dataset::Dataset wide;
  wide.task = terrace::dataset::Task::Regression;
  wide.inputShape = {10000};
  wide.train.samples = 10;
  wide.train.features = 10000;
  wide.train.outputs = 1;
  for (int i = 0; i < 10 * 10000; ++i) wide.train.inputs.push_back(std::cos(i));
  for (int i = 0; i < 10; ++i) wide.train.targets.push_back(std::sin(i));
  const std::string data = problem_.file("wide.h5");
  terrace::dataset::write(data, wide);
  problem_.train("wide",
                 "--set Data/File=" + data + " \"Network/Loss=Least Squares\" \"Status Test/Work Limit=3\"");
  EXPECT_EQ(Hdf5File::open(problem_.file("wide/model.h5")).shape("scaling/input_shift"),
            (std::vector<std::size_t>{10000}));
  EXPECT_EQ(runProgram("evaluate " + problem_.file("wide") + " " + data).status, 0);
}

TEST_F(Model, DataOfAnotherTaskAreRejected) {
  const std::string peaks = problem_.file("peaks.h5");
  ASSERT_EQ(runProgram("data make peaks " + peaks + " --train 20 --test 0").status, 0);
  const Outcome outcome = runProgram("evaluate " + path() + " " + peaks, 2);
  EXPECT_EQ(outcome.status, 2);
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_NE(outcome.errors[0].find("has 5 classes; the model is for 2"), std::string::npos)
      << outcome.errors[0];
}
