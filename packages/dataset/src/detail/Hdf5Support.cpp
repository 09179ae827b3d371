#include "Hdf5Support.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>

namespace terrace::dataset::detail {

template <>
hid_t nativeType<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
hid_t nativeType<float>() {
  return H5T_NATIVE_FLOAT;
}
template <>
hid_t nativeType<int>() {
  return H5T_NATIVE_INT;
}
template <>
hid_t nativeType<std::uint8_t>() {
  return H5T_NATIVE_UINT8;
}
template <>
hid_t nativeType<std::int64_t>() {
  return H5T_NATIVE_INT64;
}

Hdf5Id makeSpace(const std::vector<std::size_t>& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr), H5Sclose};
}

std::vector<std::size_t> shapeOf(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank <= 0) return {};
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

std::size_t productOf(const std::vector<std::size_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

Hdf5Type classOf(hid_t type) {
  switch (H5Tget_class(type)) {
  case H5T_INTEGER:
    return Hdf5Type::Integer;
  case H5T_FLOAT:
    return Hdf5Type::Float;
  case H5T_STRING:
    return Hdf5Type::String;
  default:
    return Hdf5Type::Other;
  }
}

std::string typeText(Hdf5Type type) {
  switch (type) {
  case Hdf5Type::Integer:
    return "integers";
  case Hdf5Type::Float:
    return "floating-point numbers";
  case Hdf5Type::String:
    return "strings";
  default:
    return "values of a compound or special type";
  }
}

Hdf5Id makeStringType() {
  Hdf5Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

std::string unpadded(const char* text, std::size_t size, H5T_str_t padding) {
  std::string value(text, std::find(text, text + size, '\0'));
  if (padding == H5T_STR_SPACEPAD) value.erase(value.find_last_not_of(' ') + 1);
  return value;
}

std::string systemReason() {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* found) -> herr_t {
        static const std::string key = "error message = '";
        const std::string text = entry->desc == nullptr ? "" : entry->desc;
        const auto begin = text.find(key);
        if (begin == std::string::npos) return 0;
        const auto end = text.find('\'', begin + key.size());
        *static_cast<std::string*>(found) = text.substr(begin + key.size(), end - begin - key.size());
        return 1;
      },
      &reason);
  return reason.empty() ? "" : " (" + reason + ")";
}

} // namespace terrace::dataset::detail
