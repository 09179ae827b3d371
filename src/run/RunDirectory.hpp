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

/// The directory that a run leaves: complete, or not there at all.
///
/// All files but a checkpoint go to a sibling directory `<DIR>.partial-<pid>`, which commit() renames; the
/// destructor removes it if the run failed before. The sibling is made at once, so that a place that cannot
/// be written is noticed before the work. The checkpoint is written into the directory itself, so that it is
/// there if the process is killed. Rank 0 touches the file system; the constructor and commit() are
/// collective.
class RunDirectory {
public:
  /// What happens to a run directory that is there already.
  enum class Existing {
    Keep,
    Replace,
    Resume ///< it is replaced by the run that went on from its checkpoint
  };

  /// \throws std::invalid_argument if \p target is not empty (Keep), holds something else than a run
  ///         (Replace: neither summary.json nor a checkpoint), holds no checkpoint or belongs to a process
  ///         that is alive on this host (Resume), is a file, or cannot be made.
  RunDirectory(const std::filesystem::path& target, Existing existing, const Teuchos::Comm<int>& comm);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  /// Where to write the file \p name now.
  std::string file(const std::string& name) const { return (partial_ / name).string(); }

  /// Its name once the run is complete, for messages.
  std::string shown(const std::string& name) const { return (target_ / name).string(); }

  /// Where the checkpoint of the run is, and is written.
  std::string checkpoint() const { return shown(checkpointFile); }

  /// The directory as the user named it.
  const std::filesystem::path& target() const { return target_; }

  /// What becomes of the checkpoint that is in the directory.
  enum class Checkpoint { Keep, Remove };

  /// Gives the directory its name, and removes the one it replaces; files that others have put there stay.
  /// \throws std::invalid_argument if another run has been completed there meanwhile (Keep), or it is no run
  ///         directory any more.
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
  std::filesystem::path madeParent_; ///< topmost directory that had to be made above the target
  Existing existing_;
};

} // namespace terrace::program
