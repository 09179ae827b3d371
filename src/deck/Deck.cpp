#include "deck/Deck.hpp"

#include "deck/Assignment.hpp"
#include "deck/DeckParameters.hpp"
#include "deck/ForeignEntries.hpp"
#include "deck/ParameterFile.hpp"

#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;
namespace fs = std::filesystem;

void requireDataFile(const ParameterList& parameters) {
  if (parameters.sublist("Data").get<std::string>("File").empty())
    throw std::invalid_argument("Data: \"File\" is missing; it names the data set (HDF5).");
}

void requireInitialGuess(const ParameterList& parameters) {
  const auto& guess = parameters.sublist("Network").sublist("Initial Guess");
  const bool isFile = guess.get<std::string>("Type") == "File";
  const auto file = guess.get<std::string>("File");
  if (isFile && file.empty())
    throw std::invalid_argument(
        "Network > Initial Guess: \"File\" is missing; it names the network that training starts from.");
  if (!isFile && !file.empty())
    throw std::invalid_argument("Network > Initial Guess: \"File\" is given and \"Type\" is \"" +
                                guess.get<std::string>("Type") + "\"; expected \"Type\" = \"File\".");
}

// Fills in the defaults of all lists. For the solver's lists package multilevel knows which defaults apply.
void fillIn(ParameterList& parameters) {
  fillInSolverDefaults(parameters);
  ParameterList others = *deckDefaults();
  for (const char* name : {"General", "Step", "Sampling", "Status Test"}) others.remove(name);
  fillInDefaults(parameters, others);
}

} // namespace

Deck::Deck(const ParameterList& parameters, std::string stem, std::vector<std::string> warnings)
    : parameters_(parameters), stem_(std::move(stem)), warnings_(std::move(warnings)) {}

Deck Deck::read(const std::string& file, const std::vector<std::string>& assignments,
                const Teuchos::Comm<int>& comm) {
  ParameterList given = readParameterFile(file, comm);
  if (given.isSublist("Solvers"))
    throw std::invalid_argument(file +
                                ": is a study of several solvers (it has the list Solvers); run it with "
                                "terrace compare.");
  applyAssignments(assignments, given, *validDeckParameters());
  try {
    return make(given, fs::path(file).parent_path().string(), fs::path(file).stem().string());
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
}

Deck Deck::make(ParameterList given, const std::string& base, const std::string& stem) {
  const ParameterList& valid = *validDeckParameters();
  std::vector<std::string> warnings;
  removeForeignEntries(given, valid, warnings);
  checkSolverLists(given, warnings);
  checkParameters(given, valid);
  fillIn(given);
  requireDataFile(given);
  requireInitialGuess(given);
  makeFilesAbsolute(given, base);
  return Deck(inTableOrder(given, valid), stem, std::move(warnings));
}

void makeFilesAbsolute(ParameterList& lists, const std::string& base) {
  const auto makeAbsolute = [&base](ParameterList& list) {
    const fs::path file = list.isType<std::string>("File") ? list.get<std::string>("File") : std::string();
    if (file.empty()) return;
    list.set("File", fs::absolute(file.is_absolute() ? file : base / file).lexically_normal().string());
  };
  if (lists.isSublist("Data")) makeAbsolute(lists.sublist("Data"));
  if (lists.isSublist("Network") && lists.sublist("Network").isSublist("Initial Guess"))
    makeAbsolute(lists.sublist("Network").sublist("Initial Guess"));
}

std::string Deck::xml() const {
  return writeXmlParameters(parameters_, Documentation::AsComments);
}

} // namespace terrace::program
