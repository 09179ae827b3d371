// Model files: what is written is read back, in both formats and at any size.
#include "TemporaryDirectory.hpp"
#include "exchange/PortableModel.hpp"
#include "run/History.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <functional>

using namespace terrace::model;
using terrace::dataset::Hdf5File;
using terrace::test::TemporaryDirectory;

namespace {

std::vector<double> numbers(int count, double start) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(start + std::sin(i));
  return values;
}

ModelDescription describe(int features, int outputs) {
  ModelDescription model;
  model.network.set("Width", 4).set("Blocks", 2).set("Final Time", 0.1).set("Loss", "Least Squares");
  model.task = terrace::dataset::Task::Regression;
  model.features = features;
  model.outputs = outputs;
  model.inputShape = {features};
  model.inputs = {numbers(features, -3), numbers(features, 2), false};
  model.targets = {numbers(outputs, 5), numbers(outputs, 7), true};
  model.distance = {numbers(features, 1), numbers(features, 3), 1.5, 2.5};
  model.deck = "<ParameterList/>";
  model.dataFile = "data.h5";
  model.dataChecksum = "0123";
  model.seed = 7;
  model.trainingSamples = 100;
  return model;
}

class ModelFile : public ::testing::Test {
protected:
  // Writes the model and parameters of its network.
  void write(const ModelDescription& model) {
    const terrace::resnet::ParameterLayout layout(model.makeNetwork());
    parameters_ = numbers(static_cast<int>(layout.size()), 0);
    writeModel(path_, model, parameters_);
  }

  // What HDF5's own functions do to the file.
  void change(const std::function<void(hid_t)>& change) const {
    const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    change(file);
    H5Fclose(file);
  }

  void expectRejection(const std::string& message) const {
    try {
      readModelDescription(path_);
      FAIL() << "no error";
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), path_ + ": " + message);
    }
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("model.h5");
  std::vector<double> parameters_;
};

void expectSame(const terrace::resnet::DataScaling& found, const terrace::resnet::DataScaling& expected) {
  EXPECT_EQ(found.shift, expected.shift);
  EXPECT_EQ(found.scale, expected.scale);
  EXPECT_EQ(found.logarithm, expected.logarithm);
}

void expectSame(const ModelDescription& found, const ModelDescription& expected) {
  EXPECT_TRUE(Teuchos::haveSameValues(found.network, expected.network));
  EXPECT_EQ(found.task, expected.task);
  EXPECT_EQ(found.features, expected.features);
  EXPECT_EQ(found.outputs, expected.outputs);
  EXPECT_EQ(found.inputShape, expected.inputShape);
  expectSame(found.inputs, expected.inputs);
  expectSame(found.targets, expected.targets);
  EXPECT_EQ(found.distance.center, expected.distance.center);
  EXPECT_EQ(found.distance.factor, expected.distance.factor);
  EXPECT_EQ(found.distance.usual, expected.distance.usual);
  EXPECT_EQ(found.distance.largest, expected.distance.largest);
  EXPECT_FALSE(found.version.empty());
  EXPECT_EQ(found.deck, expected.deck);
  EXPECT_EQ(found.dataFile, expected.dataFile);
  EXPECT_EQ(found.dataChecksum, expected.dataChecksum);
  EXPECT_EQ(found.seed, expected.seed);
  EXPECT_EQ(found.trainingSamples, expected.trainingSamples);
}

void writeNumbers(hid_t file, const std::string& attribute, const std::vector<double>& values,
                  hid_t type = H5T_IEEE_F64LE) {
  const hsize_t count = values.size();
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t made = H5Acreate2(file, attribute.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_GE(H5Awrite(made, H5T_NATIVE_DOUBLE, values.data()), 0);
  H5Aclose(made);
  H5Sclose(space);
}

// As version 0.1.0 wrote it: no format, and the scalings are attributes of the file.
void makeFormat1(hid_t file, const ModelDescription& model) {
  H5Adelete(file, "format");
  H5Ldelete(file, "scaling", H5P_DEFAULT);
  writeNumbers(file, "input_shift", model.inputs.shift);
  writeNumbers(file, "input_scale", model.inputs.scale);
  writeNumbers(file, "output_shift", model.targets.shift);
  writeNumbers(file, "output_scale", model.targets.scale);
}

void writeFormat(hid_t file, std::int64_t number) {
  const hid_t format = H5Aopen(file, "format", H5P_DEFAULT);
  EXPECT_GE(H5Awrite(format, H5T_NATIVE_INT64, &number), 0);
  H5Aclose(format);
}

} // namespace

TEST_F(ModelFile, HasTheStatisticsThatGhostBatchesPredictWith) {
  ModelDescription model = describe(16, 2);
  model.inputShape = {4, 4};
  model.network.set("Type", "Convolutional").set("Block", "Basic").set("Normalization", "Ghost Batch");
  model.statistics = {numbers(16, 0), numbers(16, 2)};
  write(model);
  const auto found = readModelDescription(path_);
  EXPECT_EQ(found.statistics.means, model.statistics.means);
  EXPECT_EQ(found.statistics.variances, model.statistics.variances);
  EXPECT_EQ(Hdf5File::open(path_).shape("statistics/stage_1/block_0001/U_mean"),
            (std::vector<std::size_t>{4}));
  EXPECT_EQ(found.predictionNetwork(parameters_).network.samplesTogether(), 1);

  model.statistics.variances[7] = -1e-9;
  write(model);
  EXPECT_THROW(readModelDescription(path_), std::invalid_argument);
  model.statistics = {};
  write(model);
  EXPECT_FALSE(readModelDescription(path_).statistics.isKnown());
  EXPECT_THROW(model.predictionNetwork(parameters_), std::invalid_argument);
}

TEST_F(ModelFile, ReadsBackWhatWasWritten) {
  const auto model = describe(3, 2);
  write(model);
  EXPECT_EQ(Hdf5File::open(path_).attribute<std::int64_t>("/", "format"), 2);
  expectSame(readModelDescription(path_), model);
  EXPECT_EQ(readModelParameters(path_, model.makeNetwork()), parameters_);
}

TEST_F(ModelFile, OfFormat1IsReadAsBefore) {
  const auto model = describe(3, 2);
  write(model);
  change([&](hid_t file) { makeFormat1(file, model); });
  expectSame(readModelDescription(path_), model);
  EXPECT_EQ(readModelParameters(path_, model.makeNetwork()), parameters_);
}

TEST_F(ModelFile, OfFormat1WithoutOutputScalingHasTheIdentity) {
  auto model = describe(3, 2);
  model.targets.logarithm = false;
  write(model);
  change([&](hid_t file) {
    makeFormat1(file, model);
    H5Adelete(file, "output_shift");
    H5Adelete(file, "output_scale");
  });
  EXPECT_TRUE(readModelDescription(path_).targets.isIdentity());
}

TEST_F(ModelFile, OfAFormatThatIsNotKnownIsRefused) {
  write(describe(3, 2));
  for (const int number : {3, 0}) {
    change([number](hid_t file) { writeFormat(file, number); });
    expectRejection("is a model file of format " + std::to_string(number) +
                    "; the highest format that this version reads is 2.");
  }
}

// An HDF5 attribute of numbers holds 64 KB: 8192 of them.
TEST_F(ModelFile, HasNoLimitOfInputsAndOutputs) {
  const auto model = describe(10000, 9000);
  write(model);
  expectSame(readModelDescription(path_), model);
  EXPECT_EQ(readModelParameters(path_, model.makeNetwork()), parameters_);
}

TEST_F(ModelFile, HasNoLimitOfTheDeck) {
  auto model = describe(3, 2);
  model.deck = std::string(5000000, 'x') + "end";
  write(model);
  EXPECT_EQ(readModelDescription(path_).deck, model.deck);
}

TEST_F(ModelFile, OfAnInputShapeThatIsNotThatOfItsFeaturesIsRefused) {
  auto model = describe(3, 2);
  model.inputShape = {5};
  write(model);
  expectRejection("attribute \"input_shape\" is not the shape of 3 features.");
}

// 3 is also 1431655766 x 3 x 1431655766 where the product overflows.
TEST_F(ModelFile, OfAnInputShapeWhoseProductOverflowsIsRefused) {
  write(describe(3, 2));
  change([](hid_t file) {
    H5Adelete(file, "input_shape");
    writeNumbers(file, "input_shape", {1431655766, 3, 1431655766}, H5T_STD_I64LE);
  });
  expectRejection("attribute \"input_shape\" is not the shape of 3 features.");
}

// Sizes that a file only announces must not take the memory of such a network.
TEST_F(ModelFile, WithoutTheLayersOfItsNetworkIsRefusedBeforeThereIsRoomForThem) {
  auto model = describe(3, 2);
  write(model);
  auto network = model.makeNetwork();
  const auto rejection = [&] {
    try {
      readModelParameters(path_, network);
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  network.stages.front().blocks = 2000000000;
  EXPECT_NE(rejection().find(" layers; its network has 2000000000 blocks."), std::string::npos)
      << rejection();
  network = model.makeNetwork();
  network.stages.front().shape.channels = 1000000;
  EXPECT_NE(rejection().find("layers/lift/W is "), std::string::npos) << rejection();
}

TEST_F(ModelFile, OfANetworkThatCannotBeCountedIsRefused) {
  auto model = describe(3, 2);
  model.network.set("Width", 2147483647);
  EXPECT_THROW(model.makeNetwork(), std::invalid_argument);
}

// What the fuzzers found once (test/fuzz/findings).
TEST(FuzzedFiles, AreRefused) {
  const std::string folder = std::string(TERRACE_SOURCE_DIR) + "/test/fuzz/findings/";
  const auto refusal = [](const auto& read) {
    try {
      read();
    } catch (const std::invalid_argument& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string network =
      refusal([&] { terrace::program::readPortableModel(folder + "Model/number-beyond-integers.onnx"); });
  EXPECT_NE(network.find("whose numbers are no integers"), std::string::npos) << network;
  const std::string rows =
      refusal([&] { terrace::program::historyText(folder + "Checkpoint/more-rows-than-bytes"); });
  EXPECT_NE(rows.find("iteration: has more bytes than its file; the file is damaged."), std::string::npos)
      << rows;
}

TEST_F(ModelFile, ScalingsThatDoNotFitAreNamed) {
  auto model = describe(3, 2);
  model.inputs.scale[1] = 0;
  write(model);
  expectRejection("scaling/input_scale has an entry that is not finite or is 0.");
  model.inputs = terrace::resnet::DataScaling::identity(4);
  write(model);
  expectRejection("scaling/input_shift has 4 entries; expected 3.");
  change([](hid_t file) { H5Ldelete(file, "scaling/input_shift", H5P_DEFAULT); });
  expectRejection("scaling/input_shift: no such dataset.");
}
