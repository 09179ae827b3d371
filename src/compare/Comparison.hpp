#pragma once

#include "compare/PerformanceProfile.hpp"
#include "compare/Statistics.hpp"
#include "run/RecordedRun.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Study;

/// A run of a study.
struct ComparedRun {
  std::string problem;
  int seed = 0;
  std::string directory; ///< relative to the study's
  RecordedRun record;
};

/// The results of one solver on one problem over the seeds. A failed run counts for the targets that it
/// reached before it failed, not for value and metrics.
struct SolverResult {
  struct Target {
    double target = 0;
    Statistics work; ///< infinity: never reached
    Statistics seconds;
  };

  std::string problem;
  std::string status; ///< why the runs ended, each reason once; with the number and reasons of failures
  int runs = 0;
  int failed = 0;
  std::string metric; ///< "accuracy" or "error"
  Statistics value;
  Statistics workUnits;
  Statistics wallSeconds;
  Statistics trainMetric;
  Statistics testMetric;
  std::vector<Target> targets;
};

/// The runs of a study side by side: what comparison.json and the table on the terminal hold.
class Comparison {
public:
  struct Solver {
    std::string name;
    std::vector<ComparedRun> runs;
    std::vector<SolverResult> results; ///< one for each problem, in the study's order
  };

  /// Reads the run directories of \p study in \p directory, all of which must be there; by this process
  /// alone. It uses nothing else, so a resumed study has the same numbers.
  Comparison(const Study& study, const std::string& directory);

  const std::vector<Solver>& solvers() const { return solvers_; }

  /// Performance profiles; an instance is a target of a problem with a seed.
  const PerformanceProfile& workProfile() const { return workProfile_; }
  const PerformanceProfile& secondsProfile() const { return secondsProfile_; }

  /// The text of comparison.json, with nulls for what is missing.
  std::string json(const Study& study) const;

  /// The table for people.
  std::string table(const Study& study) const;

private:
  std::vector<Solver> solvers_;
  PerformanceProfile workProfile_{{}};
  PerformanceProfile secondsProfile_{{}};
};

} // namespace terrace::program
