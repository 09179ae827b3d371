// The program `terrace`: session, command line, exit status.
#include "CommandLine.hpp"
#include "io/ExitStatus.hpp"

#include <terrace/parameters/OneLine.hpp>

#include <Tpetra_Core.hpp>

#include <csignal>
#include <cstring>
#include <exception>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  // Kokkos would answer --help itself and take other options away. It gets its own options (--kokkos-...)
  // alone.
  std::vector<char*> sessionArguments{argv[0]};
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--kokkos-", 9) == 0) {
      sessionArguments.push_back(argv[i]);
    } else {
      arguments.emplace_back(argv[i]);
    }
  }
  sessionArguments.push_back(nullptr);
  int sessionCount = static_cast<int>(sessionArguments.size()) - 1;
  char** sessionValues = sessionArguments.data();
  std::optional<Tpetra::ScopeGuard> session;
  try {
    session.emplace(&sessionCount, &sessionValues);
  } catch (const std::exception& error) { // a build for a GPU on a machine without one
    std::cerr << "terrace: no session with MPI and Kokkos: " << terrace::oneLine(error.what()) << '\n';
    return terrace::program::failure;
  }
  // A run ends in order even if the reader of its output has gone; flushing the output shows that at the end.
  std::signal(SIGPIPE, SIG_IGN);
  // A file that would become larger than the user's limit (ulimit -f) is an error with a reason, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  return terrace::program::runToExitStatus([&arguments] {
    terrace::program::runCommandLine(arguments, Tpetra::getDefaultComm());
    if (!std::cout.flush()) throw std::runtime_error("standard output: cannot be written.");
  });
}
