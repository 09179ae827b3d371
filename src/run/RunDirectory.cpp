#include "run/RunDirectory.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/StableStorage.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <map>
#include <stdexcept>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace terrace::program {
namespace fs = std::filesystem;

namespace {

// The topmost directory above `path` that does not exist yet; empty if its parent exists.
fs::path firstMissingParent(const fs::path& path) {
  fs::path missing;
  for (fs::path parent = path.parent_path(); !parent.empty() && !fs::exists(parent);
       parent = parent.parent_path())
    missing = parent;
  return missing;
}

constexpr const char* summaryFile = "summary.json";
constexpr const char* partialName = ".partial-";

// The files of a run but its checkpoint. The summary is the last: a directory that has one has a whole run.
constexpr std::array<const char*, 4> runFiles = {"deck.xml", "history.h5", "model.h5", summaryFile};

// What a run keeps in its directory before it is complete.
bool isOfARun(const fs::path& file) {
  const std::string name = file.filename().string();
  return name == checkpointFile || name.rfind(partialName, 0) == 0;
}

bool hasOnlyPartsOfARun(const fs::path& directory) {
  const fs::directory_iterator entries(directory);
  return std::all_of(begin(entries), end(entries), [](const auto& entry) { return isOfARun(entry.path()); });
}

// Entries of `folder` whose names are `beginning` and the number of a process, with that number.
std::map<fs::path, pid_t> leftOvers(const fs::path& folder, const std::string& beginning) {
  std::map<fs::path, pid_t> found;
  if (!fs::is_directory(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(beginning, 0) != 0) continue;
    const char* const end = name.data() + name.size();
    pid_t process = 0;
    const auto parsed = std::from_chars(name.data() + beginning.size(), end, process);
    if (parsed.ec == std::errc() && parsed.ptr == end && process > 0) found.emplace(entry.path(), process);
  }
  return found;
}

// Whether the disk is to blame, not the place that was named.
bool isFault(const std::error_code& code) {
  const int reason = code.value();
  return reason == ENOSPC || reason == EDQUOT || reason == EIO || reason == ENFILE || reason == EMFILE;
}

// On this host. A process of another user may not be signalled, but it is alive.
bool isAlive(pid_t process) {
  return kill(process, 0) == 0 || errno == EPERM;
}

} // namespace

RunDirectory::RunDirectory(const fs::path& target, Existing existing, const Teuchos::Comm<int>& comm)
    : comm_(comm), target_(target), existing_(existing) {
  dataset::runOnRoot(comm_, [this] { makePartial(); });
}

RunDirectory::~RunDirectory() {
  removePartial();
}

void RunDirectory::checkTarget() const {
  const bool resumable = fs::exists(target_ / checkpointFile), complete = fs::exists(target_ / summaryFile);
  if (existing_ == Existing::Resume && !resumable)
    throw std::invalid_argument(target_.string() + ": has no " + checkpointFile + " to resume from; " +
                                (complete ? "the run in it is complete, --force replaces it."
                                          : "without --resume a new run starts."));
  if (fs::is_symlink(target_) && !fs::exists(target_))
    throw std::invalid_argument(target_.string() + ": is a link to " + fs::read_symlink(target_).string() +
                                ", which does not exist.");
  if (!fs::exists(target_)) return;
  if (!fs::is_directory(target_))
    throw std::invalid_argument(target_.string() + ": exists and is not a directory.");
  if (fs::is_empty(target_)) return;
  if (existing_ == Existing::Keep)
    throw std::invalid_argument(target_.string() +
                                ": exists and is not empty; --force replaces a run directory" +
                                (resumable ? ", --resume continues the run in it." : "."));
  if (!complete && !resumable)
    throw std::invalid_argument(
        target_.string() + ": is not replaced, because it is not a run directory (it has no summary.json).");
}

void RunDirectory::requireUnused(const fs::path& leftOver, pid_t process, bool isLocked) const {
  if (!isLocked) return;
  throw std::invalid_argument(target_.string() + ": is in use by process " + std::to_string(process) + " (" +
                              leftOver.filename().string() +
                              "); wait for its end, or remove that file if the process is not a run.");
}

// What runs have left that are no more. A run that was complete is put in place, the rest goes. Its lock says
// whether a run is alive. Numbers of processes are used again, in containers soon: they are asked where there
// are no locks.
void RunDirectory::clearLeftOvers(bool hasLocks) const {
  const auto mayRun = [](pid_t process) { return process != getpid() && isAlive(process); };
  auto found = leftOvers(absolute_.parent_path(), absolute_.filename().string() + partialName);
  found.merge(leftOvers(absolute_, partialName));
  for (const auto& [path, process] : found) {
    const DirectoryLock lock(path);
    requireUnused(path, process, lock.isInUse() || (!lock.isHeld() && mayRun(process)));
    if (fs::exists(path / summaryFile)) {
      completeCommit(path);
    } else {
      fs::remove_all(path);
    }
  }
  for (const auto& [path, process] : leftOvers(absolute_, std::string(checkpointFile) + ".partial.")) {
    requireUnused(path, process, !hasLocks && mayRun(process));
    fs::remove(path);
  }
}

// The run of this folder was complete when its process ended, perhaps while its files were put in place.
void RunDirectory::completeCommit(const fs::path& files) const {
  if (!fs::exists(absolute_)) {
    fs::rename(files, absolute_);
    dataset::storeFolder(absolute_.parent_path().string());
    return;
  }
  const bool wasBeside = files.parent_path() != absolute_;
  if (wasBeside && fs::exists(absolute_ / summaryFile)) return; // another run has been completed there since
  if (fs::exists(files / runFiles.front())) removeOldFiles(files);
  moveFiles(files);
  fs::remove_all(files);
}

void RunDirectory::makePartial() {
  if (target_.empty()) throw std::invalid_argument("--output: the name of the directory is empty.");
  try {
    absolute_ = fs::weakly_canonical(fs::absolute(target_));
    if (!absolute_.has_filename()) absolute_ = absolute_.parent_path();
    madeParent_ = firstMissingParent(absolute_);
    fs::create_directories(absolute_.parent_path());
    const auto alone = DirectoryLock::wait(absolute_.parent_path()); // two runs may start at the same time
    clearLeftOvers(alone.isHeld());
    checkTarget();
    partial_ = fs::is_directory(absolute_) ? absolute_ / partialName : absolute_;
    partial_ += (fs::is_directory(absolute_) ? "" : partialName) + std::to_string(getpid());
    fs::remove_all(partial_);
    fs::create_directory(partial_);
    lock_ = DirectoryLock(partial_);
  } catch (const std::system_error& error) {
    removePartial();
    const std::string complaint = target_.string() + ": cannot be made (" + error.code().message() + ").";
    if (isFault(error.code())) throw std::runtime_error(complaint);
    throw std::invalid_argument(complaint);
  } catch (const std::invalid_argument&) {
    removePartial();
    throw;
  }
}

void RunDirectory::commit(Checkpoint checkpoint) {
  dataset::runOnRoot(comm_, [this, checkpoint] {
    try {
      place(checkpoint);
    } catch (const std::system_error& error) {
      const std::string left = std::exchange(partial_, fs::path()).string();
      throw std::runtime_error(target_.string() + ": cannot be made (" + error.code().message() +
                               "); the files of the run are in " + left + ".");
    }
    removePartial();
  });
}

void RunDirectory::place(Checkpoint checkpoint) const {
  if (!fs::exists(absolute_)) {
    fs::rename(partial_, absolute_);
    dataset::storeFolder(absolute_.parent_path().string());
    return;
  }
  // A new run is given up only for another one that was complete before it.
  const bool isNew = existing_ == Existing::Keep && fs::is_directory(absolute_);
  if (isNew ? fs::exists(absolute_ / summaryFile) : !hasOnlyPartsOfARun(absolute_)) checkTarget();
  replaceFiles(checkpoint);
}

// First what the new run replaces goes, then its files move: the deck first, the summary last. So a summary
// never stands beside the files of another run, and completeCommit() sees how far a process came that was
// killed meanwhile.
void RunDirectory::replaceFiles(Checkpoint checkpoint) const {
  if (checkpoint == Checkpoint::Remove) fs::remove(absolute_ / checkpointFile);
  removeOldFiles(partial_);
  moveFiles(partial_);
}

void RunDirectory::removeOldFiles(const fs::path& files) const {
  fs::remove(absolute_ / summaryFile);
  for (const char* name : runFiles)
    if (!fs::exists(files / name)) fs::remove(absolute_ / name);
}

void RunDirectory::moveFiles(const fs::path& files) const {
  for (const char* name : runFiles)
    if (fs::exists(files / name)) fs::rename(files / name, absolute_ / name);
  dataset::storeFolder(absolute_.string());
}

void RunDirectory::removePartial() noexcept {
  if (!dataset::isRoot(comm_)) return;
  std::error_code ignored;
  if (!partial_.empty()) fs::remove_all(partial_, ignored);
  partial_.clear();
  for (fs::path parent = absolute_.parent_path(); !madeParent_.empty(); parent = parent.parent_path()) {
    if (!fs::remove(parent, ignored) || parent == madeParent_) break;
  }
}

} // namespace terrace::program
