#pragma once

#include <string>

namespace terrace::dataset {

/// "fnv1a64:" and the 64-bit FNV-1a hash of a file's bytes in 16 hexadecimal digits: tells whether a file is
/// the one a model was trained on; no protection against forgery. Read by the calling rank alone.
/// \throws std::invalid_argument if the file cannot be read.
std::string fileChecksum(const std::string& path);

/// The same of an HDF5 file together with the files that hold data of it: targets of external links, sources
/// of virtual datasets. Without such files it is fileChecksum().
std::string dataChecksum(const std::string& path);

} // namespace terrace::dataset
