#pragma once

#include <terrace/dataset/PartialFile.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// \throws std::invalid_argument if \p file is one of \p inputs, or a file of a run directory among them.
void requireNoInput(const std::string& file, const std::vector<std::string>& inputs);

/// A file that the user named for output: complete or not there at all.
/// \param inputs  files and run directories that the command reads: none of their files may be the output.
/// \throws std::invalid_argument if it cannot be written there, which is a wrong command line and no failure.
dataset::PartialFile openOutput(const std::string& file, const std::vector<std::string>& inputs = {});

} // namespace terrace::program
