#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// An argument or option of a command, as its help has it.
struct CommandOption {
  std::vector<std::string> names;   ///< "-o", "--output"; for an argument its name alone, "DECK"
  std::string value;                ///< what follows an option: "DIR"; empty for a flag and an argument
  std::string about;                ///< what it is
  std::string defaultText;          ///< empty: none, or said in `about`
  std::vector<std::string> choices; ///< all values that it may have; empty: any
  bool required = false;
  bool repeated = false; ///< takes more than one value

  /// Whether it is the name of a file or folder.
  bool namesFile() const;
};

/// What the help of a command says: the one source of manual pages and completions.
struct CommandPage {
  std::vector<std::string> path; ///< {"terrace", "data", "make"}
  std::string about;             ///< one line
  std::vector<CommandOption> arguments, options;
  std::vector<std::string> text; ///< the help's closing lines up to its examples
  std::vector<std::string> examples;
  std::vector<CommandPage> commands;

  /// The path with \p separator between its parts: "terrace-data-make".
  std::string name(const std::string& separator) const;
  /// "terrace train DECK [OPTIONS]".
  std::string usage() const;
};

/// What the help says about one argument or option.
CommandOption describeOption(const CLI::Option& option);

/// The page of \p app and, in it, those of all commands below.
/// \param parents  names of the commands above it.
CommandPage describeCommand(const CLI::App& app, const std::vector<std::string>& parents = {});

/// Calls \p visit for \p page and for each page below.
template <class Visit>
void forEachPage(const CommandPage& page, const Visit& visit) {
  visit(page);
  for (const CommandPage& command : page.commands) forEachPage(command, visit);
}

/// \p parts with \p separator between each two.
std::string joined(const std::vector<std::string>& parts, const std::string& separator);

} // namespace terrace::program
