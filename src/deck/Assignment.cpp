#include "deck/Assignment.hpp"

#include <terrace/parameters/ParameterNames.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <filesystem>
#include <stdexcept>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> names;
  std::size_t start = 0;
  while (start <= path.size()) {
    const auto slash = std::min(path.find('/', start), path.size());
    if (slash > start) names.push_back(path.substr(start, slash - start));
    start = slash + 1;
  }
  return names;
}

[[noreturn]] void rejectName(const std::string& name, const std::string& parent, const ParameterList& valid) {
  const std::vector<std::string> names = namesOf(valid);
  std::string message = (parent.empty() ? "" : parent + ": ") + '"' + name + "\" is not known.";
  const std::string nearest = nearestName(name, names);
  if (!nearest.empty()) {
    message += " Did you mean \"" + nearest + "\"?";
  } else {
    message += " Known here:";
    for (std::size_t i = 0; i < names.size(); ++i) message += (i ? ", " : " ") + names[i];
    message += ".";
  }
  throw std::invalid_argument(message);
}

} // namespace

Assignment Assignment::parse(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw std::invalid_argument("--set \"" + text + "\": expected PATH=VALUE, as in \"Network/Width=16\".");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void Assignment::apply(ParameterList& list, const ParameterList& valid) const {
  const auto names = split(path);
  ParameterList* target = &list;
  const ParameterList* table = &valid;
  std::string parent;
  try {
    if (names.empty()) throw std::invalid_argument("the path is empty.");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string& name = names[i];
      if (!table->isParameter(name)) rejectName(name, parent, *table);
      const bool last = i + 1 == names.size();
      if (table->isSublist(name) == last)
        throw std::invalid_argument((parent.empty() ? "" : parent + ": ") + '"' + name +
                                    (last ? "\" is a list; name a parameter in it." : "\" is not a list."));
      if (last) {
        target->setEntry(name, parseParameter(value, parameterType(table->getEntry(name))));
      } else {
        if (target->isParameter(name) && !target->isSublist(name)) target->remove(name);
        target = &target->sublist(name);
        table = &table->sublist(name);
        parent += (i ? " > " : "") + name;
      }
    }
  } catch (const std::invalid_argument& error) {
    std::string reason = error.what();
    if (reason.back() != '.' && reason.back() != '?') reason += '.';
    throw std::invalid_argument(text() + ": " + reason);
  }
}

bool Assignment::isIn(const ParameterList& list) const {
  const ParameterList* place = &list;
  const auto names = split(path);
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    if (!place->isSublist(names[i])) return false;
    place = &place->sublist(names[i]);
  }
  return !names.empty() && place->isParameter(names.back());
}

void applyAssignments(const std::vector<std::string>& assignments, ParameterList& list,
                      const ParameterList& valid) {
  for (const auto& text : assignments) {
    Assignment assignment = Assignment::parse(text);
    if (assignment.path == "Data/File" && !assignment.value.empty())
      assignment.value = std::filesystem::absolute(assignment.value).string();
    assignment.apply(list, valid);
  }
}

} // namespace terrace::program
