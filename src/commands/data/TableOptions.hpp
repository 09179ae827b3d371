#pragma once

#include "commands/Command.hpp"

#include <terrace/dataset/TableConversion.hpp>

#include <string>

namespace terrace::program {

/// How a text table is divided, as the user says it.
struct TableOptions {
  std::string delimiter; ///< one character, "tab" or "blanks"; "": the file decides
  std::string header = "auto";
};

/// Adds --delimiter and --header.
void addTableOptions(CLI::App& command, TableOptions& options);

/// Adds --inputs.
void addInputsOption(CLI::App& command, dataset::TableConversion& conversion);

/// \param command  its name, for messages. \throws std::invalid_argument for another delimiter.
void applyTo(dataset::TableConversion& conversion, const TableOptions& options, const std::string& command);

} // namespace terrace::program
