#include "compare/Study.hpp"

#include "deck/Assignment.hpp"
#include "deck/DeckParameters.hpp"
#include "deck/ParameterFile.hpp"

#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <Teuchos_Array.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using Teuchos::Array;
using Teuchos::ParameterList;
namespace fs = std::filesystem;

constexpr const char* targetsMeaning =
    "Values of the full regularised loss: the work and seconds to reach each are compared. Required.";

Teuchos::RCP<const ParameterList> makeStudyTable() {
  auto table = Teuchos::rcp(new ParameterList(*validDeckParameters()));
  table->setName("Study");
  table->set("Seeds", Array<int>(1, 1),
             "Each run is made once with each of these as Network/Initial Guess/Seed and Data/Seed.");
  table->set("Targets", Array<double>(), targetsMeaning);
  table->sublist("Problems", false,
                 "Lists, each named as a problem: changes to the lists above, and Targets of its own if they "
                 "differ. None: the lists above are the only problem.");
  table->sublist("Solvers", false, "Lists, each named as a solver: changes to the lists above.");
  return table;
}

// The parameters of a list in Problems.
const ParameterList& validProblem() {
  static const ParameterList table = [] {
    ParameterList lists(*validDeckParameters());
    lists.set("Targets", Array<double>(), targetsMeaning);
    return lists;
  }();
  return table;
}

// A name in the study as the name of a directory: letters, digits and some signs. Other signs become a dash.
std::string folderName(const std::string& name) {
  std::string folder;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80 || (!folder.empty() && std::string("._+=").find(c) < 4)) {
      folder += c;
    } else if (!folder.empty() && folder.back() != '-') {
      folder += '-';
    }
  }
  while (!folder.empty() && folder.back() == '-') folder.pop_back();
  return folder;
}

void requireOwnFolder(const Study::Item& item, const std::vector<Study::Item>& others,
                      const std::string& list) {
  if (item.folder.empty())
    throw std::invalid_argument(list + ": the name \"" + item.name +
                                "\" has no letter or digit; it names a directory too.");
  for (const auto& other : others)
    if (other.folder == item.folder)
      throw std::invalid_argument(list + ": \"" + other.name + "\" and \"" + item.name +
                                  "\" would share the directory " + item.folder + "; rename one.");
}

// Of a part of a deck only our lists can be judged; those of ROL are when all parts of a deck are together.
void checkPart(const ParameterList& part, const ParameterList& table, const std::string& path) {
  ParameterList ours(part);
  dropUnknownOfRol(ours);
  checkParameters(ours, table, path);
}

// The lists in `list` ("Solvers"), each checked against the table.
std::vector<Study::Item> readItems(ParameterList& given, const std::string& list,
                                   const ParameterList& table) {
  std::vector<Study::Item> items;
  if (!given.isSublist(list)) return items;
  ParameterList& lists = given.sublist(list);
  std::vector<std::string> names;
  for (auto entry = lists.begin(); entry != lists.end(); ++entry) names.push_back(lists.name(entry));
  for (const auto& name : names) {
    if (!lists.isSublist(name))
      throw std::invalid_argument(list + ": \"" + name +
                                  "\" is a parameter; expected lists, each with changes to the deck.");
    checkPart(lists.sublist(name), table, list + " > " + name);
    Study::Item item{name, folderName(name), lists.sublist(name), {}};
    requireOwnFolder(item, items, list);
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<double> readTargets(const ParameterList& list, const std::string& place) {
  const auto given = list.get<Array<double>>("Targets");
  std::vector<double> targets(given.begin(), given.end());
  const std::string name = place + "\"Targets\" ";
  if (targets.empty())
    throw std::invalid_argument(name + "is empty; expected at least one value of the loss to be reached.");
  std::sort(targets.begin(), targets.end(), std::greater<>());
  if (const auto twice = std::adjacent_find(targets.begin(), targets.end()); twice != targets.end())
    throw std::invalid_argument(name + "has " + shortestText(*twice) + " twice.");
  return targets;
}

std::vector<int> readSeeds(const ParameterList& list) {
  const auto given = list.get<Array<int>>("Seeds");
  std::vector<int> seeds(given.begin(), given.end());
  if (seeds.empty()) throw std::invalid_argument("\"Seeds\" is empty; expected at least one.");
  for (auto seed = seeds.begin(); seed != seeds.end(); ++seed) {
    if (*seed < 0)
      throw std::invalid_argument("\"Seeds\" has " + std::to_string(*seed) + "; expected none below 0.");
    if (std::find(seeds.begin(), seed, *seed) != seed)
      throw std::invalid_argument("\"Seeds\" has " + std::to_string(*seed) + " twice.");
  }
  return seeds;
}

void makeDataFilesAbsolute(ParameterList& given, const std::string& base) {
  makeFilesAbsolute(given, base);
  for (const auto* list : {"Problems", "Solvers"}) {
    if (!given.isSublist(list)) continue;
    ParameterList& lists = given.sublist(list);
    for (auto entry = lists.begin(); entry != lists.end(); ++entry)
      if (lists.entry(entry).isList()) makeFilesAbsolute(lists.sublist(lists.name(entry)), base);
  }
}

std::vector<std::string> sublistNames(const ParameterList& given, const std::string& list) {
  std::vector<std::string> names;
  if (!given.isSublist(list)) return names;
  const ParameterList& lists = given.sublist(list);
  for (auto entry = lists.begin(); entry != lists.end(); ++entry)
    if (lists.isSublist(lists.name(entry))) names.push_back(lists.name(entry));
  return names;
}

// Applies a change to one of the lists in Solvers or Problems: "Solvers/Adam/Step/Adam/Beta1=0.8". The name
// of the list may have slashes.
void applyToItem(const Assignment& assignment, ParameterList& given, const std::string& list,
                 const ParameterList& table) {
  const std::string path = assignment.path.substr(list.size() + 1);
  const auto names = sublistNames(given, list);
  std::string name;
  for (const auto& candidate : names)
    if (path.rfind(candidate + "/", 0) == 0 && candidate.size() > name.size()) name = candidate;
  if (name.empty()) {
    std::string expected;
    for (const auto& candidate : names) expected += (expected.empty() ? "" : ", ") + candidate;
    throw std::invalid_argument(assignment.text() + ": expected " + list +
                                "/NAME/PATH=VALUE with a NAME of the study: " + expected + ".");
  }
  try {
    applyAssignments({path.substr(name.size() + 1) + "=" + assignment.value},
                     given.sublist(list).sublist(name), table);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(list + " > " + name + ": " + error.what());
  }
}

// Where a problem or solver sets a parameter itself, a change to what all runs share would have no effect.
void requireNotOverridden(const Assignment& assignment, const ParameterList& given) {
  for (const std::string list : {"Problems", "Solvers"})
    for (const auto& name : sublistNames(given, list))
      if (assignment.isIn(given.sublist(list).sublist(name)))
        throw std::invalid_argument(assignment.text() + ": " + list + " > " + name +
                                    " has a value of its own, which counts there; change that by --set \"" +
                                    list + "/" + name + "/" + assignment.path + "=" + assignment.value +
                                    "\".");
}

void applyStudyAssignments(const std::vector<std::string>& assignments, ParameterList& given) {
  for (const auto& text : assignments) {
    const Assignment assignment = Assignment::parse(text);
    if (assignment.path.rfind("Problems/", 0) == 0) {
      applyToItem(assignment, given, "Problems", validProblem());
    } else if (assignment.path.rfind("Solvers/", 0) == 0) {
      applyToItem(assignment, given, "Solvers", *validDeckParameters());
    } else {
      applyAssignments({text}, given, *validStudyParameters());
      requireNotOverridden(assignment, given);
    }
  }
}

} // namespace

Teuchos::RCP<const ParameterList> validStudyParameters() {
  static const auto table = makeStudyTable();
  return table;
}

Study::Study(ParameterList given, const std::string& base, std::string stem)
    : name_(given.name()), stem_(std::move(stem)), given_(std::move(given)) {
  if (name_.empty() || name_ == "ANONYMOUS") name_ = stem_;
  checkPart(given_, *validStudyParameters(), "");
  makeDataFilesAbsolute(given_, base);
  if (!given_.isParameter("Seeds")) given_.set("Seeds", validStudyParameters()->get<Array<int>>("Seeds"));
  seeds_ = readSeeds(given_);
  solvers_ = readItems(given_, "Solvers", *validDeckParameters());
  if (solvers_.empty())
    throw std::invalid_argument("\"Solvers\" is missing or empty; expected a list for each solver.");
  problems_ = readItems(given_, "Problems", validProblem());
  if (problems_.empty()) problems_.push_back({"problem", "problem", ParameterList(), {}});
  for (auto& problem : problems_) {
    const bool own = problem.changes.isParameter("Targets");
    if (!own && !given_.isParameter("Targets"))
      throw std::invalid_argument(
          "\"Targets\" is missing; expected values of the loss to be reached, as in "
          "<Parameter name=\"Targets\" type=\"Array(double)\" value=\"{0.1, 0.05}\"/>.");
    problem.targets =
        own ? readTargets(problem.changes, "Problems > " + problem.name + ": ") : readTargets(given_, "");
    problem.changes.remove("Targets", false);
  }
  shared_ = given_;
  for (const auto* name : {"Seeds", "Targets", "Problems", "Solvers"}) shared_.remove(name, false);
}

Study Study::read(const std::string& file, const std::vector<std::string>& assignments,
                  const Teuchos::Comm<int>& comm) {
  ParameterList given = readParameterFile(file, comm);
  applyStudyAssignments(assignments, given);
  try {
    Study study(given, fs::path(file).parent_path().string(), fs::path(file).stem().string());
    study.checkDecks();
    return study;
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file + ": " + error.what());
  }
}

// Makes every deck once and collects what has no effect in them. The lists that they share warn once.
void Study::checkDecks() {
  for (const auto& problem : problems_)
    for (const auto& solver : solvers_) {
      const Deck made = deck(problem, solver, seeds_.front());
      for (const auto& warning : made.warnings())
        if (std::find(warnings_.begin(), warnings_.end(), warning) == warnings_.end())
          warnings_.push_back(warning);
    }
}

const Study::Item& Study::problem(const std::string& name) const {
  const auto found = std::find_if(problems_.begin(), problems_.end(),
                                  [&name](const Item& problem) { return problem.name == name; });
  if (found == problems_.end()) throw std::out_of_range("the study has no problem \"" + name + "\".");
  return *found;
}

std::string Study::place(const Item& problem, const Item& solver) const {
  return (problems_.size() > 1 ? "Problems > " + problem.name + ", " : "") + "Solvers > " + solver.name;
}

Deck Study::deck(const Item& problem, const Item& solver, int seed) const {
  ParameterList lists = shared_;
  lists.setParameters(problem.changes);
  lists.setParameters(solver.changes);
  lists.sublist("Network").sublist("Initial Guess").set("Seed", seed);
  lists.sublist("Data").set("Seed", seed);
  try {
    return Deck::make(lists, "", solver.folder);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(place(problem, solver) + ": " + error.what());
  }
}

std::string Study::xml() const {
  ParameterList defaults(*deckDefaults());
  defaults.remove("Step");
  defaults.sublist("General").remove("Secant");
  ParameterList filled = given_;
  filled.setName(name_);
  fillInDefaults(filled, defaults);
  return writeXmlParameters(inTableOrder(filled, *validStudyParameters()), Documentation::AsComments);
}

} // namespace terrace::program
