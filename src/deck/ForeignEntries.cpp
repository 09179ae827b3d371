#include "deck/ForeignEntries.hpp"

#include <terrace/parameters/ParameterNames.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Teuchos_ParameterList.hpp>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

// The list below `table` that has an entry of this name and kind, as a path; "" if none has.
std::string placeBelow(const ParameterList& table, const std::string& name, bool isList) {
  for (const auto& entry : namesOf(table)) {
    if (!table.isSublist(entry)) continue;
    const ParameterList& list = table.sublist(entry);
    if (list.isParameter(name) && list.isSublist(name) == isList) return entry;
    if (const std::string place = placeBelow(list, name, isList); !place.empty())
      return entry + " > " + place;
  }
  return "";
}

// The same, in the lists that are ours alone: ROL's have names that applications use too ("Solver").
std::string placeInOurs(const std::string& name, bool isList, const ParameterList& valid) {
  ParameterList ours = valid;
  for (const char* rol : {"General", "Step", "Status Test"}) ours.remove(rol);
  return placeBelow(ours, name, isList);
}

} // namespace

void removeForeignEntries(ParameterList& deck, const ParameterList& valid,
                          std::vector<std::string>& warnings) {
  std::string foreign;
  for (const auto& name : namesOf(deck)) {
    if (valid.isParameter(name) || !nearestName(name, namesOf(valid)).empty()) continue;
    const bool isList = deck.isSublist(name);
    const std::string quoted = '"' + name + '"';
    if (const std::string place = placeInOurs(name, isList, valid); !place.empty())
      throw ParameterError(quoted + " is not a " + (isList ? "list" : "parameter") + " here; it belongs to " +
                           place + ".");
    foreign += (foreign.empty() ? "" : ", ") + quoted;
    deck.remove(name);
  }
  if (!foreign.empty())
    warnings.push_back(foreign + ": not of Terrace or of ROL's methods, without effect here.");
}

} // namespace terrace::program
