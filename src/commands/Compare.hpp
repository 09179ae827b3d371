#pragma once

#include "commands/Command.hpp"

#include <string>
#include <vector>

namespace terrace::program {

struct CompareOptions {
  std::string study;
  std::string output;                   ///< study directory; "": runs/<study's name>
  std::vector<std::string> assignments; ///< PATH=VALUE, for what all runs share or for one list
  bool force = false;                   ///< make all runs again
  bool strict = false;                  ///< what has no effect in the study is an error
};

/// Adds `terrace compare`.
void addCompare(CLI::App& parent, Action& chosen);

/// Makes the runs of a study that are missing, then compares all of them; collective.
///
/// A run whose solver fails is a row with its reason. An interrupted run is dropped; the next call makes it
/// again. \throws std::invalid_argument for a wrong study, data set or directory: nothing is run then.
/// \throws std::runtime_error if it was interrupted.
void compare(const CompareOptions& options, const Communicator& comm);

} // namespace terrace::program
