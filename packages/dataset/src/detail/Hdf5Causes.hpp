#pragma once

#include <hdf5.h>

#include <string>

namespace terrace::dataset::detail {

/// \name What is behind a failure of HDF5, as a sentence without a full stop
/// To be asked right after the call that failed.
/// @{

/// Why a file cannot be opened.
std::string openingFailure();

/// Why values of a dataset or attribute cannot be read.
std::string readingFailure();

/// Why the object \p name cannot be found: a part of the path is missing, or a link that leads nowhere.
/// \param kind  what was looked for: "dataset", "group".
std::string missingText(hid_t file, const std::string& name, const std::string& kind);
/// @}

/// What a dataset lacks, so that HDF5 would read its fill value or fail: a filter that this HDF5 does not
/// have, values that were never written, files that it refers to. "" if it has all that it shows.
/// \param folder  of the dataset's file, where files that it names are looked for.
std::string whatIsMissing(hid_t dataset, const std::string& folder);

/// "integers", "booleans (an HDF5 enumeration)", ..., for messages.
std::string typeText(hid_t type);

/// "HDF5 1.10.8", the library that reads.
std::string hdf5Version();

} // namespace terrace::dataset::detail
