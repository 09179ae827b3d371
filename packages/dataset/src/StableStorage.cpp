#include <terrace/dataset/StableStorage.hpp>

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace terrace::dataset {
namespace {

void store(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == EACCES) return; // a folder may be writable and not readable
  if (file < 0) throw std::system_error(errno, std::generic_category(), path);
  const int reason = ::fsync(file) == 0 ? 0 : errno;
  ::close(file);
  if (reason == EIO || reason == ENOSPC || reason == EDQUOT) // others: there is nothing to wait for
    throw std::system_error(reason, std::generic_category(), path);
}

} // namespace

void storeFile(const std::string& path) {
  store(path, 0);
}

void storeFolder(const std::string& path) {
  store(path, O_DIRECTORY);
}

} // namespace terrace::dataset
