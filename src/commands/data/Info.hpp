#pragma once

#include "commands/Command.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

/// Adds `terrace data info`.
void addInfo(CLI::App& parent, Action& chosen);

/// Reads a data set, checks every value and prints what is in it; by this process alone.
/// \throws std::invalid_argument if it is not a valid data set.
void showData(const std::string& file, std::ostream& out);

} // namespace terrace::program
