#include <terrace/parameters/ParameterText.hpp>

#include <Teuchos_Array.hpp>

#include <gtest/gtest.h>

#include <limits>

using namespace terrace;

TEST(ParameterText, ReadsBackWhatItWrites) {
  const std::vector<Teuchos::ParameterEntry> entries{
      Teuchos::ParameterEntry(-7),
      Teuchos::ParameterEntry(0.1 + 0.2),
      Teuchos::ParameterEntry(1e-300),
      Teuchos::ParameterEntry(std::numeric_limits<double>::infinity()),
      Teuchos::ParameterEntry(true),
      Teuchos::ParameterEntry(std::string("Smallest Eigenvalue")),
      Teuchos::ParameterEntry(Teuchos::Array<double>(Teuchos::tuple(1.0, 0.2))),
      Teuchos::ParameterEntry(Teuchos::Array<int>()),
      Teuchos::ParameterEntry(Teuchos::Array<std::string>(Teuchos::tuple<std::string>("a", "b c")))};
  for (const auto& entry : entries) {
    const auto text = parameterText(entry);
    EXPECT_EQ(parseParameter(text, parameterType(entry)), entry) << text;
  }
}

TEST(ParameterText, TakesArraysWithAndWithoutBraces) {
  const auto expected = Teuchos::ParameterEntry(Teuchos::Array<double>(Teuchos::tuple(1.0, 0.2)));
  EXPECT_EQ(parseParameter("{1.0, 0.2}", "Array(double)"), expected);
  EXPECT_EQ(parseParameter("1, 0.2", "Array(double)"), expected);
}

TEST(ParameterText, RejectsTextOfAnotherTypeInsteadOfConvertingIt) {
  for (const auto* text : {"abc", "1.5", "", "8x", "99999999999"})
    EXPECT_THROW(parseParameter(text, "int"), std::invalid_argument) << text;
  for (const auto* text : {"abc", "1e", "1,5", "--1"})
    EXPECT_THROW(parseParameter(text, "double"), std::invalid_argument) << text;
  EXPECT_THROW(parseParameter("maybe", "bool"), std::invalid_argument);
  EXPECT_THROW(parseParameter("{1, x}", "Array(double)"), std::invalid_argument);
  EXPECT_THROW(parseParameter("1", "real"), std::invalid_argument);
}

TEST(ParameterText, WritesDoublesAsShortAsTheyReadBack) {
  EXPECT_EQ(shortestText(0.1), "0.1");
  EXPECT_EQ(shortestText(4.0), "4");
  EXPECT_EQ(std::stod(shortestText(1.0 / 3.0)), 1.0 / 3.0);
}

TEST(ParameterText, ReadsArraysInTimeProportionalToTheirLength) {
  constexpr int count = 300000; // with the square of that the test would take hours
  std::string text;
  for (int i = 0; i < count; ++i) text += "1,";
  const auto entry = parseParameter("{" + text + "2}", "Array(int)");
  EXPECT_EQ(Teuchos::getValue<Teuchos::Array<int>>(entry).size(), count + 1);
}
