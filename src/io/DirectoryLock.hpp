#pragma once

#include <filesystem>

namespace terrace::program {

/// A lock on a directory, which the kernel releases when the process ends, however it ends.
///
/// Where the file system has no such locks, nothing is held and nothing is ever in use.
class DirectoryLock {
public:
  DirectoryLock() = default;
  /// Tries to lock a directory.
  explicit DirectoryLock(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// Waits until a directory can be locked.
  static DirectoryLock wait(const std::filesystem::path& directory);

  /// Whether another process, or another lock of this one, holds the directory.
  bool isInUse() const { return inUse_; }

  /// Whether this object holds the lock, so that nobody else does.
  bool isHeld() const { return held_; }

private:
  DirectoryLock(const std::filesystem::path& directory, int operation);

  int file_ = -1;
  bool inUse_ = false;
  bool held_ = false;
};

} // namespace terrace::program
