#include "commands/Parameters.hpp"

#include "deck/DeckParameters.hpp"
#include "manual/ParameterManual.hpp"

#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

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
  command
      ->add_option("--format", options->format,
                   "text; markdown: a page of a manual; json: for programs; xml: a complete deck")
      ->check(CLI::IsMember({"text", "markdown", "json", "xml"}))
      ->capture_default_str();
  command->add_flag("--xml", options->xml, "The same as --format xml");
  command->footer("Examples:\n"
                  "  terrace parameters Levels\n"
                  "  terrace parameters \"Step/Line Search\"\n"
                  "  terrace parameters --xml > deck.xml\n"
                  "  terrace parameters --format json");
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
  const std::string format = options.xml ? "xml" : options.format;
  if (format == "xml") {
    out << writeXmlParameters(parameters, Documentation::AsComments);
  } else if (format == "json") {
    out << parametersAsJson(parameters);
  } else if (format == "markdown") {
    out << "# Parameters of a deck\n\nOn the command line: `--set PATH/NAME=VALUE`.\n\n"
        << parametersAsMarkdown(parameters);
  } else {
    out << "Parameters of a deck (for --set: PATH/NAME=VALUE).\n" << parametersAsText(parameters);
    if (!all) out << "\nROL's own parameters: terrace parameters --all.\n";
    out << "A study has more (Solvers, Targets, Seeds, Problems): terrace compare --help.\n";
  }
}

} // namespace terrace::program
