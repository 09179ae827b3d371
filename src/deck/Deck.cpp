#include "deck/Deck.hpp"

#include "deck/Assignment.hpp"
#include "deck/DeckParameters.hpp"
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
  checkSolverLists(given, warnings);
  checkParameters(given, valid);
  fillIn(given);
  requireDataFile(given);
  makeDataFileAbsolute(given, base);
  return Deck(inTableOrder(given, valid), stem, std::move(warnings));
}

void makeDataFileAbsolute(ParameterList& lists, const std::string& base) {
  if (!lists.isSublist("Data") || !lists.sublist("Data").isType<std::string>("File")) return;
  const fs::path file = lists.sublist("Data").get<std::string>("File");
  if (file.empty()) return;
  lists.sublist("Data").set(
      "File", fs::absolute(file.is_absolute() ? file : base / file).lexically_normal().string());
}

std::string Deck::xml() const {
  return writeXmlParameters(parameters_, Documentation::AsComments);
}

} // namespace terrace::program
