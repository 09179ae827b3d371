#pragma once

#include "commands/Command.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

/// Adds `terrace history`.
void addHistory(CLI::App& parent, Action& chosen);

/// Prints the history of a run as text, a line for each iteration.
/// \param run  a run directory, or a history file.
void showHistory(const std::string& run, std::ostream& out);

} // namespace terrace::program
