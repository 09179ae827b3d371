#pragma once

#include <iosfwd>
#include <string>

namespace terrace::program {

/// `terrace history`: prints the history of a run as text, a row an iteration.
/// \param run  a run directory, or a history file.
void showHistory(const std::string& run, std::ostream& out);

} // namespace terrace::program
