#include "FuzzInput.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace terrace::fuzz {
namespace {

// Goes with the process.
class Folder {
public:
  Folder() : path_("/dev/shm/terrace-fuzz-" + std::to_string(getpid())) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

private:
  std::string path_;
};

[[noreturn]] void fail(const char* what, const std::string& message) {
  std::fprintf(stderr, "%s: %s\n", what, message.c_str());
  std::abort();
}

} // namespace

std::string asFile(const std::uint8_t* bytes, std::size_t size, const std::string& extension) {
  static const Folder folder;
  const std::string path = folder.path() + "/input" + extension;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr || std::fwrite(bytes, 1, size, file) != size || std::fclose(file) != 0)
    fail("the input cannot be written", path);
  return path;
}

void read(const std::function<void()>& reader) {
  try {
    reader();
  } catch (const std::invalid_argument& refusal) {
    if (std::string(refusal.what()).empty()) fail("refused without a reason", "");
  } catch (const std::exception& error) {
    fail("not a refusal of the input", error.what());
  }
}

} // namespace terrace::fuzz
