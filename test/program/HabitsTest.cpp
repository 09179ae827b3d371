// The program with what its users have: arrays, names, many columns, decks of ROL.
#include "ArrayFiles.hpp"
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

using namespace terrace::test;
using terrace::dataset::Hdf5File;

namespace {

class Habits : public ::testing::Test {
protected:
  Outcome run(const std::string& arguments, int status = 0) const {
    const Outcome outcome = runProgram(arguments);
    EXPECT_EQ(outcome.status, status)
        << arguments << ": " << (outcome.errors.empty() ? "" : outcome.errors[0]);
    return outcome;
  }
  std::string file(const std::string& name) const { return directory_.file(name); }
  std::string quoted(const std::string& name) const { return "'" + file(name) + "'"; }

  terrace::dataset::Dataset converted(const std::string& options) const {
    run("data convert " + options);
    return terrace::dataset::read(file("out.h5"));
  }

  // Trains for a moment on the data set.
  void train(const std::string& data, const std::string& options = "") const {
    directory_.write("deck.xml",
                     "<ParameterList><ParameterList name='Network'><Parameter name='Width' type='int' "
                     "value='3'/><Parameter name='Blocks' type='int' value='2'/></ParameterList>"
                     "<ParameterList name='Status Test'><Parameter name='Work Limit' type='double' "
                     "value='3'/></ParameterList></ParameterList>");
    run("train " + quoted("deck.xml") + " -f -o " + quoted("run") + " --set Data/File=" + data + " " +
        options);
  }

  TemporaryDirectory directory_;
};

const std::vector<double> rows = {1, 2, 3, 4, 5, 6, 7, 8};
const std::vector<double> columns = {1, 3, 5, 7, 2, 4, 6, 8};

} // namespace

TEST_F(Habits, NumpyArraysBecomeDataSets) {
  directory_.write("x.npy", npy<double>("<f8", "(4, 2)", rows));
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(4,)", {0, 1, 1, 0}));
  const auto data = converted(quoted("x.npy") + " " + quoted("out.h5") + " --label " + quoted("y.npy"));
  EXPECT_EQ(data.train.inputs, rows);
  EXPECT_EQ(data.train.labels, (std::vector<int>{0, 1, 1, 0}));
  directory_.write("x.npy", npy<double>("<f8", "(4, 2)", columns, "True"));
  EXPECT_EQ(converted(quoted("x.npy") + " " + quoted("out.h5") + " --targets 2").train.inputs,
            (std::vector<double>{1, 3, 5, 7}));
  directory_.write("x.npy", npy<std::uint8_t>("|u1", "(2, 2)", {250, 1, 2, 3}));
  EXPECT_EQ(converted(quoted("x.npy") + " " + quoted("out.h5") + " --targets 1").train.targets,
            (std::vector<double>{250, 2}));
}

TEST_F(Habits, NumpyArchivesBecomeDataSets) {
  const std::string x = npy<double>("<f8", "(4, 2)", columns, "True"),
                    y = npy<std::int32_t>("<i4", "(4, 1)", {3, 1, 1, 3});
  writeNpz(file("a.npz"), {{"X", x}, {"y", y}});
  const auto data = converted(quoted("a.npz") + " " + quoted("out.h5") + " --inputs X --label y");
  EXPECT_EQ(data.train.inputs, rows);
  EXPECT_EQ(data.train.labels, (std::vector<int>{1, 0, 0, 1}));
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"1", "3"}));
  const auto ask = run("data convert " + quoted("a.npz") + " " + quoted("new.h5"), 2);
  ASSERT_EQ(ask.errors.size(), 1U);
  EXPECT_NE(ask.errors[0].find("with the arrays X, y; name one for --inputs"), std::string::npos)
      << ask.errors[0];
}

TEST_F(Habits, MatlabFilesBecomeDataSets) {
  const std::vector<double> labels{2, 1, 1, 2};
  writeMatlab(file("a.mat"), {{"X", {4, 2}, MAT_C_DOUBLE, MAT_T_DOUBLE, columns.data()},
                              {"y", {4, 1}, MAT_C_DOUBLE, MAT_T_DOUBLE, labels.data()}});
  const auto data =
      converted(quoted("a.mat") + " " + quoted("out.h5") + " --label y --test-share 0.5 --seed 3");
  EXPECT_EQ(data.train.samples, 2U);
  EXPECT_EQ(data.test.samples, 2U);
  EXPECT_EQ(data.train.labels.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(data.test.inputs[2 * i + 1], data.test.inputs[2 * i] + 1);
}

// Four images of 1 x 2 pixels in two channels, as NumPy and as MATLAB store them.
TEST_F(Habits, ArraysOfFourDimensionsBecomeImages) {
  std::vector<double> values(16);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  directory_.write("x.npy", npy<double>("<f8", "(4, 2, 1, 2)", values));
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(4,)", {0, 1, 1, 0}));
  const std::string label = " " + quoted("out.h5") + " --label " + quoted("y.npy");
  const auto plain = converted(quoted("x.npy") + label);
  EXPECT_EQ(plain.inputShape, (std::vector<int>{2, 1, 2}));
  EXPECT_EQ(plain.train.inputs, values);

  directory_.write("x.npy", npy<double>("<f8", "(4, 1, 2, 2)", values));
  EXPECT_EQ(converted(quoted("x.npy") + label + " --channels-last").inputShape, (std::vector<int>{2, 1, 2}));
  EXPECT_EQ(terrace::dataset::read(file("out.h5")).train.inputs[1], 2);

  std::vector<double> byColumns;
  for (std::size_t x = 0; x < 2; ++x)
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t s = 0; s < 4; ++s) byColumns.push_back(values[4 * s + 2 * c + x]);
  const std::vector<double> labels{0, 1, 1, 0};
  for (const auto version : {MAT_FT_MAT5, MAT_FT_MAT73}) {
    std::remove(file("a.mat").c_str());
    writeMatlab(file("a.mat"),
                {{"X", {4, 2, 1, 2}, MAT_C_DOUBLE, MAT_T_DOUBLE, byColumns.data()},
                 {"y", {1, 4}, MAT_C_DOUBLE, MAT_T_DOUBLE, labels.data()}},
                version);
    const auto matlab = converted(quoted("a.mat") + " " + quoted("out.h5") + " --label y");
    EXPECT_EQ(matlab.inputShape, (std::vector<int>{2, 1, 2})) << version;
    EXPECT_EQ(matlab.train.inputs, values) << version;
    EXPECT_EQ(matlab.train.labels, (std::vector<int>{0, 1, 1, 0})) << version;
  }
  directory_.write("x.npy", npy<double>("<f8", "(4, 2, 2)", values));
  EXPECT_NE(run("data convert " + quoted("x.npy") + label + " --channels-last", 2)
                .errors[0]
                .find("x height x width x channels"),
            std::string::npos);
}

TEST_F(Habits, ArraysOfBytesStayBytes) {
  directory_.write("x.npy", npy<std::uint8_t>("|u1", "(4, 1, 2)", {0, 255, 51, 102, 5, 6, 7, 8}));
  directory_.write("y.npy", npy<std::int64_t>("<i8", "(4,)", {3, 1, 1, 3}));
  const auto data = converted(quoted("x.npy") + " " + quoted("out.h5") + " --label " + quoted("y.npy") +
                              " --class-names bag,boot --copies 1 --shift 0");
  EXPECT_EQ(data.inputShape, (std::vector<int>{1, 2}));
  EXPECT_EQ(data.train.samples, 8U);
  EXPECT_DOUBLE_EQ(data.train.inputs[2], 0.2);
  EXPECT_EQ(data.train.labels[0], 1);
  EXPECT_TRUE(Hdf5File::open(file("out.h5")).holdsBytes("train/inputs"));
  EXPECT_EQ(terrace::dataset::readDescription(file("out.h5")).classNames,
            (std::vector<std::string>{"bag", "boot"}));
  run("data convert " + quoted("x.npy") + " " + quoted("in.h5"));
  EXPECT_DOUBLE_EQ(Hdf5File::open(file("in.h5")).read<double>("inputs").values[3], 0.4);
}

TEST_F(Habits, HdfOfAnotherLayoutBecomesADataSet) {
  auto made = Hdf5File::create(file("a.h5"));
  made.write<double>("features", {4, 2}, rows);
  made.write<double>("target/value", {4}, {1, 2, 3, 4});
  made.close();
  const auto data =
      converted(quoted("a.h5") + " " + quoted("out.h5") + " --inputs features --targets target/value");
  EXPECT_EQ(data.train.inputs, rows);
  EXPECT_EQ(data.train.targets, (std::vector<double>{1, 2, 3, 4}));
}

TEST_F(Habits, ArraysThatAreNoMatricesOfNumbersSaySo) {
  directory_.write("x.npy", npy<double>("<f8", "(2, 2, 2)", rows));
  const auto complaint = [&](const std::string& text) {
    const auto outcome =
        run("data convert " + quoted("x.npy") + " " + quoted("new/x.h5") + " --targets 1", 2);
    ASSERT_EQ(outcome.errors.size(), 1U);
    EXPECT_NE(outcome.errors[0].find(text), std::string::npos) << outcome.errors[0];
    EXPECT_FALSE(std::filesystem::exists(file("new")));
  };
  complaint("is 2 x 2 x 2; expected a matrix");
  directory_.write("x.npy", npy<char>("<U1", "(2, 1)", std::vector<char>(8)));
  complaint("holds text; expected numbers");
  directory_.write("x.npy", npy<double>("<f8", "(5, 2)", rows));
  complaint("is cut short");
  directory_.write("x.npy", npy<double>("<f8", "(2, 2)", {1, 2, 3, std::nan("")}));
  complaint("row 1, column 1 is NaN or infinite");
}

TEST_F(Habits, NamesOfColumnsAndClassesReachPredictions) {
  std::string table = "length,width,kind\n";
  for (int i = 0; i < 20; ++i)
    table += std::to_string(i) + ".5," + std::to_string(i % 3) + (i < 10 ? ",\"oak, old\"\n" : ",ash\n");
  directory_.write("t.csv", table);
  run("data convert " + quoted("t.csv") + " " + quoted("t.h5") + " --label kind --test-share 0.2");
  EXPECT_NE(run("data info " + quoted("t.h5")).output.find("classes: ash; oak, old"), std::string::npos);
  train(quoted("t.h5"));
  run("predict " + quoted("run") + " " + quoted("t.h5") + " " + quoted("p.csv"));
  const std::string text = readFile(file("p.csv"));
  EXPECT_EQ(text.substr(0, text.find('\n')), "length,width,p(ash),\"p(oak, old)\",label,expected");
  EXPECT_NE(text.find("\"oak, old\"\n"), std::string::npos) << text;
  run("predict " + quoted("run") + " " + quoted("t.h5") + " " + quoted("p.h5"));
  EXPECT_EQ(Hdf5File::open(file("p.h5")).names("class_names"), (std::vector<std::string>{"ash", "oak, old"}));
}

TEST_F(Habits, PredictionsAsTextHaveManyInputsOnlyIfAskedFor) {
  std::string table;
  for (int i = 0; i < 12; ++i) {
    for (int j = 0; j < 30; ++j) table += std::to_string((i * 7 + j * 3) % 10) + ",";
    table += i % 2 == 0 ? "a\n" : "b\n";
  }
  directory_.write("t.csv", table);
  run("data convert " + quoted("t.csv") + " " + quoted("t.h5") + " --label 31 --test-share 0.5");
  train(quoted("t.h5"));
  const auto outcome = run("predict " + quoted("run") + " " + quoted("t.h5") + " " + quoted("p.csv"));
  EXPECT_NE(outcome.output.find("Without the 30 inputs"), std::string::npos) << outcome.output;
  const std::string text = readFile(file("p.csv"));
  EXPECT_EQ(text.substr(0, text.find('\n')), "row,p(a),p(b),label,expected");
  run("predict " + quoted("run") + " " + quoted("t.h5") + " " + quoted("p.csv") + " --all");
  EXPECT_EQ(readFile(file("p.csv")).rfind("x1,x2,x3", 0), 0U);
}

TEST_F(Habits, NineThousandInputsGiveAModel) {
  constexpr std::size_t features = 9000;
  auto made = Hdf5File::create(file("wide.h5"));
  made.write<double>("x", {4, features}, std::vector<double>(4 * features, 0.25));
  made.write<double>("y", {4}, {0, 1, 0, 1});
  made.close();
  run("data convert " + quoted("wide.h5") + " " + quoted("out.h5") + " --inputs x --label y");
  train(quoted("out.h5"));
  EXPECT_TRUE(std::filesystem::exists(file("run/model.h5")));
}

TEST_F(Habits, ADeckOfRolsRunsWithItsWarningsOnStandardError) {
  directory_.write(
      "rol.xml",
      "<ParameterList><ParameterList name='General'>"
      "<Parameter name='Variable Objective Function' type='bool' value='false'/>"
      "<ParameterList name='Secant'><Parameter name='Type' type='string' value='Limited-Memory BFGS'/>"
      "<Parameter name='Barzilai-Borwein Type' type='int' value='1'/></ParameterList></ParameterList>"
      "<ParameterList name='Step'><Parameter name='Type' type='string' value='Trust Region'/>"
      "<ParameterList name='Trust Region'><Parameter name='Subproblem Solver' type='string' "
      "value='Truncated CG'/></ParameterList></ParameterList>"
      "<ParameterList name='Status Test'><Parameter name='Iteration Limit' type='int' value='3'/>"
      "<Parameter name='Step Tolerance' type='double' value='-1'/></ParameterList></ParameterList>");
  run("data make spiral " + quoted("spiral.h5"));
  const std::string command =
      "train " + quoted("rol.xml") + " -o " + quoted("rol") + " --set Data/File=" + quoted("spiral.h5");
  const auto outcome = run(command);
  ASSERT_EQ(outcome.errors.size(), 4U);
  EXPECT_NE(outcome.errors[0].find("2 warnings"), std::string::npos) << outcome.errors[0];
  EXPECT_NE(outcome.errors[1].find("it is \"Recompute Objective Function\" there"), std::string::npos);
  EXPECT_EQ(outcome.output.find("warning"), std::string::npos);
  const auto strict = run(command + " -f --strict", 2);
  ASSERT_EQ(strict.errors.size(), 1U);
  EXPECT_NE(strict.errors[0].find("\"Barzilai-Borwein Type\""), std::string::npos);
}
