#include "TemporaryFolder.hpp"

#include <terrace/dataset/TableConversion.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

using namespace terrace::dataset;
using terrace::dataset::test::messageOf;

namespace {

class TextTables : public ::testing::Test {
protected:
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
    return folder_.file(name);
  }

  // What is wrong with the table, without its folder.
  std::string complaint(const std::string& text, TableConversion conversion) const {
    conversion.table = write("t.csv", text);
    const auto message = messageOf<std::invalid_argument>([&] { convertTable(conversion); });
    const auto at = message.find("t.csv");
    return at == std::string::npos ? message : message.substr(at);
  }

  static TableConversion labelled(const std::string& column) {
    TableConversion conversion;
    conversion.label = column;
    return conversion;
  }

  test::TemporaryFolder folder_;
};

} // namespace

TEST_F(TextTables, MakesClassesOfTextsInAlphabeticalOrderAndKeepsTheirNames) {
  TableConversion conversion = labelled("kind");
  conversion.table =
      write("a.csv",
            "\xEF\xBB\xBFlength, kind ,width\r\n1,oak,2\r\n\r\n+3.5,\"ash, or \"\"F\"\"\",-4e-1\r\n5,oak,6");
  const Dataset data = convertTable(conversion);
  EXPECT_EQ(data.task, Task::Classification);
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(std::get<std::vector<std::string>>(data.provenance.at("class_names")),
            (std::vector<std::string>{"ash, or \"F\"", "oak"}));
  EXPECT_EQ(data.inputNames, (std::vector<std::string>{"length", "width"}));
  EXPECT_EQ(data.inputShape, std::vector<int>{2});
  EXPECT_EQ(data.train.samples, 3U);
  EXPECT_EQ(data.train.inputs, (std::vector<double>{1, 2, 3.5, -0.4, 5, 6}));
  EXPECT_EQ(data.train.labels, (std::vector<int>{1, 0, 1}));
  EXPECT_EQ(data.test.samples, 0U);
}

TEST_F(TextTables, OrdersClassesThatAreIntegersByValueWhateverTheFirstIs) {
  TableConversion conversion = labelled("2");
  conversion.table = write("a.csv", "0.5,10\n0.25,9\n1,-1\n");
  const Dataset data = convertTable(conversion);
  EXPECT_EQ(data.train.labels, (std::vector<int>{2, 1, 0}));
  EXPECT_TRUE(data.inputNames.empty());
}

TEST_F(TextTables, TakesTargetsAndInputsInTheOrderTheyAreAskedFor) {
  TableConversion conversion;
  conversion.table = write("a.tsv", "a b\tc\td\te\n1\t2\t3\t4\n5\t6\t7\t8\n");
  conversion.targets = {"e", "1"};
  conversion.inputs = {"d", "c"};
  const Dataset data = convertTable(conversion);
  EXPECT_EQ(data.task, Task::Regression);
  EXPECT_EQ(data.train.inputs, (std::vector<double>{3, 2, 7, 6}));
  EXPECT_EQ(data.train.targets, (std::vector<double>{4, 1, 8, 5}));
  EXPECT_EQ(data.targetNames, (std::vector<std::string>{"e", "a b"}));
}

TEST_F(TextTables, DrawsATestSetOfEachClassThatDependsOnTheSeedAlone) {
  std::string text = "x,y\n";
  for (int i = 0; i < 40; ++i) text += std::to_string(i) + "," + (i % 4 == 0 ? "rare" : "common") + "\n";
  TableConversion conversion = labelled("y");
  conversion.table = write("a.csv", text);
  conversion.testShare = 0.2;
  const Dataset data = convertTable(conversion), again = convertTable(conversion);
  EXPECT_EQ(data.test.samples, 8U);
  EXPECT_EQ(data.train.samples, 32U);
  EXPECT_EQ(std::count(data.test.labels.begin(), data.test.labels.end(), 1), 2) << "a quarter is rare";
  EXPECT_EQ(data.test.inputs, again.test.inputs);
  EXPECT_TRUE(std::is_sorted(data.train.inputs.begin(), data.train.inputs.end()));
  conversion.seed = 2;
  EXPECT_NE(convertTable(conversion).test.inputs, data.test.inputs);
  conversion.testShare = 0.001;
  EXPECT_NE(
      messageOf<std::invalid_argument>([&] { convertTable(conversion); }).find("leaves no test samples"),
      std::string::npos);
}

TEST_F(TextTables, NumbersTheTestSamplesClassesAsTheTrainingSamples) {
  TableConversion conversion = labelled("y");
  conversion.table = write("a.csv", "x,y\n1,b\n2,a\n3,c\n");
  conversion.testTable = write("b.csv", "x,y\n4,c\n5,a\n");
  EXPECT_EQ(convertTable(conversion).test.labels, (std::vector<int>{2, 0}));
  write("b.csv", "x,y\n4,c\n5,d\n");
  EXPECT_NE(messageOf<std::invalid_argument>([&] {
              convertTable(conversion);
            }).find("b.csv: line 3, column 2 (y): \"d\" is not a class of"),
            std::string::npos);
}

TEST_F(TextTables, MakesInputsAloneOfATableWithoutTruth) {
  TableConversion conversion;
  conversion.table = write("a.csv", "x;y\n1;2\n3;4\n");
  conversion.delimiter = ';';
  std::vector<std::string> names;
  EXPECT_EQ(convertInputs(conversion, names).inputs, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(names, (std::vector<std::string>{"x", "y"}));
}

TEST_F(TextTables, NamesLineAndColumnOfWhatIsWrong) {
  const auto y = labelled("y");
  EXPECT_EQ(complaint("x,y\n1,a\n\nabc,b\n", y),
            "t.csv: line 4, column 1 (x): \"abc\" is not a finite number.");
  EXPECT_EQ(complaint("x,y\n1,a\nnan,b\n", y),
            "t.csv: line 3, column 1 (x): \"nan\" is not a finite number.");
  EXPECT_EQ(complaint("x,y\n1,a\n1e999,b\n", y),
            "t.csv: line 3, column 1 (x): \"1e999\" is not a finite number.");
  EXPECT_EQ(complaint("x,y\n,a\n", y), "t.csv: line 2, column 1 (x): is empty; expected a number.");
  EXPECT_EQ(complaint("x,y\n1,\n", y), "t.csv: line 2, column 2 (y): is empty; expected a class.");
  EXPECT_EQ(complaint("x,y\n1,a,3\n", y), "t.csv: line 2: has 3 columns; line 1 has 2.");
  EXPECT_EQ(complaint("x,y\n1,\"a\n", y), "t.csv: line 2: column 2 has a quotation mark that is not closed.");
  EXPECT_EQ(complaint("x,y\n1,\"a\"b\n", y), "t.csv: line 2: column 2 has text after its quotation mark.");
}

TEST_F(TextTables, FindsAnEmptyFieldBeforeAQuotedOneWhereSpaceIsTheDelimiter) {
  TableConversion conversion = labelled("y");
  conversion.delimiter = ' ';
  EXPECT_EQ(complaint("x y\n \"a\"\n", conversion),
            "t.csv: line 2, column 1 (x): is empty; expected a number.");
  conversion.table = write("a.csv", "x y\n\"1\" \"a b\"\n2 c\n");
  EXPECT_EQ(convertTable(conversion).train.inputs, (std::vector<double>{1, 2}));
}

TEST_F(TextTables, RefusesColumnsThatAreMissingOrMeantTwice) {
  EXPECT_EQ(complaint("x,y\n1,a\n", labelled("z")),
            "t.csv: has no column \"z\"; expected one of x, y, or a number in 1..2.");
  EXPECT_EQ(complaint("1,2\n", labelled("3")), "t.csv: has no column \"3\"; expected a number in 1..2.");
  EXPECT_EQ(complaint("y,y\n1,2\n", labelled("y")),
            "t.csv: line 1: two columns are called \"y\"; name it by its number.");
  TableConversion twice = labelled("y");
  twice.inputs = {"x", "1"};
  EXPECT_EQ(complaint("x,y\n1,a\n", twice), "t.csv: column \"1\" is asked for twice.");
  EXPECT_EQ(complaint("y\na\n", labelled("y")), "t.csv: no column is left for inputs.");
  EXPECT_EQ(complaint("x,y\n1,a\n2,a\n", labelled("y")),
            "t.csv: column \"y\" has only the class \"a\"; expected at least two.");
}

TEST_F(TextTables, RefusesTablesWithoutRows) {
  EXPECT_EQ(complaint("", labelled("y")), "t.csv: is empty.");
  EXPECT_EQ(complaint("x,y\n\n", labelled("y")), "t.csv: has no rows.");
  TableConversion absent = labelled("y");
  absent.table = folder_.file("absent.csv");
  EXPECT_NE(
      messageOf<std::invalid_argument>([&] { convertTable(absent); }).find("absent.csv: cannot be read"),
      std::string::npos);
}
