#pragma once

#include "commands/Command.hpp"

namespace terrace::program {

/// Adds `terrace data make` with a command for each kind of data.
void addMake(CLI::App& parent, Action& chosen);

} // namespace terrace::program
