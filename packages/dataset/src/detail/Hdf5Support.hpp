#pragma once

#include <terrace/dataset/Hdf5File.hpp>

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

namespace terrace::dataset::detail {

/// An HDF5 identifier that is closed by the function it was given with. Negative: none.
class Hdf5Id {
public:
  using Close = herr_t (*)(hid_t);
  Hdf5Id(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Id(Hdf5Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Id(const Hdf5Id&) = delete;
  Hdf5Id& operator=(const Hdf5Id&) = delete;
  Hdf5Id& operator=(Hdf5Id&&) = delete;
  ~Hdf5Id() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  bool valid() const { return id_ >= 0; }

private:
  hid_t id_;
  Close close_;
};

/// HDF5's type of T in memory.
template <class T>
hid_t nativeType();

/// A dataspace of these extents; none: a scalar.
Hdf5Id makeSpace(const std::vector<std::size_t>& shape);

std::vector<std::size_t> shapeOf(hid_t space);
std::size_t productOf(const std::vector<std::size_t>& shape);

/// "(2, 3)", for messages.
std::string shapeText(const std::vector<std::size_t>& shape);

Hdf5Type classOf(hid_t type);

/// "integers", "floating-point numbers", ..., for messages.
std::string typeText(Hdf5Type type);

/// Variable-length UTF-8, as h5py writes strings.
Hdf5Id makeStringType();

/// Reads the strings of a dataset or an attribute. \p read calls H5Dread or H5Aread with a memory type and
/// buffer. \returns false if reading fails.
template <class Read>
bool readStrings(hid_t type, hid_t space, Read&& read, std::vector<std::string>& values);

/// Cuts a string of fixed length at its padding.
std::string unpadded(const char* text, std::size_t size, H5T_str_t padding);

/// What the operating system said in the last failure, as " (Permission denied)", or "".
std::string systemReason();

template <class Read>
bool readStrings(hid_t type, hid_t space, Read&& read, std::vector<std::string>& values) {
  const auto points = H5Sget_simple_extent_npoints(space);
  if (points < 0) return false;
  const auto count = static_cast<std::size_t>(points);
  values.assign(count, {});
  if (count == 0) return true;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> texts(count, nullptr);
    if (read(texts.data()) < 0) return false;
    for (std::size_t i = 0; i < count; ++i)
      if (texts[i] != nullptr) values[i] = texts[i];
    return H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts.data()) >= 0;
  }
  const std::size_t size = H5Tget_size(type);
  std::vector<char> texts(count * size);
  if (read(texts.data()) < 0) return false;
  for (std::size_t i = 0; i < count; ++i)
    values[i] = unpadded(texts.data() + i * size, size, H5Tget_strpad(type));
  return true;
}

} // namespace terrace::dataset::detail
