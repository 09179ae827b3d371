#include "run/RunDirectory.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <map>
#include <stdexcept>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>

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

bool hasOnlyCheckpoint(const fs::path& directory) {
  for (const auto& entry : fs::directory_iterator(directory))
    if (entry.path().filename() != checkpointFile) return false;
  return true;
}

fs::path withSuffix(fs::path path, const std::string& suffix) {
  path += suffix + std::to_string(getpid());
  return path;
}

// Entries of `folder` whose names are `beginning` and the number of a process, with that number.
std::map<fs::path, pid_t> leftOvers(const fs::path& folder, const std::string& beginning) {
  std::map<fs::path, pid_t> found;
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

// On this host. A process of another user may not be signalled, but it is alive.
bool isAlive(pid_t process) {
  return kill(process, 0) == 0 || errno == EPERM;
}

} // namespace

RunDirectory::RunDirectory(const fs::path& target, Existing existing, const Teuchos::Comm<int>& comm)
    : comm_(comm), target_(target), existing_(existing) {
  dataset::runOnRoot(comm_, [this] {
    checkTarget();
    makePartial();
  });
}

RunDirectory::~RunDirectory() {
  removePartial();
}

void RunDirectory::checkTarget() const {
  if (target_.empty()) throw std::invalid_argument("--output: the name of the directory is empty.");
  const bool resumable = fs::exists(target_ / checkpointFile);
  if (existing_ == Existing::Resume && !resumable)
    throw std::invalid_argument(target_.string() + ": has no " + checkpointFile +
                                " to resume from; without --resume a new run starts.");
  if (!fs::exists(target_)) return;
  if (!fs::is_directory(target_))
    throw std::invalid_argument(target_.string() + ": exists and is not a directory.");
  if (fs::is_empty(target_)) return;
  if (existing_ == Existing::Keep)
    throw std::invalid_argument(target_.string() +
                                ": exists and is not empty; --force replaces a run directory" +
                                (resumable ? ", --resume continues the run in it." : "."));
  if (!fs::exists(target_ / "summary.json") && !resumable)
    throw std::invalid_argument(
        target_.string() + ": is not replaced, because it is not a run directory (it has no summary.json).");
}

void RunDirectory::removeLeftOvers() const {
  auto found = leftOvers(absolute_.parent_path(), absolute_.filename().string() + ".partial-");
  found.merge(leftOvers(absolute_, std::string(checkpointFile) + ".partial."));
  for (const auto& [path, process] : found)
    if (process != getpid() && isAlive(process))
      throw std::invalid_argument(target_.string() + ": is in use by process " + std::to_string(process) +
                                  " (" + path.filename().string() +
                                  "); wait for its end, or remove that file if the process is not a run.");
  for (const auto& leftOver : found) fs::remove_all(leftOver.first);
}

void RunDirectory::makePartial() {
  try {
    absolute_ = fs::weakly_canonical(fs::absolute(target_));
    if (!absolute_.has_filename()) absolute_ = absolute_.parent_path();
    madeParent_ = firstMissingParent(absolute_);
    partial_ = withSuffix(absolute_, ".partial-");
    fs::create_directories(absolute_.parent_path());
    if (existing_ == Existing::Resume) removeLeftOvers();
    fs::remove_all(partial_);
    fs::create_directory(partial_);
  } catch (const fs::filesystem_error& error) {
    removePartial();
    throw std::invalid_argument(target_.string() + ": cannot be made (" + error.code().message() + ").");
  }
}

void RunDirectory::commit(Checkpoint checkpoint) {
  dataset::runOnRoot(comm_, [this, checkpoint] {
    try {
      rename(checkpoint);
    } catch (const fs::filesystem_error& error) {
      throw std::runtime_error(target_.string() + ": cannot be made (" + error.code().message() + ").");
    }
    partial_.clear();
  });
}

void RunDirectory::rename(Checkpoint checkpoint) const {
  if (!fs::exists(absolute_) || fs::is_empty(absolute_)) {
    fs::rename(partial_, absolute_);
    return;
  }
  // A new run is given up only for another one that was complete before it.
  const bool isNew = existing_ == Existing::Keep && fs::is_directory(absolute_);
  if (isNew ? fs::exists(absolute_ / "summary.json") : !hasOnlyCheckpoint(absolute_)) checkTarget();
  const fs::path replaced = withSuffix(absolute_, ".replaced-");
  fs::rename(absolute_, replaced);
  if (checkpoint == Checkpoint::Remove) fs::remove(replaced / checkpointFile);
  // Files that others have put there stay.
  for (const auto& entry : fs::directory_iterator(replaced)) {
    const fs::path kept = partial_ / entry.path().filename();
    if (!fs::exists(kept)) fs::rename(entry.path(), kept);
  }
  std::error_code failure;
  fs::rename(partial_, absolute_, failure);
  if (failure) {
    fs::rename(replaced, absolute_);
    throw fs::filesystem_error("", failure);
  }
  fs::remove_all(replaced);
}

void RunDirectory::removePartial() noexcept {
  if (!dataset::isRoot(comm_)) return;
  std::error_code ignored;
  if (!partial_.empty()) {
    fs::remove_all(partial_, ignored);
    partial_.clear();
    for (fs::path parent = absolute_.parent_path(); !madeParent_.empty(); parent = parent.parent_path()) {
      if (!fs::remove(parent, ignored) || parent == madeParent_) break;
    }
  }
}

} // namespace terrace::program
