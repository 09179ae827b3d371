#include "Hdf5References.hpp"

#include "Hdf5Support.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>

namespace terrace::dataset::detail {
namespace {

namespace fs = std::filesystem;

using GetName = ssize_t (*)(hid_t, std::size_t, char*, std::size_t);

std::string nameBy(GetName get, hid_t properties, std::size_t mapping) {
  const ssize_t size = get(properties, mapping, nullptr, 0);
  std::string name(size > 0 ? static_cast<std::size_t>(size) : 0, '\0');
  if (size > 0) get(properties, mapping, name.data(), name.size() + 1);
  return name;
}

// Walks through a file and notes the files that it refers to.
class References {
public:
  explicit References(std::set<std::string>& found) : found_(found) {}

  void collect(const std::string& path) {
    const Hdf5Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (!file.valid()) return;
    folder_ = fs::absolute(path).parent_path().string();
    H5Ovisit(
        file, H5_INDEX_NAME, H5_ITER_INC,
        [](hid_t root, const char* name, const H5O_info_t* info, void* data) -> herr_t {
          static_cast<References*>(data)->visit(root, name, info->type);
          return 0;
        },
        this);
  }

private:
  void visit(hid_t root, const char* name, H5O_type_t type) {
    if (type == H5O_TYPE_GROUP) return addLinks(root, name);
    if (type != H5O_TYPE_DATASET) return;
    const Hdf5Id dataset(H5Dopen2(root, name, H5P_DEFAULT), H5Dclose);
    if (!dataset.valid()) return;
    const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose);
    std::size_t mappings = 0;
    if (H5Pget_layout(properties) == H5D_VIRTUAL) H5Pget_virtual_count(properties, &mappings);
    for (std::size_t i = 0; i < mappings; ++i) add(virtualSource(properties, i).file, "HDF5_VDS_PREFIX");
    for (const auto& file : rawFiles(properties)) add(file, "HDF5_EXTFILE_PREFIX");
  }

  void addLinks(hid_t root, const char* name) {
    const Hdf5Id group(H5Gopen2(root, name, H5P_DEFAULT), H5Gclose);
    H5Literate(
        group, H5_INDEX_NAME, H5_ITER_INC, nullptr,
        [](hid_t parent, const char* link, const H5L_info_t* info, void* data) -> herr_t {
          if (info->type == H5L_TYPE_EXTERNAL)
            static_cast<References*>(data)->addLink(parent, link, info->u.val_size);
          return 0;
        },
        this);
  }

  void addLink(hid_t group, const char* link, std::size_t size) {
    std::vector<char> value(size + 1, '\0');
    const char *file = nullptr, *object = nullptr;
    unsigned flags = 0;
    if (H5Lget_val(group, link, value.data(), value.size(), H5P_DEFAULT) >= 0 &&
        H5Lunpack_elink_val(value.data(), size, &flags, &file, &object) >= 0)
      add(file, "HDF5_EXT_PREFIX");
  }

  void add(const std::string& name, const char* variable) {
    if (name.empty() || name == ".") return;
    const std::string path = findNamedFile(name, folder_, variable);
    if (path.empty() || !found_.insert(fs::weakly_canonical(path).string()).second) return;
    References(found_).collect(path);
  }

  std::set<std::string>& found_;
  std::string folder_;
};

} // namespace

std::string findNamedFile(const std::string& name, const std::string& folder, const char* variable) {
  std::vector<fs::path> places;
  if (const char* prefix = std::getenv(variable)) places.emplace_back(fs::path(prefix) / name);
  places.emplace_back(fs::path(folder) / name); // an absolute name stays one
  places.emplace_back(name);
  std::error_code ignored;
  for (const auto& place : places)
    if (fs::is_regular_file(place, ignored)) return place.string();
  return "";
}

VirtualSource virtualSource(hid_t properties, std::size_t mapping) {
  return {nameBy(H5Pget_virtual_filename, properties, mapping),
          nameBy(H5Pget_virtual_dsetname, properties, mapping)};
}

std::vector<std::string> rawFiles(hid_t properties) {
  std::vector<std::string> files(static_cast<std::size_t>(std::max(0, H5Pget_external_count(properties))));
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::array<char, 4096> name{};
    off_t offset = 0;
    hsize_t size = 0;
    H5Pget_external(properties, static_cast<unsigned>(i), name.size() - 1, name.data(), &offset, &size);
    files[i] = name.data();
  }
  return files;
}

std::vector<std::string> referencedFiles(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  std::set<std::string> found;
  References(found).collect(path);
  found.erase(fs::weakly_canonical(path).string());
  return {found.begin(), found.end()};
}

} // namespace terrace::dataset::detail
