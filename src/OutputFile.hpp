#pragma once

#include <terrace/dataset/PartialFile.hpp>

#include <string>

namespace terrace::program {

/// A file that the user named for output: complete or not there at all.
/// \throws std::invalid_argument if it cannot be written there, which is a wrong command line and no failure.
dataset::PartialFile openOutput(const std::string& file);

} // namespace terrace::program
