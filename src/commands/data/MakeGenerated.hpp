#pragma once

#include "commands/Command.hpp"

#include <string>

namespace terrace::dataset {
struct Dataset;
}

namespace terrace::program {

/// \name Add `terrace data make spiral`, `smiley` and `peaks`
/// @{
void addSpiral(CLI::App& parent, Action& chosen);
void addSmiley(CLI::App& parent, Action& chosen);
void addPeaks(CLI::App& parent, Action& chosen);
/// @}

/// Writes a generated data set and prints what is in it; collective, rank 0 works.
/// \throws std::invalid_argument if the file cannot be written there.
void makeData(const dataset::Dataset& data, const std::string& file, const Teuchos::Comm<int>& comm);

} // namespace terrace::program
