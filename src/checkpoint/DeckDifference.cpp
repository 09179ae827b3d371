#include "checkpoint/DeckDifference.hpp"

#include "ParameterText.hpp"

#include <set>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

bool mayDiffer(const std::string& path) {
  static const std::set<std::string> paths{"Status Test", "Output", "General > Output Level", "Data > File",
                                           "Network > Sweep Precision"};
  return paths.count(path) > 0;
}

std::string valueIn(const ParameterList& list, const std::string& name) {
  if (!list.isParameter(name)) return "not given";
  return list.isSublist(name) ? "a list" : parameterText(list.getEntry(name));
}

std::string firstDifference(const ParameterList& kept, const ParameterList& given, const std::string& place) {
  std::set<std::string> names;
  for (const auto* list : {&kept, &given})
    for (auto entry = list->begin(); entry != list->end(); ++entry) names.insert(list->name(entry));
  for (const auto& name : names) {
    const std::string path = place + name;
    if (mayDiffer(path)) continue;
    if (kept.isSublist(name) && given.isSublist(name)) {
      const auto found = firstDifference(kept.sublist(name), given.sublist(name), path + " > ");
      if (!found.empty()) return found;
    } else if (valueIn(kept, name) != valueIn(given, name)) {
      return path + " is " + valueIn(kept, name) + " in the checkpoint and " + valueIn(given, name) +
             " in the deck";
    }
  }
  return "";
}

} // namespace

std::string deckDifference(const ParameterList& kept, const ParameterList& given) {
  return firstDifference(kept, given, "");
}

} // namespace terrace::program
