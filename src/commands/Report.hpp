#pragma once

#include "commands/Command.hpp"

#include <string>
#include <vector>

namespace terrace::program {

struct ReportOptions {
  std::vector<std::string> directories; ///< of runs and studies
  std::string output = "report.html";
  std::vector<double> targets; ///< losses, for runs outside a study
};

/// Adds `terrace report`.
void addReport(CLI::App& parent, Action& chosen);

/// Writes one self-contained HTML page about runs and studies. Rank 0 works for all.
/// \throws std::invalid_argument if a directory is neither a run nor a study, or the page cannot be written,
///         std::runtime_error if gnuplot is missing or fails; nothing is written then.
void report(const ReportOptions& options, const Communicator& comm);

} // namespace terrace::program
