#include "Program.hpp"

#include "TemporaryDirectory.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <sys/wait.h>

namespace terrace::test {
namespace {

// The variables of scripts/mpi-environment.sh, and no grace for a failed job before it is killed (Open MPI 4,
// then 5 and 6).
void setOpenMpiEnvironment() {
  std::istringstream assignments(TERRACE_MPI_ENVIRONMENT);
  for (std::string name, value;
       std::getline(assignments, name, '=') && std::getline(assignments, value, ' ');)
    setenv(name.c_str(), value.c_str(), 1);
  for (const auto* variable : {"OMPI_MCA_odls_base_sigkill_timeout", "PRTE_MCA_odls_base_sigkill_timeout"})
    setenv(variable, "0", 1);
}

} // namespace

Outcome runCommand(const std::string& command) {
  const TemporaryDirectory directory;
  const std::string out = directory.file("out"), err = directory.file("err");
  setOpenMpiEnvironment();
  const int result = std::system((command + " >" + out + " 2>" + err).c_str());
  Outcome outcome;
  outcome.status = WIFEXITED(result) ? WEXITSTATUS(result) : -1;
  outcome.output = readFile(out);
  std::istringstream lines(readFile(err));
  for (std::string line; std::getline(lines, line);) outcome.errors.push_back(line);
  return outcome;
}

Outcome runProgram(const std::string& arguments, int ranks, const std::string& before) {
  const std::string launcher = ranks == 1
                                   ? ""
                                   : std::string(TERRACE_MPIEXEC) + " " + TERRACE_MPIEXEC_NUMPROC_FLAG + " " +
                                         std::to_string(ranks) + " ";
  Outcome outcome = runCommand(before + launcher + TERRACE_PROGRAM + " " + arguments);
  auto& lines = outcome.errors;
  const auto ofLauncher = [](const std::string& line) { return line.rfind("terrace:", 0) != 0; };
  if (ranks > 1) lines.erase(std::remove_if(lines.begin(), lines.end(), ofLauncher), lines.end());
  return outcome;
}

std::string shellQuoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

} // namespace terrace::test
