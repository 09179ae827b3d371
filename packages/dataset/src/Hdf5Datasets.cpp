#include "detail/Hdf5Causes.hpp"
#include "detail/Hdf5Support.hpp"

#include <terrace/dataset/Hdf5File.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <type_traits>

namespace terrace::dataset {

using detail::Hdf5Id;

namespace {

// Data on its way is converted by HDF5; a floating-point number is never cut to an integer silently.
template <class T>
bool convertible(Hdf5Type type) {
  return type == Hdf5Type::Integer || (type == Hdf5Type::Float && std::is_floating_point<T>::value);
}

// Without the time of writing: a file's bytes depend on what it holds alone.
Hdf5Id datasetProperties() {
  Hdf5Id properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(properties, 0);
  return properties;
}

template <class T>
std::string wantedText() {
  return std::is_floating_point<T>::value ? "numbers" : "integers";
}

// Where a file that is being read loses its end, HDF5 gives zeros and says nothing. It has compared the size
// when it opened the file.
void requireStillWhole(std::int64_t id, const std::string& path) {
  void* handle = nullptr; // the driver for files that are read gives the address of the file's descriptor
  hsize_t expected = 0;
  struct stat now {};
  if (H5Fget_vfd_handle(id, H5P_DEFAULT, &handle) < 0 || H5Fget_filesize(id, &expected) < 0 ||
      handle == nullptr || fstat(*static_cast<int*>(handle), &now) != 0)
    throw std::invalid_argument(path + ": cannot be read.");
  if (static_cast<hsize_t>(now.st_size) < expected)
    throw std::invalid_argument(path + ": has become shorter while it was read: it has " +
                                std::to_string(now.st_size) + " bytes of " + std::to_string(expected) + ".");
}

// A damaged header may announce more numbers than the file has bytes; chunks say themselves which there are.
bool isBeyondItsFile(hid_t dataset) {
  const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_layout(properties) != H5D_CONTIGUOUS || H5Pget_external_count(properties) > 0) return false;
  const haddr_t begin = H5Dget_offset(dataset);
  const Hdf5Id file(H5Iget_file_id(dataset), H5Fclose); // links lead to others
  hsize_t size = 0;
  if (begin == HADDR_UNDEF || H5Fget_filesize(file, &size) < 0) return false;
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose), type(H5Dget_type(dataset), H5Tclose);
  const auto numbers = static_cast<hsize_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space), 0));
  return begin > size || numbers > (size - begin) / std::max<std::size_t>(H5Tget_size(type), 1);
}

} // namespace

std::int64_t Hdf5File::openDataset(const std::string& name) const {
  if (!exists(name)) reject(name, detail::missingText(id_, name, "dataset"));
  const hid_t dataset = H5Dopen2(id_, name.c_str(), H5P_DEFAULT);
  if (dataset < 0) reject(name, isGroup(name) ? "not a dataset" : detail::readingFailure());
  return dataset;
}

void Hdf5File::requireWhole(const std::string& name, std::int64_t dataset) const {
  if (!target_.empty() || whole_.count(name) > 0) return;
  if (isBeyondItsFile(dataset)) reject(name, "has more bytes than its file; the file is damaged");
  const auto folder = std::filesystem::absolute(path_).parent_path().string();
  if (const std::string lack = detail::whatIsMissing(dataset, folder); !lack.empty()) reject(name, lack);
  whole_.insert(name);
}

std::vector<std::size_t> Hdf5File::shape(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  return detail::shapeOf(space);
}

Hdf5Type Hdf5File::type(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  return detail::classOf(type);
}

bool Hdf5File::holdsBytes(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  return H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 1 && H5Tget_sign(type) == H5T_SGN_NONE;
}

std::string Hdf5File::typeText(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  return detail::typeText(type);
}

template <class T>
void Hdf5File::write(const std::string& name, const std::vector<std::size_t>& shape,
                     const std::vector<T>& values) {
  if (values.size() != detail::productOf(shape))
    reject(name, std::to_string(values.size()) + " values do not fill the shape " + detail::shapeText(shape));
  if (exists(name)) reject(name, "exists already");
  const Hdf5Id parents(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(parents, 1);
  const Hdf5Id space = detail::makeSpace(shape);
  const Hdf5Id dataset(H5Dcreate2(id_, name.c_str(), detail::nativeType<T>(), space, parents,
                                  datasetProperties(), H5P_DEFAULT),
                       H5Dclose);
  if (!dataset.valid()) failToWrite(name);
  if (values.empty()) return;
  if (H5Dwrite(dataset, detail::nativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    failToWrite(name);
}

void Hdf5File::writeStrings(const std::string& name, const std::vector<std::string>& values) {
  if (exists(name)) reject(name, "exists already");
  const Hdf5Id parents(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(parents, 1);
  const Hdf5Id type = detail::makeStringType();
  const Hdf5Id space = detail::makeSpace({values.size()});
  const Hdf5Id dataset(H5Dcreate2(id_, name.c_str(), type, space, parents, datasetProperties(), H5P_DEFAULT),
                       H5Dclose);
  if (!dataset.valid()) failToWrite(name);
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const auto& value : values) texts.push_back(value.c_str());
  if (!texts.empty() && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()) < 0)
    failToWrite(name);
}

// That a dataset has numbers that T can hold, and that nothing of it is missing.
template <class T>
void Hdf5File::requireReadable(const std::string& name, std::int64_t dataset) const {
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  if (!convertible<T>(detail::classOf(type)))
    reject(name, "holds " + detail::typeText(type) + "; expected " + wantedText<T>());
  requireWhole(name, dataset);
}

template <class T>
Hdf5Array<T> Hdf5File::read(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  requireReadable<T>(name, dataset);
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  Hdf5Array<T> array;
  array.shape = detail::shapeOf(space);
  array.values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (array.values.empty()) return array;
  if (H5Dread(dataset, detail::nativeType<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
    reject(name, detail::readingFailure());
  if (target_.empty()) requireStillWhole(id_, path_);
  return array;
}

template <class T>
std::vector<T> Hdf5File::readRows(const std::string& name, std::size_t first, std::size_t count) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  requireReadable<T>(name, dataset);
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  std::vector<std::size_t> shape = detail::shapeOf(space);
  if (shape.empty()) reject(name, "a scalar has no rows");
  if (first > shape[0] || count > shape[0] - first)
    reject(name, "rows [" + std::to_string(first) + ", " + std::to_string(first + count) +
                     ") were asked for; it has " + std::to_string(shape[0]));
  shape[0] = count;
  std::vector<T> values(detail::productOf(shape));
  if (values.empty()) return values;

  // In blocks: a single transfer may be limited to 2 GB.
  const std::size_t width = values.size() / count;
  const std::size_t block = std::max<std::size_t>(1, (std::size_t{1} << 24U) / (width * sizeof(T)));
  std::vector<hsize_t> start(shape.size(), 0);
  std::vector<hsize_t> extent(shape.begin(), shape.end());
  for (std::size_t row = 0; row < count; row += block) {
    start[0] = first + row;
    extent[0] = std::min(block, count - row);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
    const Hdf5Id memory(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    T* target = values.data() + row * width;
    if (H5Dread(dataset, detail::nativeType<T>(), memory, space, H5P_DEFAULT, target) < 0)
      reject(name, detail::readingFailure());
  }
  if (target_.empty()) requireStillWhole(id_, path_);
  return values;
}

template <class T>
std::vector<T> Hdf5File::readColumns(const std::string& name, std::size_t first, std::size_t count) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  requireReadable<T>(name, dataset);
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  const auto shape = detail::shapeOf(space);
  if (shape.size() != 2 || first > shape[1] || count > shape[1] - first)
    reject(name, "columns [" + std::to_string(first) + ", " + std::to_string(first + count) +
                     ") were asked for; it has the shape " + detail::shapeText(shape));
  std::vector<T> values(shape[0] * count);
  if (values.empty()) return values;
  const std::array<hsize_t, 2> start = {0, first}, extent = {shape[0], count};
  H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr);
  const Hdf5Id memory(H5Screate_simple(2, extent.data(), nullptr), H5Sclose);
  if (H5Dread(dataset, detail::nativeType<T>(), memory, space, H5P_DEFAULT, values.data()) < 0)
    reject(name, detail::readingFailure());
  if (target_.empty()) requireStillWhole(id_, path_);
  return values;
}

std::vector<std::string> Hdf5File::readStrings(const std::string& name) const {
  const Hdf5Id dataset(openDataset(name), H5Dclose);
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  if (detail::classOf(type) != Hdf5Type::String)
    reject(name, "holds " + detail::typeText(type) + "; expected strings");
  requireWhole(name, dataset);
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  std::vector<std::string> values;
  const auto read = [&](void* buffer) {
    return H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer);
  };
  if (!detail::readStrings(type, space, read, values)) reject(name, detail::readingFailure());
  return values;
}

#define TERRACE_INSTANTIATE(T)                                                                               \
  template void Hdf5File::write<T>(const std::string&, const std::vector<std::size_t>&,                      \
                                   const std::vector<T>&);                                                   \
  template Hdf5Array<T> Hdf5File::read<T>(const std::string&) const;                                         \
  template std::vector<T> Hdf5File::readRows<T>(const std::string&, std::size_t, std::size_t) const;         \
  template std::vector<T> Hdf5File::readColumns<T>(const std::string&, std::size_t, std::size_t) const;
TERRACE_INSTANTIATE(double)
TERRACE_INSTANTIATE(float)
TERRACE_INSTANTIATE(int)
TERRACE_INSTANTIATE(std::uint8_t)
TERRACE_INSTANTIATE(std::int64_t)
#undef TERRACE_INSTANTIATE

} // namespace terrace::dataset
