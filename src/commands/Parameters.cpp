#include "commands/Parameters.hpp"

#include "deck/DeckParameters.hpp"

#include <terrace/parameters/OneLine.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

using Teuchos::ParameterEntry;
using Teuchos::ParameterList;

constexpr std::size_t lineWidth = 100;

std::string lowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::string joined(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "/" + name;
}

// The part of the table whose paths begin with the prefix.
ParameterList selectParameters(const ParameterList& table, const std::string& prefix,
                               const std::string& path) {
  ParameterList selected(table.name());
  for (auto item = table.begin(); item != table.end(); ++item) {
    const std::string& name = table.name(item);
    const std::string here = joined(path, name);
    if (table.isSublist(name)) {
      const ParameterList inner = selectParameters(table.sublist(name), prefix, here);
      if (inner.numParams() > 0) selected.set(name, inner, table.entry(item).docString());
    } else if (lowerCase(here).rfind(lowerCase(prefix), 0) == 0) {
      selected.setEntry(name, table.entry(item));
    }
  }
  return selected;
}

void collectPaths(const ParameterList& table, const std::string& path, std::vector<std::string>& paths) {
  for (auto item = table.begin(); item != table.end(); ++item) {
    const std::string here = joined(path, table.name(item));
    paths.push_back(here);
    if (table.entry(item).isList()) collectPaths(table.sublist(table.name(item)), here, paths);
  }
}

// The values that a parameter may have: its choices or its interval.
std::string rangeText(const ParameterEntry& entry) {
  const auto validator = entry.validator();
  if (validator.is_null()) {
    const std::string type = parameterType(entry);
    return type == "bool" ? "true or false" : type;
  }
  if (const auto choices = validator->validStringValues(); !choices.is_null()) {
    std::string text;
    for (const auto& choice : *choices) text += (text.empty() ? "" : " | ") + choice;
    return text;
  }
  std::ostringstream text;
  validator->printDoc("", text);
  std::string range = oneLine(text.str());
  for (const auto* article : {"an ", "a "})
    if (range.rfind(article, 0) == 0) return range.substr(std::string(article).size());
  return range;
}

// Words filled into lines of lineWidth characters, each after `indent` spaces.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string result, line, word;
  const std::string margin(indent, ' ');
  while (words >> word) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > lineWidth) {
      result += margin + line + '\n';
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? result : result + margin + line + '\n';
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text + "  ";
}

std::string defaultText(const ParameterEntry& entry) {
  const std::string text = parameterText(entry);
  return entry.isType<std::string>() && text.empty() ? "(none)" : text;
}

void printEntry(const std::string& name, const ParameterEntry& entry, std::ostream& out) {
  const std::string line = "  " + padded(name, 30) + padded("default " + defaultText(entry), 30);
  const std::string range = rangeText(entry);
  if (line.size() + range.size() <= lineWidth) {
    out << line << range << '\n';
  } else {
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n' << wrapped("one of: " + range, 6);
  }
  out << wrapped(oneLine(entry.docString()), 6);
}

void printList(const ParameterList& list, const std::string& path, std::ostream& out) {
  bool titled = false;
  for (auto item = list.begin(); item != list.end(); ++item) {
    if (list.entry(item).isList()) continue;
    if (!titled) out << '\n' << path << '\n';
    titled = true;
    printEntry(list.name(item), list.entry(item), out);
  }
  for (auto item = list.begin(); item != list.end(); ++item)
    if (list.entry(item).isList())
      printList(list.sublist(list.name(item)), joined(path, list.name(item)), out);
}

[[noreturn]] void rejectPrefix(const std::string& prefix) {
  std::vector<std::string> paths;
  collectPaths(*validDeckParameters(), "", paths);
  const std::string nearest = nearestName(prefix, paths);
  throw std::invalid_argument("parameters: no parameter's path begins with \"" + prefix + "\"." +
                              (nearest.empty() ? "" : " Did you mean \"" + nearest + "\"?"));
}

} // namespace

void addParameters(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ParametersOptions>();
  CLI::App* command =
      parent.add_subcommand("parameters", "Print every deck parameter, its default and meaning");
  command->add_option("LIST", options->list, "Only parameters whose path begins with this");
  command->add_flag("--all", options->all, "Also ROL's own parameters");
  command->add_flag("--xml", options->xml, "Print them as a deck");
  command->footer("Examples:\n"
                  "  terrace parameters Levels\n"
                  "  terrace parameters \"Step/Line Search\"\n"
                  "  terrace parameters --xml > deck.xml");
  command->callback(
      [options, &chosen] { chosen = onRoot([options] { printParameters(*options, std::cout); }); });
}

void printParameters(const ParametersOptions& options, std::ostream& out) {
  bool all = options.all;
  ParameterList parameters =
      selectParameters(all ? *validDeckParameters() : *deckDefaults(), options.list, "");
  if (parameters.numParams() == 0) { // it may name one of ROL's own
    all = true;
    parameters = selectParameters(*validDeckParameters(), options.list, "");
  }
  if (parameters.numParams() == 0) rejectPrefix(options.list);
  if (options.xml) {
    out << writeXmlParameters(parameters, Documentation::AsComments);
    return;
  }
  out << "Parameters of a deck (for --set: PATH/NAME=VALUE).\n";
  printList(parameters, "", out);
  if (!all) out << "\nROL's own parameters: terrace parameters --all.\n";
  out << "A study has more (Solvers, Targets, Seeds, Problems): terrace compare --help.\n";
}

} // namespace terrace::program
