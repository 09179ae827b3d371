#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// A change to a deck, given on the command line.
struct Assignment {
  std::string path;  ///< "Step/Multilevel Trust Region/Cycle"
  std::string value; ///< "F"

  /// Splits "PATH=VALUE". \throws std::invalid_argument if there is no "=" or an empty path.
  static Assignment parse(const std::string& text);

  /// Sets the value in \p list, read as the type that the parameter has in \p valid.
  /// \throws std::invalid_argument for an unknown path (with the nearest name) or a value of another type.
  void apply(Teuchos::ParameterList& list, const Teuchos::ParameterList& valid) const;

  /// Whether \p list has a value at the path.
  bool isIn(const Teuchos::ParameterList& list) const;

  /// The assignment as it stands on the command line.
  std::string text() const { return "--set \"" + path + "=" + value + "\""; }
};

/// Applies the changes of the command line ("PATH=VALUE") to \p list in turn. A Data/File among them is
/// relative to the current directory. \throws std::invalid_argument as parse() and apply() do.
void applyAssignments(const std::vector<std::string>& assignments, Teuchos::ParameterList& list,
                      const Teuchos::ParameterList& valid);

} // namespace terrace::program
