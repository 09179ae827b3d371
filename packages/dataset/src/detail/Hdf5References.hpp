#pragma once

#include <hdf5.h>

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::dataset::detail {

/// A file that another one names, found as HDF5 looks for it: in the folder of the environment variable, in
/// \p folder, then in the current one; "" if there is none.
std::string findNamedFile(const std::string& name, const std::string& folder, const char* variable);

/// Where the values of a part of a virtual dataset are.
struct VirtualSource {
  std::string file; ///< "." is the dataset's own file; '%' makes it a pattern
  std::string dataset;
};
VirtualSource virtualSource(hid_t properties, std::size_t mapping);

/// Names of the raw files that a contiguous dataset has its values in.
std::vector<std::string> rawFiles(hid_t properties);

/// The files that hold data of an HDF5 file without being it, sorted: targets of external links, sources of
/// virtual datasets, raw files, and theirs in turn. Files that are missing are not among them.
std::vector<std::string> referencedFiles(const std::string& path);

} // namespace terrace::dataset::detail
