#pragma once

#include "commands/Command.hpp"

#include <string>
#include <vector>

namespace terrace::program {

struct ManOptions {
  std::vector<std::string> command; ///< {"data", "make"}; empty: the program itself
  std::string format = "man";       ///< man or markdown
  std::string output;               ///< folder of all pages; empty: standard output
};

/// Adds `terrace man`, which prints manual pages.
void addMan(CLI::App& parent, Action& chosen);

/// \param app  the program with all its commands.
/// \throws std::invalid_argument if there is no such command.
void writeManual(const ManOptions& options, const CLI::App& app);

} // namespace terrace::program
