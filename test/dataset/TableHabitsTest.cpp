// Tables as programs write them, and what is decided about them.
#include "TemporaryFolder.hpp"

#include <terrace/dataset/TableConversion.hpp>

#include <gtest/gtest.h>

#include <fstream>

namespace terrace::dataset {
namespace {

using test::messageOf;
using Names = std::vector<std::string>;

class TableHabits : public ::testing::Test {
protected:
  // Converts a table; its last column is the label.
  Dataset convert(const std::string& text, const std::string& label, char delimiter = 0,
                  TextTable::Header header = TextTable::Header::Auto) {
    TableConversion conversion;
    conversion.table = write(text);
    conversion.label = label;
    conversion.delimiter = delimiter;
    conversion.header = header;
    return convertTable(conversion, &decisions_);
  }

  std::string complaint(const std::string& text, const std::string& label = "y") {
    return messageOf<std::invalid_argument>([&] { convert(text, label); });
  }

  std::string write(const std::string& text) const {
    std::ofstream(folder_.file("t.csv"), std::ios::binary) << text;
    return folder_.file("t.csv");
  }

  std::string decided() const {
    std::string text;
    for (const auto& decision : decisions_) text += decision + "|";
    return text;
  }

  static Names classesOf(const Dataset& data) { return std::get<Names>(data.provenance.at("class_names")); }

  test::TemporaryFolder folder_;
  std::vector<std::string> decisions_;
};

} // namespace

TEST_F(TableHabits, AFirstLineThatCountsIsAskedFor) {
  const std::string table = "0,1,2\n5.5,6.5,1\n7.5,8.5,0\n";
  EXPECT_NE(complaint(table, "3").find("may be names of columns or a sample; say --header yes or no"),
            std::string::npos);
  EXPECT_EQ(convert(table, "2", 0, TextTable::Header::Yes).train.samples, 2U);
  EXPECT_EQ(convert(table, "3", 0, TextTable::Header::No).train.samples, 3U);
}

TEST_F(TableHabits, AColumnWithoutANameThatNumbersTheRowsIsNoInput) {
  const Dataset data = convert(",a,b,y\n0,1.5,2.5,u\n1,3.5,4.5,v\n", "y");
  EXPECT_EQ(data.inputNames, (Names{"a", "b"}));
  EXPECT_EQ(data.train.inputs, (std::vector<double>{1.5, 2.5, 3.5, 4.5}));
  EXPECT_NE(decided().find("has no name and numbers the rows: left out"), std::string::npos) << decided();
  EXPECT_EQ(convert("Unnamed: 0,a,y\n17,1.5,u\n3,3.5,v\n", "y").inputNames, Names{"a"});
  EXPECT_EQ(convert(",a,y\n0.5,1.5,u\n0.25,3.5,v\n", "y").inputNames, (Names{"", "a"}));
}

TEST_F(TableHabits, ANamedColumnThatCountsTheRowsIsSaid) {
  convert("id,a,y\n1,1.5,u\n2,3.5,v\n3,4.5,v\n", "y");
  EXPECT_NE(decided().find("\"id\" counts the rows and is an input"), std::string::npos) << decided();
}

TEST_F(TableHabits, LabelsThatLookLikeValuesOrNamesOfRowsAreSaid) {
  convert("x,y\n1,0.5\n2,1.25\n4,0.5\n", "y");
  EXPECT_NE(decided().find("2 classes that are not whole numbers; a regression has --targets"),
            std::string::npos)
      << decided();
  std::string rows = "x,y\n", classes = "x,y\n";
  for (int i = 0; i < 10; ++i) {
    rows += std::to_string(i * i) + ",id" + std::to_string(i) + "\n";
    classes += std::to_string(i * i) + ",id" + std::to_string(i / 2) + "\n";
  }
  convert(rows, "y");
  EXPECT_NE(decided().find("10 classes for 10 samples: does the column name the rows?"), std::string::npos)
      << decided();
  convert(classes, "y");
  EXPECT_EQ(decided().find("classes"), std::string::npos) << decided();
}

TEST_F(TableHabits, LabelsThatAreNumbersAreOrderedByValue) {
  EXPECT_EQ(classesOf(convert("x,y\n1,10.0\n2,9.0\n3,1\n4,1.0\n", "y")), (Names{"1", "9.0", "10.0"}));
  EXPECT_EQ(convert("x,y\n1,10.0\n2,9.0\n3,1\n4,1.0\n", "y").train.labels, (std::vector<int>{2, 1, 0, 0}));
}

TEST_F(TableHabits, DigitsInLabelsCountAsNumbers) {
  EXPECT_EQ(classesOf(convert("x,y\n1,part 10\n2,part 9\n3,other\n", "y")),
            (Names{"other", "part 9", "part 10"}));
}

TEST_F(TableHabits, TheDelimiterIsTheOneThatDividesTheLinesAlike) {
  EXPECT_EQ(convert("a;b;y\n1.5;2;u\n3;4;v\n", "y").inputNames, (Names{"a", "b"}));
  EXPECT_NE(decided().find("columns between semicolons"), std::string::npos) << decided();
  EXPECT_EQ(convert("a\tb\ty\n1.5\t2\tu\n3\t4\tv\n", "y").inputNames, (Names{"a", "b"}));
  EXPECT_EQ(convert("  a   b  y\n 1.5   2  u\n3\t4 \tv  \n", "y").train.inputs,
            (std::vector<double>{1.5, 2, 3, 4}));
  EXPECT_NE(decided().find("columns between blanks"), std::string::npos) << decided();
}

TEST_F(TableHabits, TwoPossibleDelimitersAreAskedFor) {
  const auto message = complaint("1,5;2,5;0\n3,5;4,5;1\n", "3");
  EXPECT_NE(message.find("more than one delimiter"), std::string::npos) << message;
  EXPECT_NE(message.find("--delimiter"), std::string::npos) << message;
}

TEST_F(TableHabits, LinesMayEndWithACarriageReturnAlone) {
  EXPECT_EQ(convert("a,y\r1.5,u\r2.5,v\r", "y").train.samples, 2U);
}

TEST_F(TableHabits, OtherEncodingsAreNamed) {
  EXPECT_NE(complaint(std::string("\xFF\xFE"
                                  "a\0,\0y\0\n\0",
                                  10))
                .find("is UTF-16; expected UTF-8"),
            std::string::npos);
  EXPECT_NE(complaint("l\xE4nge,y\n1,u\n2,v\n").find("is not UTF-8"), std::string::npos);
  EXPECT_NE(complaint("x,y\n1,u\n2,\xFCrben\n").find("line 3, column 2 (y): is not UTF-8"),
            std::string::npos);
  EXPECT_EQ(classesOf(convert("x,y\n1,u\n2,\xC3\xBC\n", "y")), (Names{"u", "\xC3\xBC"}));
}

TEST_F(TableHabits, ANumberWithACommaIsToldToHaveAPoint) {
  const auto message = complaint("a;y\n1,5;u\n2,5;v\n");
  EXPECT_NE(message.find("expected a decimal point"), std::string::npos) << message;
}

} // namespace terrace::dataset
