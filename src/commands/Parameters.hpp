#pragma once

#include <iosfwd>
#include <string>

namespace terrace::program {

struct ParametersOptions {
  std::string
      list; ///< only parameters whose path begins so: "Levels", "Step/Multilevel Trust Region"; "": all
  bool all = false; ///< ROL's own parameters too
  bool xml = false; ///< a complete deck instead of a manual
};

/// `terrace parameters`: prints every deck parameter with its type or range, default and meaning.
/// \throws std::invalid_argument if no list or parameter begins with options.list.
void printParameters(const ParametersOptions& options, std::ostream& out);

} // namespace terrace::program
