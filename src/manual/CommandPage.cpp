#include "manual/CommandPage.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace terrace::program {
namespace {

// CLI11 writes choices as "TEXT:{auto,yes,no}".
std::vector<std::string> choicesIn(const std::string& typeName) {
  const auto begin = typeName.find('{'), end = typeName.rfind('}');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return {};
  std::istringstream list(typeName.substr(begin + 1, end - begin - 1));
  std::vector<std::string> choices;
  for (std::string choice; std::getline(list, choice, ',');) choices.push_back(choice);
  return choices;
}

// The lines of the help's end, before and after the line "Examples:" or "Example:".
void splitFooter(const std::string& footer, CommandPage& page) {
  std::istringstream lines(footer);
  auto* part = &page.text;
  for (std::string line; std::getline(lines, line);) {
    if (line == "Examples:" || line == "Example:") {
      part = &page.examples;
    } else if (part == &page.examples && line.rfind("  ", 0) != 0) { // text again
      part = &page.text;
      part->push_back(line);
    } else {
      part->push_back(part == &page.examples ? line.substr(2) : line);
    }
  }
  while (!page.text.empty() && page.text.back().empty()) page.text.pop_back();
}

// CLI11's names of types that a user need not know.
std::string valueWord(const std::string& typeName) {
  const std::string type = typeName.substr(0, typeName.find(':'));
  return type == "INT" || type == "UINT" || type == "FLOAT" ? "NUMBER" : type;
}

} // namespace

CommandOption describeOption(const CLI::Option& option) {
  CommandOption result;
  const std::string type = option.get_type_name();
  result.choices = choicesIn(type);
  if (option.get_positional()) {
    result.names.push_back(option.get_single_name());
  } else {
    for (const auto& name : option.get_snames()) result.names.push_back("-" + name);
    for (const auto& name : option.get_lnames()) result.names.push_back("--" + name);
    if (option.get_type_size() != 0)
      result.value = result.choices.empty() ? valueWord(type) : joined(result.choices, "|");
  }
  result.about = option.get_description();
  result.defaultText = option.get_default_str();
  result.required = option.get_required();
  result.repeated = option.get_items_expected_max() > 1;
  return result;
}

std::string joined(const std::vector<std::string>& parts, const std::string& separator) {
  std::string text;
  for (const auto& part : parts) text += (&part == &parts.front() ? "" : separator) + part;
  return text;
}

bool CommandOption::namesFile() const {
  static const std::array<const char*, 11> words{"DECK", "STUDY", "MODEL", "DATA", "INPUTS", "OUTPUTS",
                                                 "RUN",  "FILE",  "TABLE", "DIR",  "DIR..."};
  const std::string& word = value.empty() && names.size() == 1 ? names.front() : value;
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string CommandPage::name(const std::string& separator) const {
  return joined(path, separator);
}

std::string CommandPage::usage() const {
  std::string line = name(" ");
  for (const CommandOption& argument : arguments) {
    const std::string word = argument.names.front() + (argument.repeated ? "..." : "");
    line += argument.required ? " " + word : " [" + word + "]";
  }
  if (!commands.empty()) line += " COMMAND";
  return line + " [OPTIONS]";
}

CommandPage describeCommand(const CLI::App& app, const std::vector<std::string>& parents) {
  CommandPage page;
  page.path = parents;
  page.path.push_back(app.get_name());
  page.about = app.get_description();
  for (const CLI::Option* option : app.get_options())
    (option->get_positional() ? page.arguments : page.options).push_back(describeOption(*option));
  splitFooter(app.get_footer(), page);
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    page.commands.push_back(describeCommand(*command, page.path));
  return page;
}

} // namespace terrace::program
