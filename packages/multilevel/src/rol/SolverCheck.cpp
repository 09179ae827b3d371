#include "RolChoices.hpp"
#include "RolRenames.hpp"
#include "RolTables.hpp"

#include <terrace/multilevel/rol/SolverCheck.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterNames.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_GlobalMPISession.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>

namespace terrace {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;
using Names = std::vector<std::string>;

const Names secantsOfRol = {"Limited-Memory BFGS", "Limited-Memory DFP", "Limited-Memory SR1",
                            "Barzilai-Borwein"};

// A name this near to one that counts is taken for a slip.
constexpr std::size_t slip = 2;

constexpr std::array<const char*, 3> rolLists = {"General", "Step", "Status Test"};

bool isOurs(const std::string& type) {
  return type == "Multilevel Trust Region" || type == "Stochastic Gradient" || type == "Adam";
}

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + " > " + name;
}

std::string listed(const Names& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const ParameterList* sublistOf(const ParameterList* list, const std::string& name) {
  return list != nullptr && list->isSublist(name) ? &list->sublist(name) : nullptr;
}

std::string withoutBlanks(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), [](unsigned char c) { return std::isspace(c) != 0; }),
             text.end());
  return text;
}

std::string givenType(const ParameterList& lists) {
  const ParameterList* step = sublistOf(&lists, "Step");
  return step != nullptr && step->isType<std::string>("Type") ? step->get<std::string>("Type") : "";
}

// The entries of a list that a table has too.
ParameterList restrictedTo(const ParameterList& table, const ParameterList& list) {
  ParameterList common(list.name());
  for (auto item = list.begin(); item != list.end(); ++item) {
    const std::string& name = list.name(item);
    if (!table.isParameter(name) || table.isSublist(name) != list.isSublist(name)) continue;
    if (list.isSublist(name)) {
      common.sublist(name) = restrictedTo(table.sublist(name), list.sublist(name));
    } else {
      common.setEntry(name, list.entry(item));
    }
  }
  return common;
}

// What our methods read of a deck, with the values that the run will have.
ParameterList readByOurs(const ParameterList& lists) {
  const auto ours = solverDefaults();
  ParameterList read = restrictedTo(*ours, lists);
  read.sublist("Step").get("Type", "Multilevel Trust Region");
  fillInSolverDefaults(read);
  return read;
}

// What a run of the deck reads. A deck without a type was perhaps written for ROL's default method, so what
// that one reads counts too, and its values come first.
ParameterList readByRun(const ParameterList& lists, RolInterface interface) {
  const std::string type = givenType(lists);
  if (isOurs(type)) return readByOurs(lists);
  ParameterList read = readByRol(lists, interface);
  ParameterList ours;
  ours.sublist("Status Test") = *validStatusTestParameters();
  fillInDefaults(read, type.empty() ? readByOurs(lists) : ours);
  return read;
}

// One pass through ROL's lists of a deck.
class RolListCheck {
public:
  RolListCheck(std::vector<std::string>& warnings, std::string prefix)
      : warnings_(warnings), prefix_(std::move(prefix)) {}

  // \param read  what the run reads of this list; null: nothing.
  void check(ParameterList& list, const ParameterList& valid, const ParameterList* read,
             const std::string& path) {
    if (valid.numParams() == 0) return; // may hold anything
    for (const auto& name : namesOf(list)) {
      if (path == "Step" && isOurs(name)) continue;
      if (!valid.isParameter(name)) {
        judgeUnknown(name, list, valid, read, path);
      } else if (list.isSublist(name) && valid.isSublist(name)) {
        check(list.sublist(name), valid.sublist(name), sublistOf(read, name), joined(path, name));
      } else {
        judgeUnread(name, list, valid, read, path);
      }
    }
  }

  // \throws ParameterError with all errors that were found.
  void finish() const {
    std::string message;
    for (const auto& error : errors_) message += (message.empty() ? "" : " ") + error;
    if (!message.empty()) throw ParameterError(message);
  }

private:
  // A name of the table that a slip may have been meant for, if that would have changed the run.
  static bool counts(const std::string& candidate, const ParameterEntry& given, const ParameterList* read) {
    if (read == nullptr || !read->isParameter(candidate)) return false;
    const ParameterEntry& entry = read->getEntry(candidate);
    if (given.isList() || entry.isList()) return given.isList() && entry.isList();
    return parameterText(given) != parameterText(entry);
  }

  void judgeUnknown(const std::string& name, ParameterList& list, const ParameterList& valid,
                    const ParameterList* read, const std::string& path) {
    const ParameterEntry given = list.getEntry(name);
    Names near;
    for (const auto& candidate : namesOf(valid))
      if (counts(candidate, given, read)) near.push_back(candidate);
    const std::string place = prefix_ + path + ": " + quoted(name);
    if (const std::string meant = nearestName(name, near, slip); !meant.empty()) {
      const bool blanks = withoutBlanks(meant) == withoutBlanks(name);
      errors_.push_back(place + " is not a " + (given.isList() ? "list" : "parameter") +
                        (blanks ? "; it has other blanks than " + quoted(meant) + "."
                                : ". Did you mean " + quoted(meant) + "?"));
      return;
    }
    const std::string newName = nameInThisRol(path, name);
    const std::string nearest = nearestName(name, namesOf(valid));
    warnings_.push_back(place + " is not known to " + rolVersion() + " and has no effect" +
                        (!newName.empty()   ? "; it is " + quoted(newName) + " there."
                         : !nearest.empty() ? "; the nearest name is " + quoted(nearest) + "."
                                            : "."));
    list.remove(name);
  }

  // A value that nothing reads need not fit. One that is read is held against the table later.
  void judgeUnread(const std::string& name, ParameterList& list, const ParameterList& valid,
                   const ParameterList* read, const std::string& path) {
    if (read != nullptr && read->isParameter(name)) return;
    ParameterList one, table;
    one.setEntry(name, list.getEntry(name));
    table.setEntry(name, valid.getEntry(name));
    try {
      checkParameters(one, table, path);
    } catch (const ParameterError& error) {
      warnings_.push_back(prefix_ + error.what() + " This run does not read it.");
      list.remove(name);
    }
  }

  std::vector<std::string>& warnings_;
  std::string prefix_;
  std::vector<std::string> errors_;
};

void requireUnconstrained(const std::string& type, const std::string& prefix) {
  const std::string constrained = rolName(type, constrainedTypes());
  if (constrained.empty()) return;
  throw ParameterError(prefix + "Step: \"Type\" = " + quoted(constrained) +
                       " is a method of ROL for problems with constraints or nonsmooth terms; training has "
                       "neither. Expected one of " +
                       "Multilevel Trust Region, Stochastic Gradient, Adam, " + listed(unconstrainedTypes()) +
                       ".");
}

// A type that nobody has: the table of valid types says which there are.
void rejectType(const std::string& type, const ParameterList& valid, const std::string& prefix) {
  ParameterList step;
  step.set("Type", type);
  checkParameters(step, valid.sublist("Step"), prefix + "Step");
}

// Gives a type that ROL would recognise ROL's spelling, which we compare.
void spellAsRol(ParameterList& list, const std::string& name, const Names& names) {
  if (!list.isType<std::string>(name)) return;
  const std::string known = rolName(list.get<std::string>(name), names);
  if (!known.empty()) list.set(name, known);
}

void spellTypes(ParameterList& lists) {
  if (lists.isSublist("Step")) spellAsRol(lists.sublist("Step"), "Type", unconstrainedTypes());
  if (sublistOf(sublistOf(&lists, "General"), "Secant") != nullptr)
    spellAsRol(lists.sublist("General").sublist("Secant"), "Type", secantsOfRol);
}

void requireImplemented(const RolChoice& choice, const ParameterList& lists, const std::string& type,
                        const std::string& prefix) {
  const ParameterList* list = &lists;
  std::string path;
  for (const auto& name : choice.lists) {
    list = sublistOf(list, name);
    path = joined(path, name);
  }
  if (list == nullptr || !list->isType<std::string>(choice.name)) return;
  const auto value = list->get<std::string>(choice.name);
  if (!rolName(value, choice.values).empty()) return;
  const std::string nearest = nearestName(value, choice.values);
  throw ParameterError(prefix + path + ": " + quoted(choice.name) + " = " + quoted(value) +
                       " is not implemented for \"Type\" = " + quoted(type) + "; expected one of " +
                       listed(choice.values) + "." +
                       (nearest.empty() ? "" : " Did you mean " + quoted(nearest) + "?"));
}

// Our method has a secant of its own. A deck that names no method but a secant of ROL was written for ROL.
void replaceSecantOfRol(ParameterList& lists, std::vector<std::string>& warnings, const std::string& prefix) {
  if (!givenType(lists).empty() || sublistOf(sublistOf(&lists, "General"), "Secant") == nullptr) return;
  ParameterList& secant = lists.sublist("General").sublist("Secant");
  if (!secant.isType<std::string>("Type")) return;
  const auto type = secant.get<std::string>("Type");
  if (rolName(type, secantsOfRol).empty()) return;
  warnings.push_back(
      prefix + "General > Secant: \"Type\" = " + quoted(type) +
      " is a secant of ROL. The deck has no Step/Type, so Multilevel Trust Region runs, with its "
      "own secant, Compact SR1; for ROL's method set Step/Type to \"Trust Region\".");
  secant.remove("Type");
}

} // namespace

void checkSolverLists(ParameterList& lists, std::vector<std::string>& warnings, RolInterface interface,
                      const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + " > ";
  const auto valid = validSolverParameters();
  spellTypes(lists);
  const std::string type = givenType(lists);
  requireUnconstrained(type, prefix);
  replaceSecantOfRol(lists, warnings, prefix);
  const bool isRols = !rolName(type, unconstrainedTypes()).empty();
  if (!type.empty() && !isOurs(type) && !isRols) rejectType(type, *valid, prefix);
  if (isRols)
    for (const auto& choice : implementedChoices(lists, interface))
      requireImplemented(choice, lists, type, prefix);
  RolListCheck check(warnings, prefix);
  const ParameterList read = readByRun(lists, interface);
  for (const char* name : rolLists)
    if (lists.isSublist(name))
      check.check(lists.sublist(name), valid->sublist(name), sublistOf(&read, name), name);
  check.finish();
  for (const char* name : {"General", "Step", "Sampling", "Status Test"})
    if (lists.isSublist(name)) checkParameters(lists.sublist(name), valid->sublist(name), prefix + name);
}

void dropUnknownOfRol(ParameterList& lists) {
  std::vector<std::string> ignored;
  RolListCheck check(ignored, "");
  const auto valid = validSolverParameters();
  const auto ours = solverDefaults(); // our parameters in these lists stay to be judged
  for (const char* name : rolLists)
    if (lists.isSublist(name))
      check.check(lists.sublist(name), valid->sublist(name), sublistOf(ours.get(), name), name);
}

std::string warningText(const std::vector<std::string>& warnings, const std::string& deck) {
  if (warnings.empty()) return "";
  const std::string count = std::to_string(warnings.size());
  std::string text = deck + ": " + count + (warnings.size() == 1 ? " warning:\n" : " warnings:\n");
  for (const auto& warning : warnings) text += "  " + warning + '\n';
  return text;
}

void passWarnings(const std::vector<std::string>& warnings, const std::string& deck,
                  const std::function<void(const std::string&)>& receiver) {
  if (receiver) {
    for (const auto& warning : warnings) receiver(warning);
  } else if (!warnings.empty() && Teuchos::GlobalMPISession::getRank() == 0) {
    std::cerr << warningText(warnings, deck) << std::flush;
  }
}

} // namespace terrace
