#include "TemporaryFolder.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Generators.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/dataset/SampleOrder.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <limits>

namespace terrace::dataset {
namespace {

constexpr SampleDealing dealing{128};

using test::messageOf;
using test::TemporaryFolder;

const Teuchos::Comm<int>& world() {
  static const auto comm = Tpetra::getDefaultComm();
  return *comm;
}

// Rank 0 writes; the others wait until the file is there.
void writeOnRoot(const std::function<void()>& work) {
  if (isRoot(world())) work();
  world().barrier();
}

void writeMatrix(const std::string& path, std::size_t columns, const std::vector<double>& values) {
  auto file = Hdf5File::create(path);
  file.write<double>("x", {values.size() / columns, columns}, values);
  file.close();
}

// A data set whose rows are all different; 47 samples do not divide by 2 or 3.
Dataset numbered(Task task) {
  Dataset data;
  data.task = task;
  data.inputShape = {3};
  data.classes = task == Task::Classification ? 4 : 0;
  for (Split* split : {&data.train, &data.test}) {
    split->samples = split == &data.train ? 47 : 2;
    split->features = 3;
    split->outputs = task == Task::Regression ? 2 : 0;
    for (std::size_t i = 0; i < split->samples; ++i) {
      const auto value = static_cast<double>(i);
      split->inputs.insert(split->inputs.end(), {value, value + 0.1, -value / 3});
      if (task == Task::Regression) split->targets.insert(split->targets.end(), {1 / (value + 1), value});
      if (task == Task::Classification) split->labels.push_back(static_cast<int>(i / 12));
    }
  }
  return data;
}

// The rows of \p columns columns that the order gives to this rank.
template <class T>
std::vector<T> expectedShare(const std::vector<T>& all, std::size_t columns,
                             const std::vector<std::int64_t>& order) {
  std::vector<T> share;
  for (std::size_t p = 0; p < order.size(); ++p) {
    if (dealing.ownerOf(p, static_cast<std::size_t>(world().getSize())) !=
        static_cast<std::size_t>(world().getRank()))
      continue;
    const auto begin =
        all.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(order[p]) * columns);
    share.insert(share.end(), begin, begin + static_cast<std::ptrdiff_t>(columns));
  }
  return share;
}

void expectShare(const SplitShare& share, const Split& all, const std::vector<std::int64_t>& order) {
  EXPECT_EQ(share.globalSamples, order.size());
  EXPECT_EQ(share.rows, shareOf(order, dealing, world()));
  EXPECT_EQ(share.local.samples, share.rows.size());
  EXPECT_EQ(share.local.inputs, expectedShare(all.inputs, 3, order));
  if (!all.labels.empty()) {
    EXPECT_EQ(share.local.labels, expectedShare(all.labels, 1, order));
  }
  if (!all.targets.empty()) {
    EXPECT_EQ(share.local.targets, expectedShare(all.targets, 2, order));
  }
}

TEST(ReadSplit, DealsTheSerialOrderRoundRobinBitForBit) {
  const TemporaryFolder folder;
  for (const Task task : {Task::Classification, Task::Regression}) {
    const auto data = numbered(task);
    const auto path = folder.file(task == Task::Regression ? "r.h5" : "c.h5");
    writeOnRoot([&] { write(path, data); });
    for (const std::size_t samples : {0U, 1U, 20U, 47U}) {
      const auto order = task == Task::Classification ? sampleOrder(data.train.labels, 5, samples)
                                                      : sampleOrder(data.train.samples, 5, samples);
      expectShare(readSplit(path, "train", dealing, world(), {true, 5, samples}), data.train, order);
    }
    expectShare(readSplit(path, "test", dealing, world()), data.test,
                {0, 1}); // fewer samples than three ranks
  }
}

TEST(ReadSplit, KeepsTheOrderOfTheFileUnlessAsked) {
  const TemporaryFolder folder;
  const auto data = numbered(Task::Classification);
  writeOnRoot([&] { write(folder.file("a.h5"), data); });
  expectShare(readSplit(folder.file("a.h5"), "train", dealing, world(), {false, 0, 5}), data.train,
              {0, 1, 2, 3, 4});
}

TEST(ReadSplit, ReadsSinglePrecision) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  writeOnRoot([&] {
    auto file = Hdf5File::create(path);
    file.write<float>("x", {3, 1}, {0.5F, 0.25F, 0.125F});
    file.close();
  });
  const auto share = readMatrixShare(path, "x", {2, 0}, dealing, world());
  EXPECT_EQ(share.values, expectedShare<double>({0.5, 0.25, 0.125}, 1, {2, 0}));
}

TEST(ReadSplit, MultipliesIntegersByTheirScale) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  writeOnRoot([&] {
    auto file = Hdf5File::create(path);
    file.write<std::uint8_t>("x", {3, 1}, {0, 255, 51});
    file.writeAttribute("x", "scale", 1.0 / 255);
    file.close();
  });
  const auto share = readMatrixShare(path, "x", {1, 2, 0}, dealing, world());
  EXPECT_EQ(share.values, expectedShare<double>({0, 255 * (1.0 / 255), 51 * (1.0 / 255)}, 1, {1, 2, 0}));
}

TEST(ReadSplit, ReadsSlabsLargerThanTheBlockOfOneTransfer) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.h5");
  const std::size_t rows = 2500000; // 60 MB: above 16 MB a rank on three ranks
  std::vector<double> values(3 * rows);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  writeOnRoot([&] { writeMatrix(path, 3, values); });
  const auto row = static_cast<std::int64_t>(rows);
  const std::vector<std::int64_t> order{row - 1, 0, row / 2, row / 3, row - 2, row / 3 * 2};
  EXPECT_EQ(readMatrixShare(path, "x", order, dealing, world()).values, expectedShare(values, 3, order));
}

TEST(ReadDescription, IsTheSameOnAllRanks) {
  const TemporaryFolder folder;
  writeOnRoot([&] { write(folder.file("a.h5"), numbered(Task::Regression)); });
  const auto description = readDescription(folder.file("a.h5"), world());
  EXPECT_EQ(description.task, Task::Regression);
  EXPECT_EQ(description.features, 3);
  EXPECT_EQ(description.outputs, 2);
  EXPECT_EQ(description.trainSamples, 47U);
  EXPECT_EQ(description.testSamples, 2U);
}

TEST(ReadSplit, ReadsRealDataInParallel) {
  const std::string path = TERRACE_SHARED_DIR "/data/digits.h5";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "No file " << path;
  const auto all = read(path);
  const auto share = readSplit(path, "train", dealing, world(), {true, 1, 500});
  const auto order = sampleOrder(all.train.labels, 1, 500);
  EXPECT_EQ(share.local.inputs, expectedShare(all.train.inputs, 64, order));
  EXPECT_EQ(share.local.labels, expectedShare(all.train.labels, 1, order));
}

/// Files that break one rule each.
class WrongFile : public ::testing::Test {
protected:
  struct Content {
    std::string task = "classification";
    std::vector<std::int64_t> inputShape{2};
    std::int64_t classes = 5;
    std::vector<std::size_t> shape{6, 2};
    std::vector<double> inputs = std::vector<double>(12, 1.0);
    std::vector<int> labels = std::vector<int>(6, 0);
    std::vector<double> targets;
    bool withInputs = true;
    bool withLabels = true;
  };

  // What reading the training set of such a file throws, checked to be the same on all ranks.
  std::string complaint(const Content& content, const std::string& split = "train", std::size_t samples = 0) {
    writeOnRoot([&] { writeContent(content); });
    return messageOfAll([&] { readSplit(path_, split, dealing, world(), {true, 1, samples}); });
  }

  static std::string messageOfAll(const std::function<void()>& work) {
    std::string mine = messageOf<std::invalid_argument>(work);
    std::string root = mine;
    int length = static_cast<int>(root.size());
    Teuchos::broadcast(world(), 0, &length);
    root.resize(static_cast<std::size_t>(length));
    Teuchos::broadcast(world(), 0, length, root.data());
    EXPECT_EQ(mine, root);
    return mine;
  }

  std::string expected(const std::string& complaint) const { return path_ + ": " + complaint; }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("wrong.h5");

private:
  void writeContent(const Content& content) const {
    auto file = Hdf5File::create(path_);
    if (!content.task.empty()) file.writeAttribute("/", "task", content.task);
    file.writeAttribute("/", "input_shape", content.inputShape);
    file.writeAttribute("/", "classes", content.classes);
    file.createGroup("train");
    if (content.withInputs) file.write("train/inputs", content.shape, content.inputs);
    if (content.withLabels) file.write("train/labels", {content.labels.size()}, content.labels);
    if (!content.targets.empty()) file.write("train/targets", {content.targets.size(), 1}, content.targets);
    file.close();
  }
};

TEST_F(WrongFile, MissingOrNotHdf5) {
  EXPECT_EQ(messageOfAll([&] { readSplit(path_, "train", dealing, world()); }), expected("no such file."));
  writeOnRoot([&] { std::ofstream(path_) << "text"; });
  EXPECT_EQ(messageOfAll([&] { readSplit(path_, "train", dealing, world()); }),
            expected("not an HDF5 file."));
  EXPECT_EQ(messageOfAll([&] { readDescription(path_, world()); }), expected("not an HDF5 file."));
}

TEST_F(WrongFile, CutShort) {
  Content content;
  writeOnRoot([&] {
    write(path_, numbered(Task::Classification));
    std::filesystem::resize_file(path_, 2000);
  });
  const auto message = messageOfAll([&] { readSplit(path_, "train", dealing, world()); });
  EXPECT_EQ(message.find(expected("cannot be opened; it is damaged, cut short")), 0U) << message;
}

TEST_F(WrongFile, WithoutAGroupDatasetOrAttribute) {
  Content content;
  EXPECT_EQ(complaint(content, "test"), expected("test: no such group."));
  EXPECT_EQ(complaint(content, "validation"), expected("validation: no such group."));
  const auto missing = [&](const std::string& what) {
    const std::string text = complaint(content);
    EXPECT_NE(text.find("does not have the layout of a data set; missing: " + what + ". It has "),
              std::string::npos)
        << text;
  };
  content.withLabels = false;
  missing("dataset train/labels");
  content.withInputs = false;
  missing("dataset train/inputs, dataset train/labels");
  content.task = "";
  missing("attribute \"task\", dataset train/inputs, dataset train/labels or train/targets");
  content.task = "regression";
  content.withInputs = true;
  missing("dataset train/targets");
}

TEST_F(WrongFile, WithWrongAttributes) {
  Content content;
  content.task = "clustering";
  EXPECT_EQ(complaint(content), expected("attribute \"task\": \"clustering\" is not known; expected "
                                         "\"classification\" or \"regression\"."));
  content = {};
  content.classes = 1;
  EXPECT_EQ(complaint(content), expected("attribute \"classes\": is 1; expected 2..1000000."));
  content = {};
  content.inputShape = {};
  EXPECT_EQ(complaint(content), expected("attribute \"input_shape\": is empty."));
  content.inputShape = {2, 0};
  EXPECT_EQ(complaint(content), expected("attribute \"input_shape\": has the extent 0; expected 1 or more."));
  content.inputShape = {1000000, 1000000};
  EXPECT_EQ(complaint(content), expected("attribute \"input_shape\": is too large."));
}

TEST_F(WrongFile, WithWrongShapes) {
  Content content;
  content.inputShape = {3};
  EXPECT_EQ(complaint(content), expected("train/inputs: has 2 columns; the product of input_shape is 3."));
  content = {};
  content.shape = {12};
  EXPECT_EQ(complaint(content), expected("train/inputs: has the shape (12); expected samples x columns."));
  content = {};
  content.labels.pop_back();
  EXPECT_EQ(complaint(content), expected("train/labels: has 5 rows; inputs has 6."));
  content = {};
  content.task = "regression";
  content.targets = {1, 2};
  EXPECT_EQ(complaint(content), expected("train/targets: has 2 rows; inputs has 6."));
  content = {};
  content.shape = {0, 2};
  content.inputs.clear();
  content.labels.clear();
  EXPECT_EQ(complaint(content), expected("train/inputs: has no samples."));
}

TEST_F(WrongFile, WithValuesOfAnotherType) {
  writeOnRoot([&] {
    auto file = Hdf5File::create(path_);
    file.writeAttribute("/", "task", std::string("classification"));
    file.writeAttribute("/", "input_shape", 2);
    file.writeAttribute("/", "classes", 2);
    file.write<double>("train/labels", {1}, {0});
    file.write<int>("train/inputs", {1, 2}, {0, 1});
    file.close();
  });
  EXPECT_EQ(
      messageOfAll([&] { readSplit(path_, "train", dealing, world()); }),
      expected("train/inputs: holds integers; expected float32 or float64, or integers with an attribute "
               "\"scale\"."));
}

TEST_F(WrongFile, WithFloatingPointLabels) {
  writeOnRoot([&] {
    auto file = Hdf5File::create(path_);
    file.writeAttribute("/", "task", std::string("classification"));
    file.writeAttribute("/", "input_shape", 2);
    file.writeAttribute("/", "classes", 2);
    file.write<double>("train/inputs", {1, 2}, {0, 1});
    file.write<double>("train/labels", {1}, {0});
    file.close();
  });
  EXPECT_EQ(messageOfAll([&] { readSplit(path_, "train", dealing, world()); }),
            expected("train/labels: holds floating-point numbers; expected integers."));
}

TEST_F(WrongFile, WithLabelsOutOfRange) {
  Content content;
  content.labels = {0, 4, 9, 5, 0, -1};
  EXPECT_EQ(complaint(content),
            expected("train/labels: 3 of 6 labels are outside 0..4 (first: row 2, value 9)."));
}

TEST_F(WrongFile, WithNanOrInfiniteValuesInTheSlabOfAnyRank) {
  Content content;
  content.inputs[11] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(complaint(content),
            expected("train/inputs: 1 of 12 values is NaN or infinite (first: row 5, column 1)."));
  content.inputs[2] = std::numeric_limits<double>::infinity();
  EXPECT_EQ(complaint(content),
            expected("train/inputs: 2 of 12 values are NaN or infinite (first: row 1, column 0)."));
  content = {};
  content.task = "regression";
  content.targets = {1, 2, 3, 4, std::numeric_limits<double>::quiet_NaN(), 6};
  EXPECT_EQ(complaint(content),
            expected("train/targets: 1 of 6 values is NaN or infinite (first: row 4, column 0)."));
}

TEST_F(WrongFile, WithFewerSamplesThanWanted) {
  EXPECT_EQ(complaint({}, "train", 7), expected("train: 7 samples were asked for; the file has 6."));
}

TEST(CollectiveErrors, AFailureOfTheLastRankIsThrownOnAll) {
  const int last = world().getSize() - 1;
  const auto fail = [&](auto error) {
    runOnAllRanks(world(), [&] {
      if (world().getRank() == last) throw error;
    });
  };
  EXPECT_EQ(messageOf<std::invalid_argument>([&] { fail(std::invalid_argument("bad input")); }), "bad input");
  EXPECT_EQ(messageOf<std::runtime_error>([&] { fail(std::runtime_error("disk full")); }), "disk full");
  EXPECT_NO_THROW(runOnAllRanks(world(), [] {}));
}

} // namespace
} // namespace terrace::dataset
