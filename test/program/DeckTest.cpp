#include "deck/Deck.hpp"

#include "TemporaryDirectory.hpp"
#include "deck/DeckParameters.hpp"

#include <Teuchos_Array.hpp>
#include <Teuchos_Comm.hpp>
#include <Teuchos_CommHelpers.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <optional>

using namespace terrace::program;
using terrace::test::TemporaryDirectory;

namespace {

const Teuchos::Comm<int>& world() {
  static const auto comm = Tpetra::getDefaultComm();
  return *comm;
}

// A directory of rank 0, whose name all ranks know.
class SharedDirectory {
public:
  SharedDirectory() {
    std::array<char, 1000> buffer{};
    if (world().getRank() == 0) own_.emplace().file("").copy(buffer.data(), buffer.size() - 1);
    Teuchos::broadcast(world(), 0, static_cast<int>(buffer.size()), buffer.data());
    path_ = buffer.data();
  }
  std::string file(const std::string& name) const { return path_ + name; }

private:
  std::optional<TemporaryDirectory> own_;
  std::string path_;
};

// Reads decks that only rank 0 writes.
class DeckReading : public ::testing::Test {
protected:
  Deck read(const std::string& name, const std::string& text,
            const std::vector<std::string>& assignments = {}) {
    if (world().getRank() == 0) std::ofstream(directory_.file(name)) << text;
    return Deck::read(directory_.file(name), assignments, world());
  }

  // The message of the error without the file's name.
  std::string errorOf(const std::string& name, const std::string& text,
                      const std::vector<std::string>& assignments = {}) {
    try {
      read(name, text, assignments);
    } catch (const std::invalid_argument& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find('\n'), std::string::npos) << message;
      const std::string prefix = directory_.file(name) + ": ";
      return message.rfind(prefix, 0) == 0 ? message.substr(prefix.size()) : message;
    }
    return "no error";
  }

  std::string dataList_ =
      "<ParameterList name='Data'><Parameter name='File' type='string' value='d.h5'/></ParameterList>";
  std::string minimal_ = "<ParameterList name='deck'>" + dataList_ + "</ParameterList>";

  std::string with(const std::string& lists) {
    return "<ParameterList>" + dataList_ + lists + "</ParameterList>";
  }

  SharedDirectory directory_;
};

} // namespace

TEST_F(DeckReading, FillsInTheDefaultsOfEveryListOfOurs) {
  const Deck deck = read("deck.xml", minimal_);
  EXPECT_EQ(deck.list("Network").get<int>("Width"), 8);
  EXPECT_EQ(deck.list("Levels").get<int>("Number of Levels"), 1);
  EXPECT_EQ(deck.list("Sampling").get<std::string>("Type"), "Full");
  EXPECT_EQ(deck.list("Step").get<std::string>("Type"), "Multilevel Trust Region");
  EXPECT_EQ(deck.list("Status Test").get<int>("Iteration Limit"), 1000);
  EXPECT_EQ(deck.stem(), "deck");
}

TEST_F(DeckReading, ItsXmlReadsBackToTheSameDeck) {
  const Deck deck =
      read("deck.xml", minimal_, {"Levels/Sample Fractions={1.0, 0.3}", "Network/Final Time=0.1"});
  const Deck again = read("again.xml", deck.xml());
  EXPECT_TRUE(Teuchos::haveSameValues(deck.parameters(), again.parameters()));
  EXPECT_EQ(deck.xml(), again.xml());
}

TEST_F(DeckReading, TheSharedContractDeckIsAccepted) {
  const std::string file = TERRACE_SHARED_DIR "/decks/peaks.xml";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  const Deck deck = Deck::read(file, {}, world());
  EXPECT_EQ(deck.list("Levels").get<Teuchos::Array<double>>("Sample Fractions"),
            Teuchos::Array<double>(Teuchos::tuple(1.0, 0.2, 0.1, 0.05)));
}

TEST_F(DeckReading, YamlAndXmlOfTheQuickstartAreTheSameDeck) {
  const std::string decks = TERRACE_SOURCE_DIR "/data/decks/";
  const Deck xml = Deck::read(decks + "quickstart.xml", {}, world());
  const Deck yaml = Deck::read(decks + "quickstart.yaml", {}, world());
  EXPECT_TRUE(Teuchos::haveSameValues(xml.parameters(), yaml.parameters()));
}

TEST_F(DeckReading, YamlNeedsNoOutermostName) {
  const std::string lists = "Network:\n  Width: 6  # neurons\n\nData:\n  File: d.h5\n";
  EXPECT_EQ(read("a.yaml", lists).list("Network").get<int>("Width"), 6);
  EXPECT_EQ(read("a.yaml", "%YAML 1.1\n---\n" + lists).list("Network").get<int>("Width"), 6);
  EXPECT_EQ(read("a.yaml", "Data: {File: d.h5}\n").list("Data").get<std::string>("File"),
            directory_.file("d.h5"));
  EXPECT_NE(errorOf("a.yaml", "Width: 6\n").find("\"Width\" is not a parameter"), std::string::npos);
}

TEST_F(DeckReading, EveryDeckOfTheProjectIsAccepted) {
  int decks = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TERRACE_SOURCE_DIR "/data/decks")) {
    EXPECT_NO_THROW(Deck::read(entry.path().string(), {}, world())) << entry.path();
    ++decks;
  }
  EXPECT_GE(decks, 6);
}

TEST_F(DeckReading, DataFileIsRelativeToTheDeckOrToTheCurrentDirectoryIfSetThere) {
  EXPECT_EQ(read("deck.xml", minimal_).list("Data").get<std::string>("File"), directory_.file("d.h5"));
  const Deck set = read("deck.xml", minimal_, {"Data/File=e.h5"});
  EXPECT_EQ(set.list("Data").get<std::string>("File"), (std::filesystem::current_path() / "e.h5").string());
}

TEST_F(DeckReading, AssignmentsTakeTheTypeOfTheParameter) {
  const Deck deck =
      read("deck.xml", minimal_,
           {"Network/Width=12", "Status Test/Work Limit=7", "Network/Activation=ReLU",
            "Step/Multilevel Trust Region/Nested Iteration=false", "Levels/Sample Fractions=1,0.5"});
  EXPECT_EQ(deck.list("Network").get<int>("Width"), 12);
  EXPECT_EQ(deck.list("Status Test").get<double>("Work Limit"), 7.0);
  EXPECT_EQ(deck.list("Network").get<std::string>("Activation"), "ReLU");
  EXPECT_FALSE(deck.list("Step").sublist("Multilevel Trust Region").get<bool>("Nested Iteration"));
  EXPECT_EQ(deck.list("Levels").get<Teuchos::Array<double>>("Sample Fractions"),
            Teuchos::Array<double>(Teuchos::tuple(1.0, 0.5)));
}

TEST_F(DeckReading, AssignmentsToUnknownPathsNameTheNearestOne) {
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Step/Multilevel Trust Region/Cylce=F"}),
            "--set \"Step/Multilevel Trust Region/Cylce=F\": Step > Multilevel Trust Region: \"Cylce\" is "
            "not known. "
            "Did you mean \"Cycle\"?");
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Netwrok/Width=3"}),
            "--set \"Netwrok/Width=3\": \"Netwrok\" is not known. Did you mean \"Network\"?");
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Network=3"}),
            "--set \"Network=3\": \"Network\" is a list; name a parameter in it.");
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Network/Width/Height=3"}),
            "--set \"Network/Width/Height=3\": Network: \"Width\" is not a list.");
}

TEST_F(DeckReading, AssignmentsOfAnotherTypeOrWithoutValueAreRejected) {
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Network/Width=wide"}),
            "--set \"Network/Width=wide\": \"wide\" is not an int.");
  EXPECT_EQ(errorOf("deck.xml", minimal_, {"Network/Width"}),
            "--set \"Network/Width\": expected PATH=VALUE, as in \"Network/Width=16\".");
}

TEST_F(DeckReading, MisspelledNamesOfOursAndOfRolAreRejectedWithTheNearest) {
  EXPECT_EQ(
      errorOf("deck.xml", with("<ParameterList name='Network'><Parameter name='Widht' type='int' value='8'/>"
                               "</ParameterList>")),
      "Network: \"Widht\" is not a parameter. Did you mean \"Width\"?");
  EXPECT_EQ(errorOf("deck.xml",
                    with("<ParameterList name='Step'><ParameterList name='Trust Regoin'/></ParameterList>")),
            "Step: \"Trust Regoin\" is not a list. Did you mean \"Trust Region\"?");
  EXPECT_EQ(errorOf("deck.xml", with("<ParameterList name='General'><ParameterList name='Secant'>"
                                     "<Parameter name='Use as Hesian' type='bool' value='true'/>"
                                     "</ParameterList></ParameterList>")),
            "General > Secant: \"Use as Hesian\" is not a parameter. Did you mean \"Use as Hessian\"?");
}

TEST_F(DeckReading, WrongTypesAndValuesOutOfRangeAreRejected) {
  const auto network = [this](const std::string& parameter) {
    return errorOf("deck.xml", with("<ParameterList name='Network'>" + parameter + "</ParameterList>"));
  };
  EXPECT_EQ(network("<Parameter name='Width' type='string' value='8'/>"),
            "Network: \"Width\" = \"8\" is a string; expected an int.");
  EXPECT_NE(network("<Parameter name='Width' type='int' value='0'/>").find("expected an int >= 1"),
            std::string::npos);
  EXPECT_NE(
      network("<Parameter name='Activation' type='string' value='Tahn'/>").find("Did you mean \"Tanh\"?"),
      std::string::npos);
}

TEST_F(DeckReading, TextThatTeuchosWouldTurnIntoANumberIsRejected) {
  const auto network = [this](const std::string& parameter) {
    return errorOf("deck.xml", with("<ParameterList name='Network'>" + parameter + "</ParameterList>"));
  };
  EXPECT_EQ(network("<Parameter name='Width' type='int' value='abc'/>"),
            "Network: \"Width\": \"abc\" is not an int.");
  EXPECT_EQ(network("<Parameter name='Width' type='int' value='8.5'/>"),
            "Network: \"Width\": \"8.5\" is not an int.");
  EXPECT_EQ(
      network("<Parameter name='Width' type='int' value='8'/><Parameter name='Width' type='int' value='9'/>"),
      "Network: \"Width\" is given twice.");
  EXPECT_EQ(network("<Parameter name='Width' type='integer' value='8'/>"),
            "Network: \"Width\": \"integer\" is not a type of parameter; expected int, double, bool, string, "
            "Array(int), Array(double) or Array(string).");
}

TEST_F(DeckReading, MalformedFilesAreRejectedWithTheLine) {
  EXPECT_EQ(
      errorOf("deck.xml", "<ParameterList>\n<ParameterList name='Data'>\n</ParameterLis>\n</ParameterList>"),
      "XML parse error at line 3: document not well-formed: end element tag = 'ParameterLis' did not match "
      "start "
      "element 'ParameterList' from line 2");
  EXPECT_NE(errorOf("deck.xml", "").find("empty"), std::string::npos);
  EXPECT_EQ(errorOf("deck.xml", "<Deck/>"), "the root element is <Deck>; expected <ParameterList>.");
  EXPECT_NE(errorOf("deck.yaml", "deck:\n  Network: {Width: 8\n").find("line"), std::string::npos);
  const std::string lists = "Network:\n  Width: 6\n   Blocks: 3\n";
  for (const std::string beginning : {"", "---\n"})
    EXPECT_NE(errorOf("deck.yaml", beginning + lists)
                  .find(beginning.empty() ? "line 3 column 4" : "line 4 column 4"),
              std::string::npos)
        << errorOf("deck.yaml", beginning + lists);
}

TEST_F(DeckReading, AMissingDataFileNameAndAMissingDeckAreRejected) {
  EXPECT_EQ(errorOf("deck.xml", "<ParameterList/>"),
            "Data: \"File\" is missing; it names the data set (HDF5).");
  EXPECT_THROW(Deck::read(directory_.file("absent.xml"), {}, world()), std::invalid_argument);
}
