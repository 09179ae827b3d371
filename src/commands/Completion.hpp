#pragma once

#include "commands/Command.hpp"

namespace terrace::program {

/// Adds `terrace completion`, which prints a completion script for a shell.
void addCompletion(CLI::App& parent, Action& chosen);

} // namespace terrace::program
