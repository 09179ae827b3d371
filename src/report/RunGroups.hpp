#pragma once

#include "run/RecordedRun.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <vector>

namespace terrace::program {

/// The runs of one solver on one problem: they differ in their seeds.
struct SolverRuns {
  std::string name;
  std::vector<RecordedRun> runs;

  /// The run whose final value is the median, the lower of two; null if all runs failed.
  const RecordedRun* typical() const;
};

/// What can be compared: several solvers' runs on the same data.
struct ProblemRuns {
  std::string name;
  std::vector<double> targets; ///< values of the full loss, largest first
  std::vector<SolverRuns> solvers;

  std::size_t runs() const;
};

/// A study as `terrace compare` left it.
struct RecordedStudy {
  std::string name;
  std::string deckText;    ///< study.xml; "" if it is not there
  nlohmann::json profiles; ///< member `profiles` of comparison.json; null if it is not there
  std::size_t problems = 0;
};

/// Everything that a report is made from.
struct RunGroups {
  std::vector<ProblemRuns> problems;
  std::vector<RecordedStudy> studies;
  std::vector<std::string> notes; ///< what is missing, for the reader of the page

  /// Reads run and study directories. Runs that are not of a study are one problem if they have the same
  /// data file, and one solver if their decks differ in nothing but seeds and output.
  /// \param targets  of runs that are not of a study.
  /// \param progress called after each run with the number of runs read.
  /// \throws std::invalid_argument if a directory is neither or its files are not those of DESIGN 6.
  static RunGroups read(const std::vector<std::string>& directories, const std::vector<double>& targets,
                        const std::function<void(std::size_t)>& progress);

  std::size_t runs() const;
};

} // namespace terrace::program
