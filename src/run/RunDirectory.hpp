#pragma once

#include "io/DirectoryLock.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Name of the checkpoint in a run directory.
constexpr const char* checkpointFile = "checkpoint.h5";

/// The directory of a run, whose files appear together or not at all.
///
/// All files but a checkpoint go to a folder for this process, in the directory if that exists, else beside
/// it: `<DIR>.partial-<pid>`. commit() puts them in place; the destructor removes the folder of a run that
/// failed. The folder is made and locked at once, so a place that cannot be written, or that another run
/// uses, is noticed before the work. A directory that exists stays the same one: somebody may stand in it.
/// The checkpoint is written into the directory itself, so it is there if the process is killed. A run that
/// is killed when it is complete, before or while its files are put in place, is put in place by the next one
/// that wants the directory. Rank 0 touches the file system; the constructor and commit() are collective.
class RunDirectory {
public:
  /// What happens to a run directory that exists.
  enum class Existing {
    Keep,
    Replace,
    Resume ///< the run that resumes from its checkpoint replaces it
  };

  /// \throws std::invalid_argument if \p target is a file, a link to nothing, cannot be made or written, or
  /// is
  ///         the place of a run that is alive. With Keep, if it is not empty. With Replace, if it is not a
  ///         run: it has neither summary.json nor a checkpoint. With Resume, if it has no checkpoint.
  RunDirectory(const std::filesystem::path& target, Existing existing, const Teuchos::Comm<int>& comm);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// Where to write the file \p name now.
  std::string file(const std::string& name) const { return (partial_ / name).string(); }

  /// The name of the file once the run is complete, for messages.
  std::string shown(const std::string& name) const { return (target_ / name).string(); }

  /// The file of the checkpoint, to read and to write.
  std::string checkpoint() const { return shown(checkpointFile); }

  /// The directory as the user named it.
  const std::filesystem::path& target() const { return target_; }

  /// What happens to the checkpoint in the directory.
  enum class Checkpoint { Keep, Remove };

  /// Puts the files in place, over those of the run that it replaces, and has the disk store them. Files that
  /// others have put there stay. \throws std::invalid_argument if another run has been completed there
  /// meanwhile (Keep), or the directory
  ///         is not a run directory any more; std::runtime_error if a file cannot be put in place. The files
  ///         then stay where they are, and the message says where.
  void commit(Checkpoint checkpoint = Checkpoint::Remove);

private:
  void checkTarget() const;
  void requireUnused(const std::filesystem::path& leftOver, pid_t process, bool isLocked) const;
  void clearLeftOvers(bool hasLocks) const;
  void completeCommit(const std::filesystem::path& files) const;
  void makePartial();
  void place(Checkpoint checkpoint) const;
  void replaceFiles(Checkpoint checkpoint) const;
  void removeOldFiles(const std::filesystem::path& files) const;
  void moveFiles(const std::filesystem::path& files) const;
  void removePartial() noexcept;

  const Teuchos::Comm<int>& comm_;
  std::filesystem::path target_;
  std::filesystem::path absolute_;
  std::filesystem::path partial_;
  std::filesystem::path madeParent_; ///< topmost directory made above the target
  DirectoryLock lock_;               ///< of partial_
  Existing existing_;
};

} // namespace terrace::program
