#pragma once

#include "commands/Command.hpp"

#include <string>

namespace terrace::program {

struct ExportOptions {
  std::string model;
  std::string output; ///< .onnx, .npz or .h
  std::string precision = "double";
};

/// Adds `terrace export`.
void addExport(CLI::App& parent, Action& chosen);

/// Writes a network in the format that the name of the output says. For one process.
/// \throws std::invalid_argument if the model is none, or the name says no format.
void exportModel(const ExportOptions& options);

} // namespace terrace::program
