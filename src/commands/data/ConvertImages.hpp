#pragma once

#include "commands/data/Convert.hpp"

namespace terrace::program {

/// Whether the options of `terrace data convert` name images, or a folder, in place of a table of text.
bool holdsImages(const ConvertOptions& options);

/// convertData() for images; for one rank. A folder of PNG files without classes becomes a file of inputs.
void convertImages(const ConvertOptions& options);

} // namespace terrace::program
