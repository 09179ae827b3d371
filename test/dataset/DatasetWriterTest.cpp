#include "FileSizeLimit.hpp"
#include "TemporaryFolder.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/DatasetWriter.hpp>

#include <gtest/gtest.h>

#include <limits>

namespace terrace::dataset {
namespace {

using test::messageOf;
using test::TemporaryFolder;

// A description of 3 training samples and one test sample of two features in two classes.
Dataset described() {
  Dataset data;
  data.inputShape = {2};
  data.classes = 2;
  data.description = "blocks";
  data.train.samples = 3;
  data.test.samples = 1;
  data.train.features = data.test.features = 2;
  return data;
}

Split block(const std::vector<double>& inputs, const std::vector<int>& labels) {
  Split split;
  split.samples = labels.size();
  split.features = 2;
  split.inputs = inputs;
  split.labels = labels;
  return split;
}

} // namespace

TEST(DatasetWriter, WritesInBlocksWhatWriteWritesAtOnce) {
  const TemporaryFolder folder;
  DatasetWriter writer(folder.file("a.h5"), described());
  writer.append("train", block({1, 2, 3, 4}, {0, 1}));
  writer.append("test", block({7, 8}, {1}));
  writer.append("train", block({5, 6}, {0}));
  writer.commit();
  const Dataset data = read(folder.file("a.h5"));
  EXPECT_EQ(data.description, "blocks");
  EXPECT_EQ(data.train.inputs, (std::vector<double>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(data.train.labels, (std::vector<int>{0, 1, 0}));
  EXPECT_EQ(data.test.inputs, (std::vector<double>{7, 8}));
  EXPECT_EQ(folder.entries(), 1U);
}

TEST(DatasetWriter, LeavesNothingWithoutCommit) {
  const TemporaryFolder folder;
  {
    DatasetWriter writer(folder.file("a.h5"), described());
    writer.append("train", block({1, 2}, {0}));
    EXPECT_THROW(writer.commit(), std::logic_error) << "samples are missing";
  }
  EXPECT_EQ(folder.entries(), 0U);
}

TEST(DatasetWriter, NamesTheRowOfWhatIsWrong) {
  const TemporaryFolder folder;
  DatasetWriter writer(folder.file("a.h5"), described());
  writer.append("train", block({1, 2}, {0}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(messageOf<std::invalid_argument>([&] {
              writer.append("train", block({3, 4, 5, nan}, {0, 1}));
            }),
            folder.file("a.h5") + ": train/inputs: row 2, column 1 is NaN or infinite.");
  EXPECT_EQ(messageOf<std::invalid_argument>([&] {
              writer.append("train", block({3, 4}, {2}));
            }),
            folder.file("a.h5") + ": train/labels: row 1 has the label 2; expected 0..1.");
}

TEST(DatasetWriter, FindsBeforeTheWorkThatTheDiskHasNoRoom) {
  const TemporaryFolder folder;
  Dataset large = described();
  large.train.samples = std::size_t{1} << 50U;
  EXPECT_THROW(DatasetWriter(folder.file("a.h5"), large), std::invalid_argument);
  EXPECT_EQ(folder.entries(), 0U);
}

} // namespace terrace::dataset
