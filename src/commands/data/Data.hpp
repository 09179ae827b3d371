#pragma once

#include "commands/Command.hpp"

namespace terrace::program {

/// Adds `terrace data` with its commands `make`, `convert` and `info`.
void addData(CLI::App& parent, Action& chosen);

} // namespace terrace::program
