// `terrace predict` on the files that `terrace data convert` takes: the same numbers whatever the format, the
// true classes beside them where they are known, and errors that name what does not fit.
#include "ArrayFiles.hpp"
#include "ImageFileWriters.hpp"
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

using namespace terrace::test;
using terrace::dataset::Hdf5File;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<std::uint8_t>;

class PredictFiles : public ::testing::Test {
protected:
  std::string file(const std::string& name) const { return directory_.file(name); }
  Outcome run(const std::string& arguments, int ranks = 1) const {
    const Outcome outcome = runProgram(arguments, ranks);
    EXPECT_EQ(outcome.status, 0) << arguments << ": " << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return outcome;
  }
  // Trains for a moment on a data set.
  void train(const std::string& data, const std::string& options = "") const {
    directory_.write("deck.xml",
                     "<ParameterList><ParameterList name='Network'><Parameter name='Width' type='int' "
                     "value='4'/><Parameter name='Blocks' type='int' value='2'/></ParameterList>"
                     "<ParameterList name='Status Test'><Parameter name='Work Limit' type='double' "
                     "value='4'/></ParameterList></ParameterList>");
    run("train " + file("deck.xml") + " -f -o " + file("run") + " --set Data/File=" + file(data) + " " +
        options);
  }
  Outcome predict(const std::string& source, int ranks = 1) const {
    return run("predict " + file("run") + " " + source + " " + file("p.h5"), ranks);
  }
  std::vector<double> outputs(const std::string& source, int ranks = 1) const {
    predict(source, ranks);
    return Hdf5File::open(file("p.h5")).read<double>("outputs").values;
  }
  std::vector<int> expected() const { return Hdf5File::open(file("p.h5")).read<int>("expected").values; }
  bool knowsClasses() const { return Hdf5File::open(file("p.h5")).exists("expected"); }
  std::string complaint(const std::string& source) const {
    const Outcome outcome = runProgram("predict " + file("run") + " " + source + " " + file("none.csv"));
    EXPECT_EQ(outcome.status, 2) << source;
    EXPECT_EQ(outcome.errors.size(), 1U) << source;
    EXPECT_FALSE(fs::exists(file("none.csv")));
    return outcome.errors.empty() ? "" : outcome.errors[0];
  }
  void expectComplaint(const std::string& source, const std::string& text) const {
    const std::string found = complaint(source);
    EXPECT_NE(found.find(text), std::string::npos) << found;
  }

  TemporaryDirectory directory_;
};

// Bright and dark images of 4 x 5 pixels, by turns.
class PredictImages : public PredictFiles {
protected:
  static constexpr std::size_t count = 12, height = 4, width = 5, size = height * width;

  PredictImages() {
    for (std::size_t s = 0; s < count; ++s) {
      for (std::size_t i = 0; i < size; ++i)
        pixels_.push_back(static_cast<std::uint8_t>((s % 2 == 0 ? 150 : 20) + (37 * s + 11 * i) % 80));
      labels_.push_back(s % 2 == 0 ? 0 : 1);
      const Bytes image(pixels_.end() - size, pixels_.end());
      const std::string name = std::string(s < 10 ? "0" : "") + std::to_string(s) + ".png";
      writePng(file("flat/" + name), height, width, image);
      writePng(file(std::string("photos/") + (s % 2 == 0 ? "bright/" : "dark/") + name), height, width,
               image);
    }
    run("data convert " + file("photos") + " " + file("photos.h5"));
    train("photos.h5");
    run("data convert " + file("flat") + " " + file("flat.h5"));
    reference_ = outputs(file("flat.h5"));
  }

  Bytes pixels_;
  std::vector<std::int64_t> labels_;
  std::vector<double> reference_;
};

} // namespace

TEST_F(PredictImages, OfAllFormatsTheSame) {
  ASSERT_EQ(reference_.size(), 2 * count);
  EXPECT_EQ(outputs(file("flat")), reference_);
  EXPECT_FALSE(knowsClasses());
  EXPECT_EQ(outputs(file("flat"), 3), reference_);
  EXPECT_EQ(outputs(file("flat/03.png")), (std::vector<double>{reference_[6], reference_[7]}));

  writeIdx(directory_, "t-images-idx3-ubyte", {count, height, width}, pixels_);
  EXPECT_EQ(outputs(file("t-images-idx3-ubyte")), reference_);
  EXPECT_FALSE(knowsClasses());
  writeIdx(directory_, "t-labels-idx1-ubyte", {count}, Bytes(labels_.begin(), labels_.end()));
  EXPECT_EQ(outputs(file("t-images-idx3-ubyte")), reference_);
  const std::vector<int> labels(labels_.begin(), labels_.end());
  EXPECT_EQ(expected(), labels);

  directory_.write("x.npy", npy<std::uint8_t>("|u1", "(12, 4, 5)", pixels_));
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(12,)", labels_));
  EXPECT_EQ(outputs(file("x.npy")), reference_);
  EXPECT_FALSE(knowsClasses());
  EXPECT_EQ(outputs(file("x.npy") + " --label " + file("y.npy")), reference_);
  EXPECT_EQ(expected(), labels);
  writeNpz(file("a.npz"), {{"x", readFile(file("x.npy"))}, {"y", readFile(file("y.npy"))}});
  EXPECT_EQ(outputs(file("a.npz") + " --inputs x --label y"), reference_);

  Bytes byColumns;
  for (std::size_t i = 0; i < width; ++i)
    for (std::size_t j = 0; j < height; ++j)
      for (std::size_t s = 0; s < count; ++s) byColumns.push_back(pixels_[s * size + j * width + i]);
  for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
    fs::remove(file("a.mat"));
    writeMatlab(file("a.mat"), {{"x", {count, height, width}, MAT_C_UINT8, MAT_T_UINT8, byColumns.data()}},
                version);
    EXPECT_EQ(outputs(file("a.mat")), reference_) << version;
  }
  // Numbers that are no bytes are taken as they are.
  std::vector<double> scaled;
  for (const auto pixel : pixels_) scaled.push_back(pixel * (1.0 / 255));
  directory_.write("z.npy", npy<double>("<f8", "(12, 4, 5)", scaled));
  EXPECT_EQ(outputs(file("z.npy")), reference_);
  directory_.write("z.npy", npy<double>("<f8", "(12, 20)", scaled));
  EXPECT_EQ(outputs(file("z.npy")), reference_);
}

TEST_F(PredictImages, InFoldersOfClassesAreComparedWithTheirNames) {
  const std::string said = predict(file("photos")).output;
  EXPECT_NE(said.find("12 predictions for images of " + file("photos") + "; "), std::string::npos) << said;
  EXPECT_NE(said.find(" of 12 predicted right"), std::string::npos) << said;
  EXPECT_EQ(expected(), (std::vector<int>{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}));
  fs::rename(file("photos/bright"), file("photos/zebra"));
  expectComplaint(file("photos"),
                  "sample 6 has the label \"zebra\"; the classes of the model are bright, dark.");
}

TEST_F(PredictImages, OfAnotherShapeAreRefusedByTheirFile) {
  writePng(file("turned/a.png"), 5, 4, Bytes(size));
  expectComplaint(file("turned"), "turned: has samples of 5 x 4; the model is for 4 x 5.");
  writePng(file("colour.png"), 4, 5, Bytes(3 * size, 9), PNG_FORMAT_RGB);
  expectComplaint(file("colour.png"), "colour.png: has samples of 3 x 4 x 5; the model is for 4 x 5.");
  writeIdx(directory_, "i-images", {2, 2, 10}, Bytes(40));
  expectComplaint(file("i-images"), "i-images: has samples of 2 x 10; the model is for 4 x 5.");
  directory_.write("x.npy", npy<std::uint8_t>("|u1", "(3, 2, 4, 5)", Bytes(120)));
  expectComplaint(file("x.npy"), "x.npy: has samples of 2 x 4 x 5; the model is for 4 x 5.");
  directory_.write("x.npy", npy<double>("<f8", "(2, 19)", std::vector<double>(38)));
  expectComplaint(file("x.npy"), "x.npy: has samples of 19 numbers; the model is for 4 x 5.");
  directory_.write("x.npy", npy<std::uint8_t>("|u1", "(12, 4, 5)", pixels_));
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(2,)", {0, 1}));
  expectComplaint(file("x.npy") + " --label " + file("y.npy"), "y.npy: has 2 rows; ");
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(12,)", std::vector<std::int64_t>(12, 2)));
  expectComplaint(file("x.npy") + " --label " + file("y.npy"), "sample 0 has the label \"2\"");
  expectComplaint(file("flat") + " --label y",
                  "--label and --ground-truth are for tables, arrays and IDX files");
  expectComplaint(file("photos.h5"), "has neither inputs nor test/inputs");
  fs::create_directories(file("empty"));
  expectComplaint(file("empty"), "empty: is a folder without images");
  expectComplaint(file("x.npy") + " --ground-truth " + file("y.npy"),
                  "x.npy: has 5 bands; the model is for 4 x 5");
  EXPECT_EQ(runProgram("predict " + file("run") + " " + file("x.npy") + " " + file("x.npy")).status, 2);
}

TEST_F(PredictFiles, GreyPngFilesAreImagesInColourToo) {
  writePng(file("leaves/oak/1.png"), 2, 2, Bytes(12, 200), PNG_FORMAT_RGB);
  writePng(file("leaves/oak/2.png"), 2, 2, Bytes(4, 180));
  writePng(file("leaves/ash/1.png"), 2, 2, Bytes(4, 30));
  run("data convert " + file("leaves") + " " + file("leaves.h5"));
  train("leaves.h5");
  writePng(file("grey.png"), 2, 2, Bytes(4, 30));
  writePng(file("colour.png"), 2, 2, Bytes(12, 30), PNG_FORMAT_RGB);
  EXPECT_EQ(outputs(file("grey.png")), outputs(file("colour.png")));
}

TEST_F(PredictFiles, CifarIsPredictedFromItsFolder) {
  fs::create_directories(file("cifar-10-batches-bin"));
  const auto record = [](char label, char colour) {
    return std::string(1, label) + std::string(3072, colour);
  };
  directory_.write("cifar-10-batches-bin/batches.meta.txt", "aeroplane\nbird\n");
  directory_.write("cifar-10-batches-bin/data_batch_1.bin", record(0, 'a') + record(1, '1'));
  directory_.write("cifar-10-batches-bin/test_batch.bin", record(1, '2') + record(0, 'b') + record(1, '0'));
  run("data convert " + file("cifar-10-batches-bin") + " " + file("cifar.h5"));
  train("cifar.h5");
  const auto found = outputs(file("cifar-10-batches-bin"), 2);
  EXPECT_EQ(expected(), (std::vector<int>{1, 0, 1}));
  EXPECT_EQ(found, outputs(file("cifar.h5")));
}

TEST_F(PredictFiles, TablesFindTheInputsOfTheModelByTheirNames) {
  std::string table = "x,y,side\n", turned = "side,y,note,x\n", bare;
  for (int i = 0; i < 20; ++i) {
    const std::string x = std::to_string(i - 10) + "e-1", y = std::to_string(i % 7) + "e-1";
    table += x + "," + y + (i < 10 ? ",left\n" : ",right\n");
    turned += std::string(i < 10 ? "left," : "right,") + y + ",7," + x + "\n";
    bare += x + ";" + y + "\n";
  }
  directory_.write("t.csv", table);
  directory_.write("turned.csv", turned);
  directory_.write("bare.txt", bare);
  run("data convert " + file("t.csv") + " " + file("t.h5") + " --label side");
  train("t.h5");
  const auto plain = outputs(file("t.csv"));
  EXPECT_FALSE(knowsClasses());
  EXPECT_EQ(outputs(file("t.csv") + " --label side"), plain);
  std::vector<int> sides(20, 0);
  for (std::size_t i = 10; i < 20; ++i) sides[i] = 1;
  EXPECT_EQ(expected(), sides);
  EXPECT_EQ(outputs(file("turned.csv") + " --label side"), plain);
  EXPECT_EQ(expected(), sides);
  EXPECT_EQ(outputs(file("bare.txt") + " --delimiter ';'"), plain);
  run("predict " + file("run") + " " + file("turned.csv") + " " + file("p.csv") + " --label side", 2);
  EXPECT_EQ(readFile(file("p.csv")).substr(0, 35), "x,y,p(left),p(right),label,expected");

  expectComplaint(file("turned.csv") + " --inputs y,x,note",
                  "turned.csv: has samples of 3 numbers; the model is for 2");
  expectComplaint(file("bare.txt") + " --delimiter ab", "predict: --delimiter: \"ab\" is not a delimiter");
  directory_.write("odd.csv", "x,y,side\n1,2,left\n1,2,middle\n");
  expectComplaint(file("odd.csv") + " --label side",
                  "sample 1 has the label \"middle\"; the classes of the model are left, right.");
  directory_.write("bad.csv", "x,y\n1,2\n1,abc\n");
  expectComplaint(file("bad.csv"), "line 3, column 2 (y): \"abc\" is not a finite number");
}

TEST_F(PredictFiles, LabelsAreForClassification) {
  directory_.write("x.csv", "a,b,c\n1,2,3\n2,3,5\n4,1,5\n");
  run("data convert " + file("x.csv") + " " + file("x.h5") + " --targets c");
  train("x.h5", "\"Network/Loss=Least Squares\"");
  expectComplaint(file("x.csv") + " --label c", "--label and --ground-truth are for classification");
  EXPECT_EQ(outputs(file("x.csv")).size(), 3U);
}
