#pragma once

#include <string>

namespace terrace::dataset {

/// A file that appears complete or not at all: it is written under another name in the same folder and
/// renamed by commit(). Without a commit the destructor removes it, and an existing file stays as it was.
class PartialFile {
public:
  /// Claims the other name, so that a folder that cannot be written shows before the work is done.
  /// \throws std::runtime_error naming \p path if the folder is missing or not writable, or \p path is a
  ///       folder.
  /// \param shownAs  its name in messages, if \p path is a temporary one.
  explicit PartialFile(std::string path, std::string shownAs = "");

  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;
  ~PartialFile();

  /// The name to write under.
  const std::string& path() const { return partial_; }

  /// Gives the finished file its name once the disk has stored it, so a power cut leaves the old file or the
  /// new one; replaces an existing one. \throws std::runtime_error
  void commit();

private:
  std::string final_;
  std::string shown_;
  std::string partial_;
};

} // namespace terrace::dataset
