#include "Deck.hpp"

#include "Assignment.hpp"
#include "DeckParameters.hpp"
#include "OneLine.hpp"
#include "TextFile.hpp"
#include "XmlParameters.hpp"

#include <terrace/multilevel/ParameterValidation.hpp>
#include <terrace/multilevel/SolverParameters.hpp>

#include <Teuchos_YamlParameterListCoreHelpers.hpp>

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;
namespace fs = std::filesystem;

bool isYaml(const std::string& file) {
  const std::string extension = fs::path(file).extension().string();
  return extension == ".yaml" || extension == ".yml";
}

ParameterList readYamlParameters(const std::string& text) {
  try {
    return *Teuchos::getParametersFromYamlString(text);
  } catch (const std::exception& error) {
    throw std::invalid_argument(oneLine(error.what()));
  }
}

// Makes Data/File absolute.
void resolveDataFile(ParameterList& parameters, const fs::path& base) {
  ParameterList& data = parameters.sublist("Data");
  const auto file = data.get<std::string>("File", "");
  if (file.empty()) throw std::invalid_argument("Data: \"File\" is missing; it names the data set (HDF5).");
  data.set(
      "File",
      fs::absolute(fs::path(file).is_absolute() ? fs::path(file) : base / file).lexically_normal().string());
}

// A Data/File of the command line is relative to the current directory.
Assignment relativeToHere(Assignment assignment) {
  if (assignment.path == "Data/File" && !assignment.value.empty())
    assignment.value = fs::absolute(assignment.value).string();
  return assignment;
}

// The same parameters in the table's order, with the table's documentation and without its validators.
ParameterList inTableOrder(const ParameterList& list, const ParameterList& table) {
  if (table.numParams() == 0) return list; // a list that may hold anything
  ParameterList ordered(list.name());
  for (auto item = table.begin(); item != table.end(); ++item) {
    const std::string& name = table.name(item);
    if (!list.isParameter(name)) continue;
    const std::string meaning = table.entry(item).docString();
    if (table.isSublist(name)) {
      ordered.set(name, inTableOrder(list.sublist(name), table.sublist(name)), meaning);
    } else {
      Teuchos::ParameterEntry entry;
      entry.setAnyValue(list.getEntry(name).getAny(false));
      entry.setDocString(meaning);
      ordered.setEntry(name, entry);
    }
  }
  return ordered;
}

// Fills in the defaults of all lists; the solver's lists know which of theirs apply.
void fillIn(ParameterList& parameters) {
  fillInSolverDefaults(parameters);
  ParameterList others = *deckDefaults();
  for (const char* name : {"General", "Step", "Sampling", "Status Test"}) others.remove(name);
  fillInDefaults(parameters, others);
}

} // namespace

Deck::Deck(const ParameterList& parameters, std::string stem)
    : parameters_(parameters), stem_(std::move(stem)) {}

Deck Deck::read(const std::string& file, const std::vector<std::string>& assignments,
                const Teuchos::Comm<int>& comm) {
  const std::string content = readTextFile(file, comm);
  const ParameterList& valid = *validDeckParameters();
  ParameterList given;
  try {
    given = isYaml(file) ? readYamlParameters(content) : readXmlParameters(content);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
  for (const auto& text : assignments) relativeToHere(Assignment::parse(text)).apply(given, valid);
  try {
    checkParameters(given, valid);
    fillIn(given);
    resolveDataFile(given, fs::path(file).parent_path());
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
  return Deck(inTableOrder(given, valid), fs::path(file).stem().string());
}

std::string Deck::xml() const {
  return writeXmlParameters(parameters_, Documentation::AsComments);
}

} // namespace terrace::program
