// ONNX files of every kind of network: valid by ONNX's own checker, and read back to the same network.
#include "ExchangedNetworks.hpp"
#include "TemporaryDirectory.hpp"
#include "exchange/Onnx.hpp"
#include "exchange/OnnxFile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <onnx/checker.h>

using namespace terrace::program;
using terrace::test::exchangedNetworks;
using terrace::test::TemporaryDirectory;

namespace {

class OnnxWriting : public ::testing::Test {
protected:
  std::string write(const PortableModel& model, Precision precision = Precision::Double) const {
    writeOnnx(path_, model, precision, path_);
    return path_;
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("network.onnx");
};

void expectSame(const PortableModel& found, const PortableModel& expected) {
  EXPECT_EQ(found.parameters, expected.parameters);
  const auto &a = found.description, &b = expected.description;
  EXPECT_EQ(a.network, b.network) << a.network << b.network;
  EXPECT_EQ(a.task, b.task);
  EXPECT_EQ(a.features, b.features);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.inputShape, b.inputShape);
  EXPECT_EQ(a.inputNames, b.inputNames);
  EXPECT_EQ(a.outputNames, b.outputNames);
  for (const auto& [x, y] : {std::pair(a.inputs, b.inputs), std::pair(a.targets, b.targets)}) {
    EXPECT_EQ(x.shift, y.shift);
    EXPECT_EQ(x.scale, y.scale);
    EXPECT_EQ(x.logarithm, y.logarithm);
  }
  EXPECT_EQ(a.deck, b.deck);
  EXPECT_EQ(a.dataFile, b.dataFile);
  EXPECT_EQ(a.dataChecksum, b.dataChecksum);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.trainingSamples, b.trainingSamples);
}

} // namespace

TEST_F(OnnxWriting, GivesWhatOnnxsOwnCheckerAccepts) {
  for (const auto& model : exchangedNetworks())
    for (const Precision precision : {Precision::Double, Precision::Single})
      EXPECT_NO_THROW(onnx::checker::check_model(write(model, precision))) << model.description.network;
}

TEST_F(OnnxWriting, SaysItsOpsetAndIrVersion) {
  write(exchangedNetworks().front());
  onnx::ModelProto file;
  std::ifstream in(path_, std::ios::binary);
  ASSERT_TRUE(file.ParseFromIstream(&in));
  EXPECT_EQ(file.ir_version(), onnxIrVersion);
  EXPECT_EQ(file.opset_import(0).version(), onnxOpset);
  EXPECT_EQ(file.producer_name(), "terrace");
}

TEST_F(OnnxWriting, IsReadBackBitForBitInDoublePrecision) {
  for (const auto& model : exchangedNetworks()) expectSame(readOnnx(write(model)), model);
}

TEST_F(OnnxWriting, IsReadBackToFloatsInSinglePrecision) {
  for (auto model : exchangedNetworks()) {
    const auto found = readOnnx(write(model, Precision::Single));
    for (double& value : model.parameters) value = static_cast<float>(value);
    expectSame(found, model);
  }
}

TEST_F(OnnxWriting, KeepsMapsOfColumnsNamesAndLogarithms) {
  auto model = exchangedNetworks()[1];
  auto& about = model.description;
  ASSERT_EQ(about.task, terrace::dataset::Task::Regression);
  about.inputs = {{1.5, 0, -2}, {2, 1, 0.1}, true};
  about.targets = {{7, 0.3}, {0.5, 1}, true};
  about.inputNames = {"first, \"quoted\"", "zweiter Wert ä", ""};
  about.outputNames = {"flux", "heat"};
  expectSame(readOnnx(write(model)), model);
  EXPECT_NO_THROW(onnx::checker::check_model(path_));
}

TEST_F(OnnxWriting, NamesOutputsAndLabelsAsPredictDoes) {
  write(exchangedNetworks().front());
  onnx::ModelProto file;
  std::ifstream in(path_, std::ios::binary);
  ASSERT_TRUE(file.ParseFromIstream(&in));
  ASSERT_EQ(file.graph().output_size(), 2);
  EXPECT_EQ(file.graph().input(0).name(), "inputs");
  EXPECT_EQ(file.graph().output(0).name(), "outputs");
  EXPECT_EQ(file.graph().output(1).name(), "labels");
}

TEST_F(OnnxWriting, ReportsAFileThatCannotBeWritten) {
  EXPECT_THROW(writeOnnx("/nowhere/a.onnx", exchangedNetworks().front(), Precision::Double, "a.onnx"),
               std::runtime_error);
}
