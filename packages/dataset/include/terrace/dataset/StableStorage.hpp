#pragma once

#include <string>

namespace terrace::dataset {

/// Waits until the disk has stored a file, so that a power cut after that does not lose it. No effect on file
/// systems that cannot tell. \throws std::system_error if the disk could not store it
void storeFile(const std::string& path);

/// The same for the names in a folder, which a file that is new or renamed needs too.
void storeFolder(const std::string& path);

} // namespace terrace::dataset
