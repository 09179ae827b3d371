#include "Watchdog.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <execinfo.h>
#include <unistd.h>

namespace terrace::test {
namespace {

constexpr int stackDepth = 60;
std::array<char, 100> message{};
int messageLength = 0;

// Calls nothing that waits for a lock which the interrupted program may hold.
void printStack(int /*signal*/) {
  std::array<void*, stackDepth> frames{};
  const int depth = backtrace(frames.data(), stackDepth);
  if (write(STDERR_FILENO, message.data(), static_cast<size_t>(messageLength)) < 0) _exit(EXIT_FAILURE);
  backtrace_symbols_fd(frames.data(), depth, STDERR_FILENO);
  sleep(2); // mpiexec kills the others as soon as one has ended; let them print
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

} // namespace

void startWatchdog(int rank) {
  const char* given = std::getenv("TERRACE_WATCHDOG_SECONDS");
  const int seconds = given == nullptr ? 1200 : std::atoi(given);
  if (seconds <= 0) return;
  messageLength = std::snprintf(message.data(), message.size(),
                                "Watchdog: rank %d still runs after %d s. Its stack:\n", rank, seconds);
  std::array<void*, 1> first{};
  backtrace(first.data(), 1); // loads what it needs now, not in the handler
  std::signal(SIGALRM, printStack);
  alarm(static_cast<unsigned>(seconds));
}

} // namespace terrace::test
