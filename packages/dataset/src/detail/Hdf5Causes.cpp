#include "Hdf5Causes.hpp"

#include "Hdf5References.hpp"
#include "Hdf5Support.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <vector>

namespace terrace::dataset::detail {
namespace {

namespace fs = std::filesystem;

// Whether an entry of HDF5's error stack has this text.
bool stackSays(const std::string& text) {
  struct Search {
    const std::string& text;
    bool found;
  } search{text, false};
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* data) -> herr_t {
        auto& sought = *static_cast<Search*>(data);
        sought.found =
            entry->desc != nullptr && std::string(entry->desc).find(sought.text) != std::string::npos;
        return sought.found ? 1 : 0;
      },
      &search);
  return search.found;
}

std::string newerText() {
  return "was written by a newer HDF5 in a format that " + hdf5Version() +
         " cannot read; write it again with the format of version 1.10 (h5py: libver=(\"earliest\", "
         "\"v110\"))";
}

std::string linkText(hid_t file, const std::string& link) {
  H5L_info_t info;
  if (H5Lget_info(file, link.c_str(), &info, H5P_DEFAULT) < 0 || info.type == H5L_TYPE_HARD) return "";
  std::vector<char> value(info.u.val_size + 1, '\0');
  if (H5Lget_val(file, link.c_str(), value.data(), value.size(), H5P_DEFAULT) < 0) return "";
  const std::string shown = link[0] == '/' ? link : "/" + link;
  if (info.type == H5L_TYPE_SOFT)
    return "the link " + shown + " leads to " + value.data() + ", which does not exist";
  const char *target = nullptr, *object = nullptr;
  unsigned flags = 0;
  if (H5Lunpack_elink_val(value.data(), info.u.val_size, &flags, &target, &object) < 0) return "";
  return "the link " + shown + " leads to " + object + " of the file " + target +
         ", which does not exist there or cannot be opened";
}

std::string filterName(H5Z_filter_t filter, const char* name) {
  static const std::map<H5Z_filter_t, std::string> known = {{H5Z_FILTER_DEFLATE, "gzip"},
                                                            {H5Z_FILTER_SZIP, "szip"},
                                                            {307, "bzip2"},
                                                            {32000, "lzf"},
                                                            {32001, "blosc"},
                                                            {32004, "lz4"},
                                                            {32008, "bitshuffle"},
                                                            {32013, "zfp"},
                                                            {32015, "zstd"},
                                                            {32017, "SZ"},
                                                            {32026, "blosc2"}};
  const auto found = known.find(filter);
  if (found != known.end()) return found->second;
  return *name == '\0' ? "an unknown filter" : name;
}

std::string missingFilter(hid_t properties) {
  const int filters = H5Pget_nfilters(properties);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, settings = 0;
    std::size_t values = 0;
    std::array<char, 64> name{};
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &values, nullptr,
                                               name.size(), name.data(), &settings);
    if (filter < 0 || H5Zfilter_avail(filter) > 0) continue;
    return "is compressed with " + filterName(filter, name.data()) + " (HDF5 filter " +
           std::to_string(filter) + "), which this " + hdf5Version() +
           " does not have; write it with gzip or without compression, or name the folder of a plug-in in "
           "HDF5_PLUGIN_PATH";
  }
  return "";
}

std::string unwrittenChunks(hid_t dataset, hid_t properties, hid_t space) {
  const auto shape = shapeOf(space);
  std::vector<hsize_t> chunk(shape.size());
  if (H5Pget_chunk(properties, static_cast<int>(chunk.size()), chunk.data()) < 0) return "";
  std::size_t all = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) all *= (shape[i] + chunk[i] - 1) / chunk[i];
  hsize_t written = 0;
  if (H5Dget_num_chunks(dataset, space, &written) < 0 || written >= all) return "";
  return std::to_string(all - written) + " of its " + std::to_string(all) +
         " chunks were never written; their values would be fill values";
}

std::string missingRawFile(hid_t properties, const std::string& folder) {
  for (const auto& file : rawFiles(properties))
    if (findNamedFile(file, folder, "HDF5_EXTFILE_PREFIX").empty())
      return "its values are in the file " + file + ", which is missing";
  return "";
}

// What one source of a virtual dataset lacks.
std::string missingSource(hid_t dataset, hid_t properties, std::size_t mapping, const std::string& folder) {
  const auto [file, object] = virtualSource(properties, mapping);
  if (file.find('%') != std::string::npos || object.find('%') != std::string::npos) return ""; // a pattern
  const std::string shown = "its source " + object + " of the file " + file;
  const bool isOwn = file == ".";
  const std::string path = isOwn ? "" : findNamedFile(file, folder, "HDF5_VDS_PREFIX");
  if (!isOwn && path.empty()) return shown + " is missing: there is no such file";
  const Hdf5Id source(isOwn ? H5Iget_file_id(dataset) : H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT),
                      H5Fclose);
  if (!source.valid()) return shown + " cannot be opened: it " + openingFailure();
  const Hdf5Id values(H5Dopen2(source, object.c_str(), H5P_DEFAULT), H5Dclose);
  if (!values.valid()) return shown + " is missing: " + missingText(source, object, "dataset");
  const std::string lack = whatIsMissing(values, isOwn ? folder : fs::path(path).parent_path().string());
  return lack.empty() ? "" : shown + ": " + lack;
}

std::string missingSources(hid_t dataset, hid_t properties, hid_t space, const std::string& folder) {
  std::size_t mappings = 0;
  H5Pget_virtual_count(properties, &mappings);
  hssize_t mapped = 0;
  for (std::size_t i = 0; i < mappings; ++i) {
    if (const std::string lack = missingSource(dataset, properties, i, folder); !lack.empty()) return lack;
    const Hdf5Id part(H5Pget_virtual_vspace(properties, i), H5Sclose);
    const hssize_t points = H5Sget_select_npoints(part);
    if (points < 0) return ""; // unlimited
    mapped += points;
  }
  const hssize_t all = H5Sget_simple_extent_npoints(space);
  if (mapped >= all) return "";
  return "is virtual and its sources have " + std::to_string(mapped) + " of its " + std::to_string(all) +
         " values; the others would be fill values";
}

} // namespace

std::string openingFailure() {
  if (stackSays("truncated file"))
    return "cannot be opened; it is damaged, cut short: the file is smaller than it says";
  if (stackSays("unable to lock file")) return "is open for writing in another program";
  if (stackSays("superblock version") || stackSays("bad version")) return newerText();
  return "cannot be opened; it is damaged, cut short, or open for writing" + systemReason();
}

std::string readingFailure() {
  if (stackSays("bad version") || stackSays("version number")) return newerText();
  if (stackSays("required filter")) return "is compressed with a filter that this HDF5 does not have";
  if (stackSays("filter returned failure"))
    return "its compressed values cannot be decompressed; the file is damaged";
  return "cannot be read; the file is damaged" + systemReason();
}

std::string missingText(hid_t file, const std::string& name, const std::string& kind) {
  for (std::size_t end = name.find_first_not_of('/'); end != std::string::npos && end < name.size();) {
    end = std::min(name.find('/', end), name.size());
    const std::string part = name.substr(0, end);
    if (H5Lexists(file, part.c_str(), H5P_DEFAULT) <= 0) break;
    if (H5Oexists_by_name(file, part.c_str(), H5P_DEFAULT) <= 0) {
      const std::string link = linkText(file, part);
      return link.empty() ? readingFailure() : link;
    }
    end = name.find_first_not_of('/', end);
  }
  return "no such " + kind;
}

std::string whatIsMissing(hid_t dataset, const std::string& folder) {
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose);
  if (!properties.valid() || H5Sget_simple_extent_npoints(space) <= 0) return "";
  if (const std::string lack = missingFilter(properties); !lack.empty()) return lack;
  switch (H5Pget_layout(properties)) {
  case H5D_CHUNKED:
    return unwrittenChunks(dataset, properties, space);
  case H5D_VIRTUAL:
    return missingSources(dataset, properties, space, folder);
  case H5D_CONTIGUOUS:
    if (H5Pget_external_count(properties) > 0) return missingRawFile(properties, folder);
    if (H5Dget_storage_size(dataset) == 0) return "was never written; its values would be fill values";
    return "";
  default:
    return "";
  }
}

std::string typeText(hid_t type) {
  switch (H5Tget_class(type)) {
  case H5T_ENUM:
    return H5Tget_nmembers(type) == 2 ? "booleans (an HDF5 enumeration; h5py: values.astype(\"int64\"))"
                                      : "an HDF5 enumeration";
  case H5T_COMPOUND:
    return H5Tget_nmembers(type) == 2 ? "complex numbers or records (an HDF5 compound type)"
                                      : "records (an HDF5 compound type)";
  case H5T_REFERENCE:
    return "references to other objects";
  case H5T_VLEN:
    return "rows of different lengths";
  case H5T_OPAQUE:
    return "values of an opaque type";
  case H5T_ARRAY:
    return "arrays as values";
  default:
    return typeText(classOf(type));
  }
}

std::string hdf5Version() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return "HDF5 " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

} // namespace terrace::dataset::detail
