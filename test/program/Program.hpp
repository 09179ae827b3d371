#pragma once

#include <string>
#include <vector>

namespace terrace::test {

/// What a run of the program left.
struct Outcome {
  int status = -1; ///< exit status
  std::string output;
  std::vector<std::string> errors; ///< lines on standard error; under mpiexec those of the program only
};

/// Runs \p command in a shell.
Outcome runCommand(const std::string& command);

/// Runs `terrace ARGUMENTS` in a shell, with more than one rank under mpiexec.
/// \param before  what stands before the program: variables of the environment.
Outcome runProgram(const std::string& arguments, int ranks = 1, const std::string& before = "");

/// \p text as one word of a shell, whatever it holds.
std::string shellQuoted(const std::string& text);

} // namespace terrace::test
