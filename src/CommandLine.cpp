#include "CommandLine.hpp"

#include "Version.hpp"
#include "commands/Commands.hpp"
#include "manual/HelpFormatter.hpp"

#include <terrace/parameters/ParameterValidation.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>

namespace terrace::program {
namespace {

const std::string versionText = std::string("terrace ") + version;

/// Makes \p app the command line of the program. Parsing sets \p chosen, which must live as long.
void setUp(CLI::App& app, Action& chosen) {
  app.name("terrace");
  app.set_version_flag("--version", versionText);
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(1);
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer("Run in parallel: mpiexec -n 4 terrace train deck.xml\n"
             "Help for a command: terrace train --help\n"
             "Exit status: 0 success, 1 failure at run time, 2 wrong command line, deck or file.");
  for (const AddCommand add : commands()) add(app, chosen);
}

std::vector<std::string> commandNames(CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

[[noreturn]] void rejectMissing(const std::vector<std::string>& names, const std::string& help) {
  std::string message = "a command is missing: ";
  for (std::size_t k = 0; k < names.size(); ++k)
    message += (k == 0 ? "" : k + 1 < names.size() ? ", " : " or ") + names[k];
  throw std::invalid_argument(message + help);
}

/// CLI11 does not say which command was meant.
/// \throws std::invalid_argument, with the nearest name, if the leading arguments name no command.
void requireKnown(CLI::App& top, const std::vector<std::string>& arguments) {
  std::string path;
  CLI::App* app = &top;
  for (std::size_t i = 0;; ++i) {
    const auto names = commandNames(*app);
    if (names.empty()) return;
    const std::string help = " (see terrace " + path + "--help).";
    if (i == arguments.size()) rejectMissing(names, help);
    const std::string& name = arguments[i];
    if (name.rfind('-', 0) == 0) return;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      const std::string nearest = nearestName(name, names);
      throw std::invalid_argument('"' + path + name + "\" is not a command" +
                                  (nearest.empty() ? "" : "; did you mean \"" + path + nearest + "\"?") +
                                  help);
    }
    path += name + " ";
    app = app->get_subcommand(name);
  }
}

// What was asked so far, for messages: "terrace data make".
std::string commandInProgress(const CLI::App& top) {
  std::string text = "terrace";
  for (const CLI::App* app = &top; !app->get_subcommands().empty();) {
    app = app->get_subcommands().back();
    text += " " + app->get_name();
  }
  return text;
}

} // namespace

void runCommandLine(const std::vector<std::string>& arguments, const Communicator& comm) {
  CLI::App app{
      "Trains deep residual networks with a multilevel trust-region method, as a plug-in of Trilinos/ROL."};
  Action chosen;
  setUp(app, chosen);
  requireKnown(app, arguments);
  auto reversed = withRepeatedSet(arguments); // CLI11 takes them from the end
  std::reverse(reversed.begin(), reversed.end());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    chosen = onRoot([&app] { std::cout << app.help(); });
  } catch (const CLI::CallForVersion&) {
    chosen = onRoot([] { std::cout << versionText << '\n'; });
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(std::string(error.what()) + " (see " + commandInProgress(app) + " --help).");
  }
  chosen(comm);
}

} // namespace terrace::program
