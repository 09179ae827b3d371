// Images in the IDX and CIFAR formats as data sets, on files of the documented layouts.
#include "TemporaryFolder.hpp"

#include <terrace/dataset/CifarImages.hpp>
#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/IdxFile.hpp>
#include <terrace/dataset/IdxImages.hpp>
#include <terrace/dataset/LabelledImages.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>
#include <zlib.h>

namespace terrace::dataset {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes idx(const std::vector<int>& extents, const Bytes& values, unsigned char type = 8) {
  Bytes file{0, 0, type, static_cast<unsigned char>(extents.size())};
  for (const int extent : extents)
    for (const int shift : {24, 16, 8, 0}) file.push_back(static_cast<unsigned char>(extent >> shift & 255));
  file.insert(file.end(), values.begin(), values.end());
  return file;
}

// The largest memory of this process so far, in MB.
long peakMemory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6)) / 1024;
  return 0;
}

class ImageFiles : public ::testing::Test {
protected:
  std::string at(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(at(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return at(name);
  }
  std::string compress(const std::string& name, const Bytes& bytes) const {
    const gzFile file = gzopen(at(name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
    return at(name);
  }
  template <class Function>
  static std::string errorOf(const Function& function) {
    try {
      function();
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }
  static std::string errorOf(const std::string& images, const std::string& labels = "") {
    return errorOf([&] { readIdxImages(images, labels); });
  }

  test::TemporaryFolder folder_;
  const Bytes images{0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8};
};

TEST_F(ImageFiles, ThatAnnounceMoreThanTheyHoldTakeNoMemoryForIt) {
  const auto labels = write("labels", idx({2000000000}, {1, 0, 2}));
  const auto announced = write("images", idx({2000000000, 1, 1}, images));
  const long before = peakMemory();
  EXPECT_NE(errorOf(announced, labels).find("ends before the values that its header announces"),
            std::string::npos);
  EXPECT_LT(peakMemory() - before, 100);
}

TEST_F(ImageFiles, KeepsBytesAndScalesThemWhenTheyAreRead) {
  const auto train = compress("train-images-idx3-ubyte.gz", idx({3, 2, 2}, images));
  compress("train-labels-idx1-ubyte.gz", idx({3}, {1, 0, 2}));
  const auto test = write("t10k-images-idx3-ubyte", idx({1, 2, 2}, {0, 0, 0, 255}));
  write("t10k-labels-idx1-ubyte", idx({1}, {2}));
  EXPECT_TRUE(IdxFile::recognizes(train));
  EXPECT_TRUE(IdxFile::recognizes(test));
  writeImages(at("out.h5"), readIdxImages(train), readIdxImages(test), {"About it.", {"a", "b", "c"}, {}});
  EXPECT_EQ(Hdf5File::open(at("out.h5")).type("train/inputs"), Hdf5Type::Integer);
  const Dataset data = read(at("out.h5"));
  EXPECT_EQ(data.inputShape, (std::vector<int>{2, 2}));
  EXPECT_EQ(data.classes, 3);
  EXPECT_EQ(data.description, "About it.");
  EXPECT_EQ(data.train.labels, (std::vector<int>{1, 0, 2}));
  ASSERT_EQ(data.train.inputs.size(), images.size());
  for (std::size_t i = 0; i < images.size(); ++i) EXPECT_DOUBLE_EQ(data.train.inputs[i], images[i] / 255.0);
  EXPECT_EQ(data.test.labels, (std::vector<int>{2}));
  EXPECT_DOUBLE_EQ(readInfo(at("out.h5")).test->largestInput, 1.0);
  EXPECT_EQ(readDescription(at("out.h5")).classNames, (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(ImageFiles, TakesLabelsOfAnyName) {
  const auto train = write("pictures", idx({3, 2, 2}, images));
  const auto labels = write("classes", idx({3}, {1, 0, 1}));
  EXPECT_EQ(readIdxImages(train, labels).labels, (std::vector<int>{1, 0, 1}));
  EXPECT_NE(errorOf(train).find("--label"), std::string::npos);
}

TEST_F(ImageFiles, NamesTheFileThatIsWrong) {
  const auto good = write("images", idx({3, 2, 2}, images));
  const auto labels = write("labels", idx({3}, {1, 0, 1}));
  EXPECT_NE(errorOf(good, write("few", idx({2}, {1, 0}))).find("few: has 2 labels"), std::string::npos);
  EXPECT_NE(errorOf(write("short", idx({4, 2, 2}, images)), write("four", idx({4}, {1, 0, 1, 0})))
                .find("short: ends before"),
            std::string::npos);
  EXPECT_NE(errorOf(write("long", idx({2, 2, 2}, images)), write("two", idx({2}, {1, 0})))
                .find("long: has more values"),
            std::string::npos);
  EXPECT_NE(errorOf(write("floats", idx({3, 2, 2}, images, 13)), labels).find("unsigned bytes"),
            std::string::npos);
  EXPECT_NE(errorOf(write("flat", idx({3, 4}, images)), labels).find("samples x height x width"),
            std::string::npos);
  EXPECT_FALSE(IdxFile::recognizes(write("table.csv", {'a', ',', 'b', '\n'})));
  EXPECT_FALSE(IdxFile::recognizes(at("absent")));
}

TEST_F(ImageFiles, OfSplitsThatDoNotFitAreNotWritten) {
  const LabelledImages two{{1, 2}, {1, 2, 3, 4}, {0, 1}}, other{{2, 1}, {1, 2}, {0}},
      third{{1, 2}, {1, 2}, {2}};
  const auto error = [&](const LabelledImages& train, const LabelledImages& test, const ImagesAbout& about) {
    return errorOf([&] { writeImages(at("out.h5"), train, test, about); });
  };
  EXPECT_NE(error(two, other, {}).find("have the shape 2 x 1"), std::string::npos);
  EXPECT_NE(error(two, third, {}).find("label 2; expected 0..1"), std::string::npos);
  EXPECT_NE(error(third, {}, {"", {"a", "b"}, {}}).find("a class for each name"), std::string::npos);
  EXPECT_NE(error({}, {}, {}).find("no image"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(at("out.h5")));
}

TEST_F(ImageFiles, AreCopiedShiftedAndMirroredTheSameWayForASeed) {
  const LabelledImages given{{2, 2, 3}, {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}, {1}};
  auto one = given, two = given;
  appendCopies(one, {40, 1, true, 7});
  appendCopies(two, {40, 1, true, 7});
  EXPECT_EQ(one.pixels, two.pixels);
  EXPECT_EQ(one.labels, std::vector<int>(41, 1));
  ASSERT_EQ(one.pixels.size(), 41u * 12);
  EXPECT_TRUE(std::equal(given.pixels.begin(), given.pixels.end(), one.pixels.begin()));
  // Each copy is one of the 18 moves, and most of them occur.
  std::set<Bytes> expected, found;
  for (int down = -1; down <= 1; ++down)
    for (int right = -1; right <= 1; ++right)
      for (const bool mirrors : {false, true}) {
        Bytes moved;
        for (int c = 0; c < 2; ++c)
          for (int y = 0; y < 2; ++y)
            for (int x = 0; x < 3; ++x) {
              const int fromY = y - down, column = x - right, fromX = mirrors ? 2 - column : column;
              const bool inside = fromY >= 0 && fromY < 2 && fromX >= 0 && fromX < 3;
              moved.push_back(inside ? static_cast<unsigned char>(10 * c + 3 * fromY + fromX + 1) : '\0');
            }
        expected.insert(moved);
      }
  for (auto first = one.pixels.begin() + 12; first != one.pixels.end(); first += 12)
    found.insert(Bytes(first, first + 12));
  for (const Bytes& image : found) EXPECT_EQ(expected.count(image), 1u);
  EXPECT_GT(found.size(), 9u);
  two = given;
  EXPECT_NE(errorOf([&] { appendCopies(two, {1, 2, false, 1}); }).find("fewer than"), std::string::npos);
  EXPECT_NE(errorOf([&] { appendCopies(two, {-1, 0, false, 1}); }).find("negative"), std::string::npos);
}

// A record: its labels, then three planes whose bytes tell where they are.
Bytes cifarRecord(const Bytes& labels, unsigned char first) {
  Bytes record(labels);
  for (int i = 0; i < 3 * 32 * 32; ++i)
    record.push_back(static_cast<unsigned char>(first + i / 1024 + i % 7));
  return record;
}

TEST_F(ImageFiles, OfCifar10AreItsBatchesInOrder) {
  const std::string names = "aeroplane\nautomobile\nbird\n\n";
  write("batches.meta.txt", Bytes(names.begin(), names.end()));
  EXPECT_NE(errorOf([&] { readCifarImages(at("")); }).find("has no data_batch_1.bin"), std::string::npos);
  Bytes first = cifarRecord({2}, 10);
  const Bytes second = cifarRecord({0}, 60);
  first.insert(first.end(), second.begin(), second.end());
  write("data_batch_1.bin", first);
  write("data_batch_2.bin", cifarRecord({1}, 110));
  write("test_batch.bin", cifarRecord({1}, 5));
  EXPECT_TRUE(isCifarFolder(at("")));
  const CifarImages found = readCifarImages(at(""));
  EXPECT_EQ(found.train.shape, (std::vector<int>{3, 32, 32}));
  EXPECT_EQ(found.train.labels, (std::vector<int>{2, 0, 1}));
  EXPECT_EQ(found.test.labels, (std::vector<int>{1}));
  EXPECT_EQ(found.classNames, (std::vector<std::string>{"aeroplane", "automobile", "bird"}));
  ASSERT_EQ(found.train.pixels.size(), 3u * 3072);
  EXPECT_EQ(found.train.pixels[3072 + 1024 + 3], 60 + 1 + 1027 % 7);
  write("data_batch_2.bin", cifarRecord({3}, 0));
  EXPECT_NE(errorOf([&] { readCifarImages(at("")); }).find("data_batch_2.bin: record 0 has the label 3"),
            std::string::npos);
  write("data_batch_2.bin", Bytes(100));
  EXPECT_NE(errorOf([&] { readCifarImages(at("")); }).find("multiple of 3073"), std::string::npos);
}

TEST_F(ImageFiles, OfCifar100HaveTheirFineLabels) {
  const std::string names = "apple\r\naquarium fish\r\n";
  write("fine_label_names.txt", Bytes(names.begin(), names.end()));
  write("train.bin", cifarRecord({19, 1}, 7));
  const CifarImages found = readCifarImages(at(""));
  EXPECT_EQ(found.train.labels, (std::vector<int>{1}));
  EXPECT_EQ(found.train.pixels.front(), 7);
  EXPECT_EQ(found.test.samples(), 0u);
  EXPECT_EQ(found.classNames.back(), "aquarium fish");
  EXPECT_FALSE(isCifarFolder(at("absent")));
}

} // namespace
} // namespace terrace::dataset
