#include "io/DirectoryLock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace terrace::program {

DirectoryLock::DirectoryLock(const std::filesystem::path& directory)
    : DirectoryLock(directory, LOCK_EX | LOCK_NB) {}

DirectoryLock::DirectoryLock(const std::filesystem::path& directory, int operation)
    : file_(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (file_ < 0) return;
  held_ = flock(file_, operation) == 0;
  inUse_ = !held_ && errno == EWOULDBLOCK;
}

DirectoryLock DirectoryLock::wait(const std::filesystem::path& directory) {
  return {directory, LOCK_EX};
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)), inUse_(other.inUse_), held_(std::exchange(other.held_, false)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(inUse_, other.inUse_);
  std::swap(held_, other.held_);
  return *this;
}

} // namespace terrace::program
