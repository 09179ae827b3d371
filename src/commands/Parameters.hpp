#pragma once

#include "commands/Command.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

struct ParametersOptions {
  /// Only parameters whose path begins with this: "Levels", "Step/Multilevel Trust Region"; "": all.
  std::string list;
  bool all = false;            ///< also ROL's own parameters
  std::string format = "text"; ///< text, markdown, json or xml (a complete deck)
  bool xml = false;            ///< format xml, whatever \c format is
};

/// Adds `terrace parameters`.
void addParameters(CLI::App& parent, Action& chosen);

/// Prints every deck parameter with its type or range, default and meaning.
/// \throws std::invalid_argument if no list or parameter begins with options.list.
void printParameters(const ParametersOptions& options, std::ostream& out);

} // namespace terrace::program
