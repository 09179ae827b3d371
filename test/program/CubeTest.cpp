// Hyperspectral cubes with a map of classes, in the layout of Indian Pines: rows x columns x bands beside
// rows x columns, 0 for no class; converted, learned, predicted.
#include "ArrayFiles.hpp"
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/Random.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t rows = 14, columns = 11, bands = 5;

// Reflectances of a scene: fields of four crops, which differ in one band, and roads without a class.
struct Scene {
  std::vector<std::uint16_t> cube; // rows x columns x bands
  std::vector<std::uint8_t> map;   // rows x columns

  Scene() {
    terrace::dataset::Random random(3, 0);
    for (std::size_t y = 0; y < rows; ++y)
      for (std::size_t x = 0; x < columns; ++x) {
        const bool isRoad = y == 7 || x == 5;
        const std::size_t crop = (y > 7 ? 2U : 0U) + (x > 5 ? 1U : 0U);
        map.push_back(isRoad ? std::uint8_t{0} : static_cast<std::uint8_t>(crop + 1));
        for (std::size_t b = 0; b < bands; ++b)
          cube.push_back(static_cast<std::uint16_t>(static_cast<double>(1000 * (b + 1)) +
                                                    (!isRoad && b == crop ? 900 : 0) +
                                                    300 * random.uniform()));
      }
  }

  std::uint16_t at(std::size_t y, std::size_t x, std::size_t b) const {
    return cube[(y * columns + x) * bands + b];
  }
};

// An array in the order of MATLAB.
template <class T>
std::vector<T> byColumns(const std::vector<T>& values, std::size_t depth) {
  std::vector<T> result;
  for (std::size_t b = 0; b < depth; ++b)
    for (std::size_t x = 0; x < columns; ++x)
      for (std::size_t y = 0; y < rows; ++y) result.push_back(values[(y * columns + x) * depth + b]);
  return result;
}

class Cube : public ::testing::Test {
protected:
  Cube() {
    directory_.write("pines.npy", npy<std::uint16_t>("<u2", "(14, 11, 5)", scene_.cube));
    directory_.write("pines_gt.npy", npy<std::uint8_t>("|u1", "(14, 11)", scene_.map));
  }
  void writeMatlabScene(mat_ft version) const {
    for (const char* name : {"pines.mat", "pines_gt.mat"}) fs::remove(file(name));
    const auto cube = byColumns(scene_.cube, bands);
    const auto map = byColumns(scene_.map, 1);
    writeMatlab(file("pines.mat"),
                {{"indian_pines_corrected", {rows, columns, bands}, MAT_C_UINT16, MAT_T_UINT16, cube.data()}},
                version);
    writeMatlab(file("pines_gt.mat"),
                {{"indian_pines_gt", {rows, columns}, MAT_C_UINT8, MAT_T_UINT8, map.data()}}, version);
  }
  std::string file(const std::string& name) const { return directory_.file(name); }
  Outcome run(const std::string& arguments, int ranks = 1) const {
    const Outcome outcome = runProgram(arguments, ranks);
    EXPECT_EQ(outcome.status, 0) << arguments << ": " << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return outcome;
  }
  terrace::dataset::Dataset converted(const std::string& kind, const std::string& options) const {
    run("data convert " + file("pines" + kind) + " " + file("out.h5") + " --ground-truth " +
        file("pines_gt" + kind) + " " + options);
    return terrace::dataset::read(file("out.h5"));
  }
  std::string complaint(const std::string& arguments) const {
    const Outcome outcome = runProgram(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_EQ(outcome.errors.size(), 1U) << arguments;
    return outcome.errors.empty() ? "" : outcome.errors[0];
  }
  std::string refusal(const std::string& options) const {
    const std::string text = complaint("data convert " + file("pines.npy") + " " + file("new/out.h5") +
                                       " --ground-truth " + options);
    EXPECT_FALSE(fs::exists(file("new")));
    return text;
  }
  std::size_t labelled() const {
    return scene_.map.size() - static_cast<std::size_t>(std::count(scene_.map.begin(), scene_.map.end(), 0));
  }

  Scene scene_;
  TemporaryDirectory directory_;
};

} // namespace

TEST_F(Cube, PixelsWithAClassAreSamplesAndTheOthersAreLeftOut) {
  const auto data = converted(".npy", "");
  EXPECT_EQ(data.inputShape, (std::vector<int>{bands}));
  ASSERT_EQ(data.train.samples, labelled());
  EXPECT_EQ(data.classes, 4);
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"1", "2", "3", "4"}));
  std::size_t sample = 0;
  for (std::size_t y = 0; y < rows; ++y)
    for (std::size_t x = 0; x < columns; ++x) {
      if (scene_.map[y * columns + x] == 0) continue;
      EXPECT_EQ(data.train.labels[sample], scene_.map[y * columns + x] - 1);
      for (std::size_t b = 0; b < bands; ++b)
        EXPECT_EQ(data.train.inputs[sample * bands + b], scene_.at(y, x, b)) << y << " " << x << " " << b;
      ++sample;
    }
}

TEST_F(Cube, PatchesHaveTheNearestPixelsOutsideOfTheImage) {
  const auto data = converted(".npy", "--patch 3 --class-names corn,oats,wheat,hay");
  EXPECT_EQ(data.inputShape, (std::vector<int>{bands, 3, 3}));
  ASSERT_EQ(data.train.samples, labelled());
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"corn", "oats", "wheat", "hay"}));
  const auto clamp = [](std::size_t centre, std::size_t offset, std::size_t extent) {
    return std::min(std::max<std::size_t>(centre + offset, 1) - 1, extent - 1);
  };
  std::size_t sample = 0;
  for (std::size_t y = 0; y < rows; ++y)
    for (std::size_t x = 0; x < columns; ++x) {
      if (scene_.map[y * columns + x] == 0) continue;
      for (std::size_t b = 0; b < bands; ++b)
        for (std::size_t i = 0; i < 3; ++i)
          for (std::size_t j = 0; j < 3; ++j)
            ASSERT_EQ(data.train.inputs[((sample * bands + b) * 3 + i) * 3 + j],
                      scene_.at(clamp(y, i, rows), clamp(x, j, columns), b))
                << y << " " << x << " " << b << " " << i << " " << j;
      ++sample;
    }
}

TEST_F(Cube, OfMatlabFilesAndArchivesIsThatOfNumpyFiles) {
  const std::string options = "--patch 5 --test-share 0.3 --seed 7";
  const auto numpy = converted(".npy", options);
  const auto expectSame = [&](const terrace::dataset::Dataset& found) {
    EXPECT_EQ(found.inputShape, numpy.inputShape);
    EXPECT_EQ(found.train.inputs, numpy.train.inputs);
    EXPECT_EQ(found.train.labels, numpy.train.labels);
    EXPECT_EQ(found.test.inputs, numpy.test.inputs);
    EXPECT_EQ(found.test.labels, numpy.test.labels);
  };
  for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
    writeMatlabScene(version);
    expectSame(converted(".mat", options));
  }
  writeNpz(file("both.npz"), {{"cube", npy<std::uint16_t>("<u2", "(14, 11, 5)", scene_.cube)},
                              {"classes", npy<std::uint8_t>("|u1", "(14, 11)", scene_.map)}});
  run("data convert " + file("both.npz") + " " + file("out.h5") +
      " --inputs cube --label classes --ground-truth " + file("both.npz") + " " + options);
  expectSame(terrace::dataset::read(file("out.h5")));
}

TEST_F(Cube, TestSamplesAreDrawnClassByClass) {
  const auto data = converted(".npy", "--test-share 0.5 --seed 2");
  EXPECT_EQ(data.train.samples + data.test.samples, labelled());
  for (int label = 0; label < 4; ++label) {
    const auto train = std::count(data.train.labels.begin(), data.train.labels.end(), label),
               test = std::count(data.test.labels.begin(), data.test.labels.end(), label);
    EXPECT_LE(std::abs(train - test), 1) << label;
  }
  EXPECT_EQ(converted(".npy", "--test-share 0.5 --seed 2").test.inputs, data.test.inputs);
  EXPECT_NE(converted(".npy", "--test-share 0.5 --seed 3").test.inputs, data.test.inputs);
}

TEST_F(Cube, ThatDoesNotFitIsRefused) {
  const std::string map = file("pines_gt.npy");
  EXPECT_NE(refusal(map + " --patch 4").find("--patch: 4 is no side of a patch around a pixel"),
            std::string::npos);
  EXPECT_NE(refusal(map + " --class-names a,b").find("2 names; " + map + " has 4 classes"),
            std::string::npos);
  EXPECT_NE(refusal(map + " --test-share 0.001").find("leaves no test samples"), std::string::npos);
  EXPECT_NE(refusal(map + " --copies 2").find("--copies are for tables and images"), std::string::npos);
  EXPECT_NE(refusal(file("pines.npy")).find("expected a class for each of the 14 x 11 pixels"),
            std::string::npos);
  directory_.write("turned.npy", npy<std::uint8_t>("|u1", "(11, 14)", scene_.map));
  EXPECT_NE(refusal(file("turned.npy")).find("turned.npy: is 11 x 14; expected"), std::string::npos);
  std::vector<double> halves(rows * columns, 1);
  halves[columns + 2] = 1.5;
  directory_.write("halves.npy", npy<double>("<f8", "(14, 11)", halves));
  EXPECT_NE(refusal(file("halves.npy")).find("row 1, column 2 has 1.5"), std::string::npos);
  directory_.write("none.npy",
                   npy<std::uint8_t>("|u1", "(14, 11)", std::vector<std::uint8_t>(rows * columns)));
  EXPECT_NE(refusal(file("none.npy")).find("has no class; expected at least two"), std::string::npos);
  EXPECT_NE(complaint("data convert " + map + " " + file("out.h5") + " --ground-truth " + map)
                .find("is 14 x 11; expected a cube, rows x columns x bands"),
            std::string::npos);
  EXPECT_NE(
      complaint("data convert " + file("pines.npy") + " " + file("out.h5") + " --patch 3 --label " + map)
          .find("--patch is for cubes"),
      std::string::npos);
}

// The deck that ships, on the small scene: patches are learned, and every pixel is predicted.
TEST_F(Cube, IsLearnedByTheDeckAndPredictedPixelByPixel) {
  converted(".npy", "--patch 3 --test-share 0.3 --class-names corn,oats,wheat,hay");
  run("train " + std::string(TERRACE_SOURCE_DIR) + "/data/decks/hyperspectral.xml --output " + file("run") +
      " --set Data/File=" + file("out.h5") + " \"Status Test/Work Limit=40\"");
  const auto accuracy = Hdf5File::open(file("run/history.h5")).read<double>("test_accuracy").values.back();
  EXPECT_GT(accuracy, 0.9);

  writeMatlabScene(MAT_FT_MAT5);
  const auto predict = [&](const std::string& options, const std::string& to, int ranks = 1) {
    return run("predict " + file("run") + " " + options + " " + file(to), ranks).output;
  };
  EXPECT_NE(predict(file("pines.mat") + " --ground-truth " + file("pines_gt.mat"), "map.h5", 2)
                .find("154 predictions for 14 x 11 pixels of"),
            std::string::npos);
  const auto found = Hdf5File::open(file("map.h5"));
  const auto labels = found.read<int>("labels").values, expected = found.read<int>("expected").values;
  std::size_t right = 0;
  for (std::size_t pixel = 0; pixel < scene_.map.size(); ++pixel) {
    ASSERT_EQ(expected[pixel], static_cast<int>(scene_.map[pixel]) - 1) << pixel;
    right += labels[pixel] == expected[pixel] ? 1U : 0U;
  }
  EXPECT_GT(right, 9 * labelled() / 10);
  predict(file("pines.npy"), "plain.h5");
  EXPECT_EQ(Hdf5File::open(file("plain.h5")).read<double>("outputs").values,
            found.read<double>("outputs").values);

  directory_.write("wide.npy", npy<std::uint16_t>("<u2", "(11, 5, 14)", scene_.cube));
  EXPECT_NE(complaint("predict " + file("run") + " " + file("wide.npy") + " " + file("no.h5"))
                .find("wide.npy: has samples of 5 x 14; the model is for 5 x 3 x 3."),
            std::string::npos);
  EXPECT_FALSE(fs::exists(file("no.h5")));
}
