#pragma once

#include "arrays/ArrayFile.hpp"

#include <memory>
#include <string>

namespace terrace::program {

/// The variables of a MATLAB file of versions 5 to 7, read by libmatio. A variable, which these versions
/// limit to 2 GB, is read as a whole.
std::unique_ptr<ArrayFile> openMatlab5(const std::string& path);

} // namespace terrace::program
