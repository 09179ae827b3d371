#pragma once

#include "arrays/ArrayFile.hpp"

#include <memory>
#include <string>

namespace terrace::program {

/// The datasets of an HDF5 file of any layout, with their paths as names; rows are the first dimension.
std::unique_ptr<ArrayFile> openHdf5(const std::string& path);

/// The variables of a MATLAB file of version 7.3, which is HDF5 with rows as the last dimension.
std::unique_ptr<ArrayFile> openMatlab73(const std::string& path);

} // namespace terrace::program
