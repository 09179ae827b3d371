// Decks as editors and ROL's users write them.
#include "TemporaryDirectory.hpp"
#include "deck/AsciiText.hpp"
#include "deck/Deck.hpp"
#include "deck/DeckWarnings.hpp"

#include <Teuchos_Comm.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

using namespace terrace::program;

namespace {

class DeckHabits : public ::testing::Test {
protected:
  Deck read(const std::string& name, const std::string& text) {
    const std::string file = "terrace-deck-habits-" + name;
    if (comm_.getRank() == 0) std::ofstream(file) << text;
    comm_.barrier();
    try {
      Deck deck = Deck::read(file, {}, comm_);
      remove(file);
      return deck;
    } catch (const std::invalid_argument&) {
      remove(file);
      throw;
    }
  }

  std::string errorOf(const std::string& name, const std::string& text) {
    try {
      read(name, text);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no error";
  }

  std::string with(const std::string& lists) {
    return "<ParameterList><ParameterList name='Data'><Parameter name='File' type='string' "
           "value='d.h5'/></ParameterList>" +
           lists + "</ParameterList>";
  }

  const Teuchos::Comm<int>& comm_ = *Tpetra::getDefaultComm();

private:
  void remove(const std::string& file) {
    comm_.barrier();
    if (comm_.getRank() == 0) std::filesystem::remove(file);
    comm_.barrier();
  }
};

} // namespace

TEST_F(DeckHabits, YamlMayHaveUtf8InValuesNamesAndComments) {
  const Deck deck =
      read("a.yaml", "# Größe\nData:\n  File: /tmp/Ж/dätä.h5 # für alle\nNetwork:\n  Width: 6\n");
  EXPECT_EQ(deck.list("Data").get<std::string>("File"), "/tmp/Ж/dätä.h5");
  EXPECT_EQ(deck.list("Network").get<int>("Width"), 6);
  EXPECT_NE(
      errorOf("a.yaml", "Data:\n  File: d.h5\nNetwork:\n  Größe: 6\n").find("\"Größe\" is not a parameter"),
      std::string::npos);
}

TEST_F(DeckHabits, AByteOrderMarkIsSkipped) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(read("a.yaml", mark + "Data:\n  File: /d.h5\n").list("Data").get<std::string>("File"), "/d.h5");
  EXPECT_NO_THROW(read("a.xml", mark + with("")));
  EXPECT_NE(errorOf("a.xml", std::string("\xFF\xFE<\0", 4)).find("is UTF-16; expected UTF-8"),
            std::string::npos);
}

TEST_F(DeckHabits, TextInAsciiComesBackAsItWas) {
  const std::string text = "byte bytes \xC3\xA4\xF0\x9F\x8C\xB3 byteqaa";
  const AsciiText ascii(text);
  for (const char c : ascii.ascii()) EXPECT_GE(c, 0);
  EXPECT_EQ(ascii.original(ascii.ascii()), text);
}

TEST_F(DeckHabits, NamesOfAnotherRolAreWarningsAndErrorsWhereTheyAreSlips) {
  const Deck deck =
      read("a.xml", with("<ParameterList name='General'><Parameter name='Variable Objective Function' "
                         "type='bool' value='false'/></ParameterList>"));
  ASSERT_EQ(deck.warnings().size(), 1U);
  EXPECT_EQ(deck.xml().find("Variable Objective Function"), std::string::npos);
  EXPECT_NO_THROW(reportWarnings(deck.warnings(), "a.xml", false, comm_));
  EXPECT_THROW(reportWarnings(deck.warnings(), "a.xml", true, comm_), std::invalid_argument);
}

TEST_F(DeckHabits, WhatAnotherApplicationKeepsBesideRolsListsIsAWarning) {
  const std::string foreign = "<ParameterList name='Problem'><Parameter name='Mesh' type='string' value='m'/>"
                              "</ParameterList><Parameter name='Gravity Constant' type='double' value='9.8'/>"
                              "<ParameterList name='Solver'/>";
  const Deck deck = read("a.xml", with(foreign));
  ASSERT_EQ(deck.warnings().size(), 1U);
  EXPECT_EQ(deck.warnings()[0],
            "\"Problem\", \"Gravity Constant\", \"Solver\": not of Terrace or of ROL's methods, "
            "without effect here.");
  EXPECT_FALSE(deck.parameters().isSublist("Problem"));

  const auto ends = [this](const std::string& lists, const std::string& expected) {
    const std::string error = errorOf("b.xml", with(lists));
    EXPECT_NE(error.find(expected), std::string::npos) << error;
  };
  ends("<ParameterList name='Netwrok'/>", "Did you mean \"Network\"?");
  ends("<ParameterList name='Regularization'/>",
       "\"Regularization\" is not a list here; it belongs to Network.");
  ends("<Parameter name='Width' type='int' value='3'/>",
       "\"Width\" is not a parameter here; it belongs to Network.");
}

TEST_F(DeckHabits, NumbersAreReadAsRolReadsThem) {
  const Deck deck = read("a.xml", with("<ParameterList name='General'><ParameterList name='Krylov'>"
                                       "<Parameter name='Absolute Tolerance' type='float' value='1e-4'/>"
                                       "<Parameter name='Relative Tolerance' type='int' value='1'/>"
                                       "<Parameter name='Iteration Limit' type='int' value=''/>"
                                       "</ParameterList></ParameterList>"));
  const Teuchos::ParameterList& krylov = deck.list("General").sublist("Krylov");
  EXPECT_EQ(krylov.get<double>("Absolute Tolerance"), 1e-4);
  EXPECT_EQ(krylov.get<double>("Relative Tolerance"), 1.0);
  EXPECT_EQ(krylov.get<int>("Iteration Limit"), 0);
  EXPECT_NE(
      errorOf("a.xml", with("<ParameterList name='Network'><Parameter name='Width' type='int' value=''/>"
                            "</ParameterList>"))
          .find("\"\" is not an int"),
      std::string::npos);
}

TEST_F(DeckHabits, ListsWithoutEndInEachOtherAndEndlessTextAreRefused) {
  const auto times = [](int count, const std::string& part) {
    std::string text;
    for (int i = 0; i < count; ++i) text += part;
    return text;
  };
  const std::string deep = "has more than 100 lists in each other";
  EXPECT_NE(errorOf("deep.xml", times(200000, "<ParameterList name=\"a\">")).find(deep), std::string::npos);
  EXPECT_NE(errorOf("closed.xml", times(200000, "<a>") + times(200000, "</a>")).find(deep),
            std::string::npos);
  EXPECT_NE(errorOf("maps.yaml", "a: " + times(10000, "{a: ")).find(deep), std::string::npos);
  EXPECT_NE(errorOf("long.yaml", "a: " + times(300000, "x")).find("a deck in YAML has at most 65536"),
            std::string::npos);
  EXPECT_NE(errorOf("place.yaml", "a: [ \"at line 99999999999999999999 column 1\n").find("yaml: "),
            std::string::npos);
}

TEST_F(DeckHabits, AByteThatIsZeroIsSaidToBeNoText) {
  const std::string zero(1, '\0');
  const std::string list =
      "<ParameterList name='a'><ParameterList name='" + zero + "b'><x/></ParameterList></ParameterList>";
  for (const auto& [file, text] :
       {std::pair<std::string, std::string>{"zero.xml", list}, {"zero.yaml", "a" + zero + ": 1"}})
    EXPECT_NE(errorOf(file, text).find("has a byte that is 0; it is no text"), std::string::npos)
        << errorOf(file, text);
}

TEST_F(DeckHabits, ManyListsBesideEachOtherAreNotDeep) {
  std::string lists = "<!-- <a> <a> -->";
  for (int i = 0; i < 300; ++i)
    lists += "<ParameterList name='not known " + std::to_string(i) + " >'></ParameterList><a/>";
  EXPECT_EQ(errorOf("wide.xml", "<ParameterList>" + lists + "</ParameterList>").find("in each other"),
            std::string::npos);
}
