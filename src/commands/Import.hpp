#pragma once

#include "commands/Command.hpp"

#include <string>

namespace terrace::program {

struct ImportOptions {
  std::string input;
  std::string model; ///< file to write
  std::string task;  ///< "classification" or "regression"; "": as the file says
};

/// Adds `terrace import`.
void addImport(CLI::App& parent, Action& chosen);

/// Makes a model file of a network in another format. For one process.
/// \throws std::invalid_argument if the file has no network of the kinds that Terrace has.
void importModel(const ImportOptions& options);

} // namespace terrace::program
