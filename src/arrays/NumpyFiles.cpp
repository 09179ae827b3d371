#include "arrays/NumpyFiles.hpp"

#include "arrays/NpyArray.hpp"

#include <fstream>
#include <stdexcept>
#include <utility>
#include <zip.h>

namespace terrace::program {
namespace {

class FileBytes : public ByteSource {
public:
  explicit FileBytes(const std::string& path) : path_(path), file_(path, std::ios::binary) {}

  void read(void* bytes, std::size_t count) override {
    if (!file_.read(static_cast<char*>(bytes), static_cast<std::streamsize>(count)))
      throw std::invalid_argument(path_ + ": is cut short.");
  }
  bool canSeek() const override { return true; }
  void seek(std::uint64_t position) override { file_.seekg(static_cast<std::streamoff>(position)); }

private:
  std::string path_;
  std::ifstream file_;
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
  }

  void read(void* bytes, std::size_t count) override {
    char* target = static_cast<char*>(bytes);
    while (count > 0) {
      const zip_int64_t got = zip_fread(file_.get(), target, count);
      if (got <= 0) throw std::invalid_argument(name_ + ": is damaged or cut short.");
      target += got;
      count -= static_cast<std::size_t>(got);
    }
  }

private:
  std::string name_;
  Archive archive_;
  std::unique_ptr<zip_file_t, void (*)(zip_file_t*)> file_;
};

class NpzFile : public ArrayFile {
public:
  explicit NpzFile(std::string path) : path_(std::move(path)) {
    const Archive archive = openArchive(path_);
    const zip_int64_t members = zip_get_num_entries(archive.get(), 0);
    for (zip_int64_t i = 0; i < members; ++i) {
      const std::string member = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
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
