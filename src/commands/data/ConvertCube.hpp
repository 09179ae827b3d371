#pragma once

#include "commands/data/Convert.hpp"

namespace terrace::program {

/// convertData() for a hyperspectral cube with a map of classes; for one rank.
void convertCube(const ConvertOptions& options);

} // namespace terrace::program
