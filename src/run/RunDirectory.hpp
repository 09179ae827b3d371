#pragma once

#include <filesystem>
#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Name of the checkpoint in a run directory.
constexpr const char* checkpointFile = "checkpoint.h5";

/// The directory of a run, which appears complete or not at all.
///
/// All files but a checkpoint go to a sibling directory `<DIR>.partial-<pid>`, which commit() renames; the
/// destructor removes the sibling of a run that failed. It is made at once, so a place that cannot be written
/// is noticed before the work. The checkpoint is written into the directory itself, so it is there if the
/// process is killed. Rank 0 touches the file system; the constructor and commit() are collective.
class RunDirectory {
public:
  /// What happens to a run directory that exists.
  enum class Existing {
    Keep,
    Replace,
    Resume ///< the run that resumes from its checkpoint replaces it
  };

  /// \throws std::invalid_argument if \p target is a file or cannot be made. With Keep, if it is not empty.
  /// With
  ///         Replace, if it is not a run: it has neither summary.json nor a checkpoint. With Resume, if it
  ///         has no checkpoint or belongs to a process that is alive on this host.
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

  /// Gives the directory its name and removes the one that it replaces. Files that others have put there
  /// stay. \throws std::invalid_argument if another run has been completed there meanwhile (Keep), or the
  /// directory is
  ///         not a run directory any more.
  void commit(Checkpoint checkpoint = Checkpoint::Remove);

private:
  void checkTarget() const;
  void removeLeftOvers() const;
  void makePartial();
  void rename(Checkpoint checkpoint) const;
  void removePartial() noexcept;

  const Teuchos::Comm<int>& comm_;
  std::filesystem::path target_;
  std::filesystem::path absolute_;
  std::filesystem::path partial_;
  std::filesystem::path madeParent_; ///< topmost directory made above the target
  Existing existing_;
};

} // namespace terrace::program
