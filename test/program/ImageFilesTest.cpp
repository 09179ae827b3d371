// `terrace data convert` of images: IDX files, folders of PNG files, CIFAR, on files that the test writes.
#include "ImageFileWriters.hpp"
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <png.h>
#include <string>
#include <vector>

using namespace terrace::test;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

class ImageFiles : public ::testing::Test {
protected:
  std::string file(const std::string& name) const { return directory_.file(name); }
  void writePng(const std::string& name, int height, int width, const Bytes& bytes,
                png_uint_32 format = PNG_FORMAT_GRAY) const {
    terrace::test::writePng(file(name), height, width, bytes, format);
  }
  void writeIdx(const std::string& name, const std::vector<int>& extents, const Bytes& values) const {
    terrace::test::writeIdx(directory_, name, extents, values);
  }
  Outcome convert(const std::string& options, int status = 0) const {
    const Outcome outcome = runProgram("data convert " + options);
    EXPECT_EQ(outcome.status, status) << options << ": " << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return outcome;
  }
  terrace::dataset::Dataset converted(const std::string& source, const std::string& options = "") const {
    convert(file(source) + " " + file("out.h5") + " " + options);
    return terrace::dataset::read(file("out.h5"));
  }
  std::string complaint(const std::string& source, const std::string& options = "") const {
    const auto outcome = convert(file(source) + " " + file("new/out.h5") + " " + options, 2);
    EXPECT_FALSE(fs::exists(file("new")));
    return outcome.errors.empty() ? "" : outcome.errors[0];
  }

  TemporaryDirectory directory_;
};

} // namespace

TEST_F(ImageFiles, OfTheIdxFormatBecomeDataSetsWithNamesOfTheirClasses) {
  writeIdx("t-images-idx3-ubyte", {4, 1, 2}, {0, 255, 51, 102, 5, 6, 7, 8});
  writeIdx("t-labels-idx1-ubyte", {4}, {1, 0, 1, 0});
  const auto data = converted("t-images-idx3-ubyte", "--class-names \"ankle boot,bag\" --test-share 0.5");
  EXPECT_EQ(data.inputShape, (std::vector<int>{1, 2}));
  EXPECT_EQ(data.train.samples, 2U);
  EXPECT_EQ(data.test.labels.size(), 2U);
  EXPECT_NE(data.test.labels[0], data.test.labels[1]); // stratified
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"ankle boot", "bag"}));
  EXPECT_EQ(converted("t-images-idx3-ubyte", "--copies 2 --shift 0").train.samples, 12U);
  EXPECT_NE(complaint("t-images-idx3-ubyte", "--class-names bag").find("a class for each name"),
            std::string::npos);
  EXPECT_NE(complaint("t-images-idx3-ubyte", "--targets 3").find("are for tables"), std::string::npos);
  directory_.write("table.csv", "a,b\n1,2\n");
  EXPECT_NE(complaint("table.csv", "--label b --class-names x,y").find("--class-names is for images"),
            std::string::npos);
}

TEST_F(ImageFiles, InAFolderForEachClassBecomeDataSets) {
  writePng("leaves/train/oak/1.png", 1, 2, {10, 20});
  writePng("leaves/train/oak/2.PNG", 1, 2, {30, 40});
  writePng("leaves/train/ash/1.png", 1, 2, {50, 60});
  writePng("leaves/test/oak/1.png", 1, 2, {70, 80});
  auto data = converted("leaves/");
  EXPECT_EQ(data.inputShape, (std::vector<int>{1, 2}));
  EXPECT_EQ(data.train.labels, (std::vector<int>{0, 1, 1}));
  EXPECT_DOUBLE_EQ(data.train.inputs[4], 30.0 / 255);
  EXPECT_EQ(data.test.labels, (std::vector<int>{1}));
  EXPECT_DOUBLE_EQ(data.test.inputs[1], 80.0 / 255);
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"ash", "oak"}));

  // One in colour: all have three channels, plane by plane.
  writePng("leaves/train/ash/2.png", 1, 2, {1, 2, 3, 4, 5, 6}, PNG_FORMAT_RGB);
  data = converted("leaves");
  EXPECT_EQ(data.inputShape, (std::vector<int>{3, 1, 2}));
  const std::vector<double> planes{1, 4, 2, 5, 3, 6};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_DOUBLE_EQ(data.train.inputs[6 + i], planes[i] / 255) << i;

  writePng("leaves/test/elm/1.png", 1, 2, {1, 2});
  EXPECT_NE(complaint("leaves").find("elm: is a class without training images"), std::string::npos);
}

TEST_F(ImageFiles, OfAFolderThatDoNotFitAreNamed) {
  writePng("leaves/oak/1.png", 1, 2, {10, 20});
  directory_.write("leaves/readme.txt", "no class");
  EXPECT_NE(complaint("leaves").find("has 1 folder with PNG files"), std::string::npos);
  writePng("leaves/ash/1.png", 2, 2, {1, 2, 3, 4});
  EXPECT_NE(complaint("leaves").find("oak/1.png: has 1 x 2 pixels; expected 2 x 2 as in"), std::string::npos);
  EXPECT_NE(complaint("leaves", "--label x").find("a folder names its classes itself"), std::string::npos);
  fs::remove(file("leaves/ash/1.png"));
  directory_.write("leaves/ash/1.png", "nonsense");
  EXPECT_NE(complaint("leaves").find("ash/1.png: "), std::string::npos);
}

TEST_F(ImageFiles, WithoutClassesBecomeInputsToPredict) {
  writePng("unsorted/b.png", 1, 2, {0, 255});
  writePng("unsorted/a.png", 1, 2, {51, 102});
  EXPECT_EQ(convert(file("unsorted") + " " + file("unsorted.h5")).output,
            file("unsorted.h5") + ": 2 inputs of 2 features\n");
  const auto inputs = terrace::dataset::Hdf5File::open(file("unsorted.h5")).read<double>("inputs");
  EXPECT_EQ(inputs.values, (std::vector<double>{0.2, 0.4, 0.0, 1.0}));
  convert(file("unsorted") + " " + file("unsorted.h5") + " --test-share 0.5", 2);
  fs::create_directories(file("empty"));
  EXPECT_NE(complaint("empty").find("is a folder without images"), std::string::npos);
}

TEST_F(ImageFiles, OfCifarComeFromItsFolder) {
  fs::create_directories(file("cifar-10-batches-bin"));
  const std::string record = std::string(1, '\1') + std::string(3072, '\x33');
  directory_.write("cifar-10-batches-bin/batches.meta.txt", "aeroplane\nbird\n");
  directory_.write("cifar-10-batches-bin/data_batch_1.bin", record + record);
  directory_.write("cifar-10-batches-bin/test_batch.bin", record);
  const auto data = converted("cifar-10-batches-bin");
  EXPECT_EQ(data.inputShape, (std::vector<int>{3, 32, 32}));
  EXPECT_EQ(data.train.samples, 2U);
  EXPECT_DOUBLE_EQ(data.train.inputs[0], 0.2);
  EXPECT_NE(complaint("cifar-10-batches-bin", "--test-share 0.5").find("has test images"), std::string::npos);
}
