#pragma once

#include "commands/Command.hpp"

#include <vector>

namespace terrace::program {

/// The commands of the program, in the order of its help.
const std::vector<AddCommand>& commands();

} // namespace terrace::program
