#include "run/checkpoint/DeckDifference.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

const std::vector<std::string>& mayDiffer() {
  static const std::vector<std::string> paths{"Status Test", "Output", "General > Output Level",
                                              "Data > File", "Network > Sweep Precision"};
  return paths;
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
    if (std::count(mayDiffer().begin(), mayDiffer().end(), path) > 0) continue;
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

std::string deckEntriesThatMayDiffer() {
  const auto& paths = mayDiffer();
  std::string text;
  for (std::size_t i = 0; i < paths.size(); ++i)
    text += (i == 0 ? "" : i + 1 < paths.size() ? ", " : " and ") + paths[i];
  return text;
}

} // namespace terrace::program
