#include "FileSizeLimit.hpp"
#include "TemporaryFolder.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/PartialFile.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <fstream>

namespace terrace::dataset {
namespace {

using test::FileSizeLimit;
using test::messageOf;
using test::TemporaryFolder;

void expectSame(const Split& a, const Split& b) {
  EXPECT_EQ(a.samples, b.samples);
  EXPECT_EQ(a.features, b.features);
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.targets, b.targets);
  EXPECT_EQ(a.outputs, b.outputs);
  EXPECT_EQ(a.jacobians, b.jacobians);
  EXPECT_EQ(a.directions, b.directions);
  EXPECT_EQ(a.directionRows, b.directionRows);
  EXPECT_EQ(a.derivatives, b.derivatives);
}

void expectRoundTrip(const Dataset& data) {
  const TemporaryFolder folder;
  write(folder.file("a.h5"), data);
  const auto back = read(folder.file("a.h5"));
  EXPECT_EQ(back.task, data.task);
  EXPECT_EQ(back.inputShape, data.inputShape);
  EXPECT_EQ(back.classes, data.classes);
  EXPECT_EQ(back.description, data.description);
  EXPECT_EQ(back.inputNames, data.inputNames);
  EXPECT_EQ(back.targetNames, data.targetNames);
  expectSame(back.train, data.train);
  expectSame(back.test, data.test);
  EXPECT_EQ(folder.entries(), 1U);
}

Dataset smallRegression() {
  Dataset data;
  data.task = Task::Regression;
  data.inputShape = {2};
  data.train.samples = 3;
  data.train.features = 2;
  data.train.inputs = {1, 2, 3, 4, 5, 6};
  data.train.outputs = 1;
  data.train.targets = {-1, 0, 1};
  data.inputNames = {"log10 kappa", "b"};
  data.targetNames = {"mean u"};
  return data;
}

SpiralOptions smallOptions() {
  SpiralOptions options;
  options.trainSamples = 50;
  options.testSamples = 20;
  return options;
}

TEST(DatasetFile, EveryGeneratorsDataComeBack) {
  expectRoundTrip(makeSpiral(smallOptions()));
  expectRoundTrip(makeSmiley({}));
  expectRoundTrip(makePeaks({}));
}

TEST(DatasetFile, RegressionDataWithoutATestSetComeBack) {
  expectRoundTrip(smallRegression());
  auto derivatives = smallRegression();
  derivatives.train.jacobians = {1, 2, 3, 4, 5, 6};
  expectRoundTrip(derivatives);
  derivatives.train.jacobians.clear();
  derivatives.train.directions = 2;
  derivatives.train.directionRows = {1, 0, 0, 1, 1, 1, 2, 0, 3, 0, 0, 4};
  derivatives.train.derivatives = {1, 2, 3, 4, 5, 6};
  expectRoundTrip(derivatives);
}

TEST(DatasetFile, IsWrittenInTheTypesOfTheFormat) {
  const TemporaryFolder folder;
  write(folder.file("a.h5"), makeSpiral(smallOptions()));
  const auto file = Hdf5File::open(folder.file("a.h5"));
  EXPECT_EQ(file.members("/"), (std::vector<std::string>{"test", "train"}));
  EXPECT_EQ(file.members("train"), (std::vector<std::string>{"inputs", "labels"}));
  EXPECT_EQ(file.shape("train/inputs"), (std::vector<std::size_t>{50, 2}));
  EXPECT_EQ(file.shape("train/labels"), (std::vector<std::size_t>{50}));
  EXPECT_EQ(file.attribute<std::string>("/", "task"), "classification");
  EXPECT_EQ(file.attribute<std::int64_t>("/", "classes"), 2);
  EXPECT_EQ(file.attribute<std::vector<std::int64_t>>("/", "input_shape"), std::vector<std::int64_t>{2});
}

TEST(DatasetFile, InfoGivesCountsAndRanges) {
  const TemporaryFolder folder;
  auto data = makeSpiral(smallOptions());
  data.train.inputs[7] = -5;
  data.train.inputs[8] = 6;
  write(folder.file("a.h5"), data);
  const auto info = readInfo(folder.file("a.h5"));
  EXPECT_EQ(info.description.trainSamples, 50U);
  EXPECT_EQ(info.description.testSamples, 20U);
  EXPECT_EQ(info.description.features, 2);
  EXPECT_EQ(info.description.outputs, 2);
  EXPECT_EQ(info.train.classCounts, (std::vector<std::size_t>{25, 25}));
  EXPECT_EQ(info.train.smallestInput, -5);
  EXPECT_EQ(info.train.largestInput, 6);
  ASSERT_TRUE(info.test.has_value());

  write(folder.file("a.h5"), smallRegression());
  const auto regression = readInfo(folder.file("a.h5"));
  EXPECT_EQ(regression.description.outputs, 1);
  EXPECT_EQ(regression.train.smallestTarget, -1);
  EXPECT_EQ(regression.train.largestTarget, 1);
  EXPECT_FALSE(regression.test.has_value());
}

TEST(DatasetFile, SaysHowTheDataWereMade) {
  const TemporaryFolder folder;
  auto data = smallRegression();
  data.provenance = {{"seed", std::int64_t{7}}, {"units", std::vector<std::string>{"1", "cm"}}};
  write(folder.file("a.h5"), data);
  const auto file = Hdf5File::open(folder.file("a.h5"));
  EXPECT_EQ(file.attribute<std::int64_t>("/", "seed"), 7);
  EXPECT_EQ(file.attribute<std::vector<std::string>>("/", "units"), (std::vector<std::string>{"1", "cm"}));
  EXPECT_EQ(file.attribute<std::vector<std::string>>("/", "input_names"), data.inputNames);
}

TEST(DatasetFile, OfAnotherIntegerAndFloatTypeIsRead) {
  const TemporaryFolder folder;
  auto file = Hdf5File::create(folder.file("a.h5"));
  file.writeAttribute("/", "task", std::string("classification"));
  file.writeAttribute("/", "input_shape", std::vector<std::int64_t>{2});
  file.writeAttribute("/", "classes", 2);
  file.write<float>("train/inputs", {2, 2}, {1.5F, 2, 3, 4});
  file.write<std::int64_t>("train/labels", {2}, {1, 0});
  file.close();
  const auto data = read(folder.file("a.h5"));
  EXPECT_EQ(data.train.inputs, (std::vector<double>{1.5, 2, 3, 4}));
  EXPECT_EQ(data.train.labels, (std::vector<int>{1, 0}));
  EXPECT_EQ(data.description, "");
}

TEST(DatasetFile, RealDataAreRead) {
  const std::string folder = TERRACE_SHARED_DIR "/data/";
  if (!std::filesystem::exists(folder + "peaks.h5")) GTEST_SKIP() << "No data in " << folder;
  const auto peaksInfo = readInfo(folder + "peaks.h5");
  EXPECT_EQ(peaksInfo.description.classes, 5);
  EXPECT_EQ(peaksInfo.train.classCounts, std::vector<std::size_t>(5, 1000));
  EXPECT_EQ(peaksInfo.description.testSamples, 200U);
  const auto digits = read(folder + "digits.h5");
  EXPECT_EQ(digits.inputShape, (std::vector<int>{1, 8, 8}));
  EXPECT_EQ(digits.train.features, 64);
  EXPECT_EQ(digits.train.samples, 1437U);
  EXPECT_EQ(digits.classes, 10);
}

TEST(DatasetFile, OurPeaksHaveTheLabelsOfTheRealOnes) {
  const std::string path = TERRACE_SHARED_DIR "/data/peaks.h5";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "No file " << path;
  const auto data = read(path);
  std::size_t different = 0;
  for (std::size_t i = 0; i < data.train.samples; ++i) {
    const double z = peaks(data.train.inputs[2 * i], data.train.inputs[2 * i + 1]);
    different += peaksLevel(z, 5) == data.train.labels[i] ? 0U : 1U;
  }
  EXPECT_LE(different, 10U); // its levels are between the extremes of a grid, ours between the true ones
}

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(DatasetFile, InvalidDataAreNotWritten) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  const auto message = [&](const Dataset& data) {
    return messageOf<std::invalid_argument>([&] { write(path, data); });
  };
  auto data = makeSpiral(smallOptions());
  data.train.labels[17] = 9;
  EXPECT_EQ(message(data), path + ": train/labels: 1 of 50 labels is outside 0..1 (first: row 17, value 9).");
  data = makeSpiral(smallOptions());
  data.test.inputs[7] = std::nan("");
  EXPECT_EQ(message(data),
            path + ": test/inputs: 1 of 40 values is NaN or infinite (first: row 3, column 1).");
  data = makeSpiral(smallOptions());
  data.inputShape = {3};
  EXPECT_EQ(message(data), path + ": train/inputs: has 2 columns; the product of input_shape is 3.");
  data = makeSpiral(smallOptions());
  data.classes = 1;
  EXPECT_EQ(message(data), path + ": attribute \"classes\": is 1; expected 2..1000000.");
  data = smallRegression();
  data.train.targets.pop_back();
  EXPECT_EQ(message(data), path + ": train/targets: does not have one row for each of 3 samples.");
  data.train = {};
  EXPECT_EQ(message(data), path + ": train/inputs: has no samples.");
  data = smallRegression();
  data.inputNames.pop_back();
  EXPECT_EQ(message(data), path + ": attribute \"input_names\": has 1 names for 2 columns.");
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(DatasetFile, AMissingFolderOrAFolderInThePlaceOfTheFileIsAnError) {
  const TemporaryFolder folder;
  const auto data = makeSpiral(smallOptions());
  const auto path = folder.file("none/a.h5");
  EXPECT_EQ(messageOf<std::runtime_error>([&] { write(path, data); }),
            path + ": cannot be written; there is no folder " + folder.file("none") + ".");
  const auto place = folder.path().string();
  EXPECT_EQ(messageOf<std::runtime_error>([&] { write(place, data); }),
            place + ": cannot be written; it is a folder.");
}

TEST(DatasetFile, AFailedWriteLeavesTheExistingFileAndNoOther) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  write(path, smallRegression());
  const auto before = contentOf(path);
  SpiralOptions options;
  options.trainSamples = 100000;
  const auto data = makeSpiral(options);
  for (const rlim_t bytes : {1000U, 100000U, 1700000U}) {
    std::string message;
    {
      const FileSizeLimit limit(bytes);
      message = messageOf<std::runtime_error>([&] { write(path, data); });
    }
    EXPECT_EQ(message.find(path + ": "), 0U) << message;
    EXPECT_NE(message.find("File too large"), std::string::npos) << message;
    EXPECT_EQ(folder.entries(), 1U);
    EXPECT_EQ(contentOf(path), before);
  }
  write(path, data);
  expectSame(read(path).train, data.train);
}

TEST(PartialFile, KeepsALinkAndRefusesADevice) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.file("target"), folder.file("link"));
  std::ofstream(folder.file("target")) << "old";
  PartialFile partial(folder.file("link"));
  std::ofstream(partial.path()) << "new";
  partial.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link")));
  std::string text;
  std::ifstream(folder.file("target")) >> text;
  EXPECT_EQ(text, "new");
  EXPECT_THROW(PartialFile("/dev/null"), std::runtime_error);
}

TEST(PartialFile, AppearsOnlyWhenCommitted) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.txt");
  {
    PartialFile partial(path);
    std::ofstream(partial.path()) << "lost";
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_EQ(folder.entries(), 0U);
  PartialFile partial(path);
  std::ofstream(partial.path()) << "kept";
  partial.commit();
  EXPECT_EQ(folder.entries(), 1U);
  EXPECT_EQ(contentOf(path), "kept");
}

TEST(Checksum, IsTheKnownHashOfKnownText) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("empty")).close();
  std::ofstream(folder.file("text")) << "foobar";
  EXPECT_EQ(fileChecksum(folder.file("empty")), "fnv1a64:cbf29ce484222325");
  EXPECT_EQ(fileChecksum(folder.file("text")), "fnv1a64:85944171f73967e8"); // Fowler, Noll & Vo's test vector
  EXPECT_THROW(fileChecksum(folder.file("none")), std::invalid_argument);
}

} // namespace
} // namespace terrace::dataset
