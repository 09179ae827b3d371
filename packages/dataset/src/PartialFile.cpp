#include <terrace/dataset/PartialFile.hpp>
#include <terrace/dataset/StableStorage.hpp>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace terrace::dataset {

namespace fs = std::filesystem;

PartialFile::PartialFile(std::string path, std::string shownAs)
    : final_(std::move(path)), shown_(shownAs.empty() ? final_ : std::move(shownAs)) {
  std::error_code code;
  // A link stays one: what it points to is replaced.
  if (fs::is_symlink(final_, code)) final_ = fs::weakly_canonical(final_, code).string();
  const fs::path folder = fs::absolute(final_, code).parent_path();
  if (final_.empty()) throw std::runtime_error("A file without a name cannot be written.");
  if (fs::is_directory(final_, code))
    throw std::runtime_error(shown_ + ": cannot be written; it is a folder.");
  if (!fs::is_directory(folder, code))
    throw std::runtime_error(shown_ + ": cannot be written; there is no folder " + folder.string() + ".");
  if (fs::exists(final_, code) && !fs::is_regular_file(final_, code))
    throw std::runtime_error(shown_ + ": cannot be written; it is a device, not a file.");
  partial_ = final_ + ".partial." + std::to_string(::getpid());
  errno = 0;
  const std::ofstream claim(partial_);
  if (!claim)
    throw std::runtime_error(shown_ + ": cannot be written (" + std::generic_category().message(errno) +
                             ").");
}

PartialFile::~PartialFile() {
  std::error_code ignored;
  if (!partial_.empty()) fs::remove(partial_, ignored);
}

void PartialFile::commit() {
  try {
    storeFile(partial_);
    fs::rename(partial_, final_);
    partial_.clear();
    storeFolder(fs::absolute(final_).parent_path().string());
  } catch (const std::system_error& error) {
    throw std::runtime_error(shown_ + ": cannot be written (" + error.code().message() + ").");
  }
}

} // namespace terrace::dataset
