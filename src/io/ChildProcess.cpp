#include "io/ChildProcess.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace terrace::program {
namespace {

constexpr int notStarted = 127; // as a shell says

/// Files of the child in place of the standard streams.
class StreamActions {
public:
  explicit StreamActions(const ChildStreams& streams) {
    posix_spawn_file_actions_init(&actions_);
    constexpr int replace = O_WRONLY | O_CREAT | O_TRUNC;
    constexpr mode_t ownerAlone = S_IRUSR | S_IWUSR;
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, streams.output.c_str(), replace, ownerAlone);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, streams.errors.c_str(), replace, ownerAlone);
  }
  ~StreamActions() { posix_spawn_file_actions_destroy(&actions_); }
  StreamActions(const StreamActions&) = delete;
  StreamActions& operator=(const StreamActions&) = delete;

  const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
  posix_spawn_file_actions_t actions_{};
};

/// The child has the usual answers to the signals that this program ignores.
class UsualSignals {
public:
  UsualSignals() {
    sigset_t usual;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGXFSZ);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &usual);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }
  ~UsualSignals() { posix_spawnattr_destroy(&attributes_); }
  UsualSignals(const UsualSignals&) = delete;
  UsualSignals& operator=(const UsualSignals&) = delete;

  const posix_spawnattr_t* get() const { return &attributes_; }

private:
  posix_spawnattr_t attributes_{};
};

int waitForEnd(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return notStarted;
  constexpr int bySignal = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : bySignal + WTERMSIG(status);
}

} // namespace

int runChild(const std::vector<std::string>& arguments, const ChildStreams& streams) {
  std::vector<std::string> texts = arguments; // posix_spawn wants arrays that it could change
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  pid_t process = 0;
  if (posix_spawnp(&process, pointers.front(), StreamActions(streams).get(), UsualSignals().get(),
                   pointers.data(), environ) != 0)
    return notStarted;
  return waitForEnd(process);
}

} // namespace terrace::program
