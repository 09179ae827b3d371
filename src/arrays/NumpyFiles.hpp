#pragma once

#include "arrays/ArrayFile.hpp"

#include <memory>
#include <string>

namespace terrace::program {

/// A .npy file, which has one array, without a name.
std::unique_ptr<ArrayFile> openNpy(const std::string& path);

/// A .npz archive, compressed or not. \throws std::invalid_argument if it is damaged or has no arrays.
std::unique_ptr<ArrayFile> openNpz(const std::string& path);

} // namespace terrace::program
