#include "arrays/NumpyFiles.hpp"

#include "arrays/NpyArray.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>
#include <zip.h>

namespace terrace::program {
namespace {

// 0 if there is no such file.
std::uint64_t sizeOf(const std::string& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  return code ? 0 : size;
}

class FileBytes : public ByteSource {
public:
  explicit FileBytes(const std::string& path)
      : path_(path), file_(path, std::ios::binary), size_(sizeOf(path)) {}

  void read(void* bytes, std::size_t count) override {
    if (!file_.read(static_cast<char*>(bytes), static_cast<std::streamsize>(count)))
      throw std::invalid_argument(path_ + ": is cut short.");
    position_ += count;
  }
  std::uint64_t remaining() const override { return size_ - std::min(position_, size_); }
  bool canSeek() const override { return true; }
  void seek(std::uint64_t position) override {
    file_.seekg(static_cast<std::streamoff>(position));
    position_ = position;
  }

private:
  std::string path_;
  std::ifstream file_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

class NpyFile : public ArrayFile {
public:
  explicit NpyFile(std::string path) : path_(std::move(path)) {}
  std::string kind() const override { return "a NumPy array"; }
  std::vector<std::string> names() const override { return {""}; }
  std::unique_ptr<ArrayReader> array(const std::string& /*name*/, std::size_t dimensions) const override {
    return readNpy(std::make_unique<FileBytes>(path_), path_, dimensions);
  }

private:
  std::string path_;
};

using Archive = std::unique_ptr<zip_t, void (*)(zip_t*)>;

// An archive of its own for each member that is read: libzip closes members with their archive.
Archive openArchive(const std::string& path) {
  int code = 0;
  Archive archive(zip_open(path.c_str(), ZIP_RDONLY, &code), zip_discard);
  if (!archive) throw std::invalid_argument(path + ": is a damaged archive, or cut short.");
  return archive;
}

class MemberBytes : public ByteSource {
public:
  MemberBytes(const std::string& path, const std::string& member)
      : name_(path + ": " + member), archive_(openArchive(path)),
        file_(zip_fopen(archive_.get(), member.c_str(), 0), [](zip_file_t* file) { zip_fclose(file); }) {
    if (!file_)
      throw std::invalid_argument(name_ + ": cannot be read (" + zip_strerror(archive_.get()) + ").");
    zip_stat_t about;
    if (zip_stat(archive_.get(), member.c_str(), 0, &about) == 0 && (about.valid & ZIP_STAT_SIZE) != 0)
      remaining_ = std::min<std::uint64_t>(about.size, mostCompressed * sizeOf(path));
  }

  void read(void* bytes, std::size_t count) override {
    char* target = static_cast<char*>(bytes);
    while (count > 0) {
      const zip_int64_t got = zip_fread(file_.get(), target, count);
      if (got <= 0) throw std::invalid_argument(name_ + ": is damaged or cut short.");
      target += got;
      count -= static_cast<std::size_t>(got);
      remaining_ -= std::min(remaining_, static_cast<std::uint64_t>(got));
    }
  }
  std::uint64_t remaining() const override { return remaining_; }

private:
  static constexpr std::uint64_t mostCompressed = 1100; // deflate makes 1032 bytes of one at most

  std::string name_;
  Archive archive_;
  std::unique_ptr<zip_file_t, void (*)(zip_file_t*)> file_;
  std::uint64_t remaining_ = 0;
};

class NpzFile : public ArrayFile {
public:
  explicit NpzFile(std::string path) : path_(std::move(path)) {
    const Archive archive = openArchive(path_);
    const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
    for (zip_int64_t i = 0; i < members; ++i) {
      const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
      const std::string member = name == nullptr ? "" : name;
      if (member.size() > 4 && member.substr(member.size() - 4) == ".npy")
        names_.push_back(member.substr(0, member.size() - 4));
    }
    if (names_.empty()) throw std::invalid_argument(path_ + ": is an archive without NumPy arrays.");
  }
  std::string kind() const override { return "a NumPy archive"; }
  std::vector<std::string> names() const override { return names_; }
  std::unique_ptr<ArrayReader> array(const std::string& name, std::size_t dimensions) const override {
    return readNpy(openNpzArray(path_, name), path_ + ": " + name, dimensions);
  }

private:
  std::string path_;
  std::vector<std::string> names_;
};

} // namespace

std::unique_ptr<ArrayFile> openNpy(const std::string& path) {
  return std::make_unique<NpyFile>(path);
}

std::unique_ptr<ArrayFile> openNpz(const std::string& path) {
  return std::make_unique<NpzFile>(path);
}

std::unique_ptr<ByteSource> openNpzArray(const std::string& path, const std::string& name) {
  return std::make_unique<MemberBytes>(path, name + ".npy");
}

} // namespace terrace::program
