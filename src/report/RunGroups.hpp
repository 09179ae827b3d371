#pragma once

#include "run/RecordedRun.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

/// The runs of one solver on one problem, which differ in their seeds.
struct SolverRuns {
  std::string name;
  std::vector<RecordedRun> runs;

  /// The run with the median of the final values, the lower one of two; null if all runs failed.
  const RecordedRun* typical() const;
};

/// The runs of several solvers on the same data.
struct ProblemRuns {
  std::string name;
  std::vector<double> targets; ///< values of the full loss, largest first
  std::vector<SolverRuns> solvers;

  std::size_t runs() const;
};

/// A study as `terrace compare` wrote it.
struct RecordedStudy {
  std::string name;
  std::string deckText;    ///< study.xml; "" if it is missing
  nlohmann::json profiles; ///< member `profiles` of comparison.json; null if it is missing
  std::size_t problems = 0;
};

/// Everything that a report is made from.
struct RunGroups {
  std::vector<ProblemRuns> problems;
  std::vector<RecordedStudy> studies;
  std::vector<std::string> notes; ///< missing runs, for the reader of the page

  /// Reads run and study directories. Runs outside a study are one problem if they have the same data file,
  /// and one solver if their decks differ in nothing but seeds and output. \param targets   of runs outside a
  /// study. \param progress  called after each run with the number of runs read. \throws
  /// std::invalid_argument if a directory is neither a run nor a study, or a file in it is wrong.
  static RunGroups read(const std::vector<std::string>& directories, const std::vector<double>& targets,
                        const std::function<void(std::size_t)>& progress);

  std::size_t runs() const;
};

} // namespace terrace::program
