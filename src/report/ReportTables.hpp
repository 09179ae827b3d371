#pragma once

#include "report/RunGroups.hpp"

#include <string>

namespace terrace::program {

/// \name Tables of a report, as HTML
/// @{

/// Final numbers of each solver: median and range over the seeds.
std::string resultTable(const ProblemRuns& problem);

/// Each solver's work units and seconds to the targets; "" if there are no targets.
std::string targetTable(const ProblemRuns& problem);

/// The parameters in which the solvers' decks differ; "" if they do not differ.
std::string settingsTable(const ProblemRuns& problem);

/// Every run with its numbers.
std::string runTable(const RunGroups& groups);

/// The machines that the runs ran on.
std::string machineTable(const RunGroups& groups);
/// @}

} // namespace terrace::program
