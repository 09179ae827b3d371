// The program `terrace`: session, command line, exit status.
#include "CommandLine.hpp"
#include "io/ExitStatus.hpp"

#include <Tpetra_Core.hpp>

#include <csignal>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  // Kokkos answers --help and takes other options away, so it is given its own (--kokkos-...) and we have the
  // rest.
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
  const Tpetra::ScopeGuard session(&sessionCount, &sessionValues);
  // A reader of our output that goes away is no reason to leave half a run behind; it is seen at the end.
  std::signal(SIGPIPE, SIG_IGN);
  return terrace::program::runToExitStatus([&arguments] {
    terrace::program::runCommandLine(arguments, Tpetra::getDefaultComm());
    if (!std::cout.flush()) throw std::runtime_error("standard output: cannot be written.");
  });
}
