#include "detail/Hdf5Causes.hpp"
#include "detail/Hdf5Support.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/dataset/Hdf5File.hpp>

#include <Teuchos_Comm.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace terrace::dataset {
namespace {

using detail::Hdf5Id;

#if H5_VERSION_GE(1, 12, 0)
using ObjectInfo = H5O_info1_t;
#else
using ObjectInfo = H5O_info_t;
#endif

void silenceHdf5() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

// Tells a missing file, a folder and a file of another kind apart before HDF5 lumps them together.
void requireHdf5File(const std::string& path) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) {
    const bool hidden = code && code != std::errc::no_such_file_or_directory;
    throw std::invalid_argument(path +
                                (hidden ? ": cannot be read (" + code.message() + ")." : ": no such file."));
  }
  if (!std::filesystem::is_regular_file(status)) throw std::invalid_argument(path + ": not a file.");
  const htri_t answer = H5Fis_hdf5(path.c_str());
  if (answer < 0) throw std::invalid_argument(path + ": cannot be read" + detail::systemReason() + ".");
  if (answer == 0) throw std::invalid_argument(path + ": not an HDF5 file.");
}

std::int64_t openForReading(const std::string& path) {
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id < 0) throw std::invalid_argument(path + ": " + detail::openingFailure() + ".");
  return id;
}

/// Goes through the groups of a file, each once: links may lead back to a group above.
class DatasetWalk {
public:
  DatasetWalk(const Hdf5File& file, std::int64_t id, std::size_t most) : file_(file), id_(id), most_(most) {}

  void enter(const std::string& group) {
    if (!visited_.insert(identity(group)).second) return;
    for (const auto& member : file_.members(group)) {
      if (found_.size() >= most_) return;
      const std::string name = group == "/" ? member : group + "/" + member;
      if (file_.isDataset(name)) {
        found_.push_back(name);
      } else if (file_.isGroup(name)) {
        enter(name);
      }
    }
  }

  std::vector<std::string> found() && { return std::move(found_); }

private:
  // Of the object, which may be in another file.
  std::pair<unsigned long, haddr_t> identity(const std::string& group) const {
    ObjectInfo about;
    if (H5Oget_info_by_name1(id_, group.c_str(), &about, H5P_DEFAULT) < 0)
      throw std::invalid_argument(file_.path() + ": " + group + ": cannot be read.");
    return {about.fileno, about.addr};
  }

  const Hdf5File& file_;
  std::int64_t id_;
  std::size_t most_;
  std::set<std::pair<unsigned long, haddr_t>> visited_;
  std::vector<std::string> found_;
};

} // namespace

Hdf5File::Hdf5File(std::int64_t id, std::string path, std::string target)
    : id_(id), path_(std::move(path)), target_(std::move(target)) {}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : id_(std::exchange(other.id_, -1)), path_(std::move(other.path_)), target_(std::move(other.target_)) {}

Hdf5File& Hdf5File::operator=(Hdf5File&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(path_, other.path_);
  std::swap(target_, other.target_);
  return *this;
}

Hdf5File::~Hdf5File() {
  if (id_ < 0) return;
  H5Fclose(id_);
  if (!target_.empty()) std::remove(target_.c_str());
}

Hdf5File Hdf5File::create(const std::string& path, const std::string& shownAs) {
  silenceHdf5();
  const std::string& name = shownAs.empty() ? path : shownAs;
  std::FILE* target = std::fopen(path.c_str(), "wb");
  if (target == nullptr)
    throw std::runtime_error(name + ": cannot be created (" + std::strerror(errno) + ").");
  std::fclose(target);
  const Hdf5Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  constexpr std::size_t increment = std::size_t{1} << 20U;
  H5Pset_fapl_core(access, increment, 0);
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  if (id < 0) throw std::runtime_error(name + ": cannot be created" + detail::systemReason() + ".");
  return {id, name, path};
}

Hdf5File Hdf5File::open(const std::string& path) {
  silenceHdf5();
  requireHdf5File(path);
  return {openForReading(path), path};
}

Hdf5File Hdf5File::open(const std::string& path, const Teuchos::Comm<int>& comm) {
  if (comm.getSize() == 1) return open(path);
  silenceHdf5();
  runOnRoot(comm, [&] { requireHdf5File(path); });
  Hdf5File file(-1, path);
  runOnAllRanks(comm, [&] { file.id_ = openForReading(path); });
  return file;
}

void Hdf5File::close() {
  if (id_ < 0) return;
  const Hdf5Id closing(std::exchange(id_, -1), H5Fclose);
  if (!target_.empty()) writeImage(closing);
}

void Hdf5File::writeImage(std::int64_t id) const {
  void* buffer = nullptr; // the memory driver gives the address of the pointer to its bytes
  const bool flushed = H5Fflush(id, H5F_SCOPE_LOCAL) >= 0;
  const ssize_t size = H5Fget_file_image(id, nullptr, 0);
  if (!flushed || size <= 0 || H5Fget_vfd_handle(id, H5P_DEFAULT, &buffer) < 0)
    throw std::runtime_error(path_ + ": cannot be put together.");
  const auto bytes = static_cast<std::size_t>(size);

  errno = 0;
  std::FILE* target = std::fopen(target_.c_str(), "wb");
  const bool written =
      target != nullptr && std::fwrite(*static_cast<unsigned char**>(buffer), 1, bytes, target) == bytes;
  const bool closed = target != nullptr && std::fclose(target) == 0;
  if (written && closed) return;
  const std::string reason = std::strerror(errno);
  std::remove(target_.c_str());
  throw std::runtime_error(path_ + ": cannot be written (" + reason + ").");
}

void Hdf5File::reject(const std::string& object, const std::string& complaint) const {
  throw std::invalid_argument(path_ + ": " + object + ": " + complaint + ".");
}

void Hdf5File::failToWrite(const std::string& object) const {
  throw std::runtime_error(path_ + ": " + object + ": cannot be written" + detail::systemReason() + ".");
}

void Hdf5File::createGroup(const std::string& name) {
  if (isGroup(name)) return;
  const Hdf5Id parents(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(parents, 1);
  const Hdf5Id group(H5Gcreate2(id_, name.c_str(), parents, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
  if (!group.valid()) failToWrite(name);
}

bool Hdf5File::exists(const std::string& name) const {
  // H5Lexists needs every group above the last link to exist: ask for one link after the other.
  for (std::size_t end = name.find_first_not_of('/'); end != std::string::npos;) {
    end = name.find('/', end);
    if (H5Lexists(id_, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end != std::string::npos) end = name.find_first_not_of('/', end);
  }
  return name.empty() || name == "/" || H5Oexists_by_name(id_, name.c_str(), H5P_DEFAULT) > 0;
}

bool Hdf5File::isGroup(const std::string& name) const {
  if (!exists(name)) return false;
  const Hdf5Id object(H5Oopen(id_, name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.valid() && H5Iget_type(object) == H5I_GROUP;
}

void Hdf5File::requireGroup(const std::string& name) const {
  if (isGroup(name)) return;
  reject(name, detail::missingText(id_, name, "group"));
}

bool Hdf5File::isDataset(const std::string& name) const {
  if (!exists(name)) return false;
  const Hdf5Id object(H5Oopen(id_, name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.valid() && H5Iget_type(object) == H5I_DATASET;
}

std::vector<std::string> Hdf5File::members(const std::string& name) const {
  requireGroup(name);
  const Hdf5Id group(H5Gopen2(id_, name.c_str(), H5P_DEFAULT), H5Gclose);
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* member, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(member);
    return 0;
  };
  if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names) < 0)
    reject(name, "cannot be read");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Hdf5File::datasets(std::size_t most) const {
  DatasetWalk walk(*this, id_, most);
  walk.enter("/");
  return std::move(walk).found();
}

} // namespace terrace::dataset
