#pragma once

#include <Teuchos_RCP.hpp>

#include <string>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct ReportOptions {
  std::vector<std::string> directories; ///< of runs and studies
  std::string output = "report.html";
  std::vector<double> targets; ///< losses, for runs of no study
};

/// `terrace report`: writes one self-contained HTML page about runs and studies. Rank 0 works for all.
/// \throws std::invalid_argument if a directory is neither a run nor a study or the output cannot be written
///         there, std::runtime_error if gnuplot is missing or fails; nothing is written then.
void report(const ReportOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
