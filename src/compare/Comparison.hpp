#pragma once

#include "compare/ComparedRun.hpp"
#include "compare/PerformanceProfile.hpp"
#include "compare/Statistics.hpp"

#include <string>
#include <vector>

namespace terrace::program {

class Study;

/// The results of one solver on one problem over the seeds. Failed runs count for the targets that they
/// reached before; value and metrics are those of the others.
struct SolverResult {
  struct Target {
    double target = 0;
    Statistics work; ///< infinity: never reached
    Statistics seconds;
  };

  std::string problem;
  std::string status; ///< of the runs: the one that they share, or all; with the failures' number and reasons
  int runs = 0;
  int failed = 0;
  std::string metric;
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
    std::vector<RunRecord> runs;
    std::vector<SolverResult> results; ///< one a problem, in the study's order
  };

  /// Reads the run directories of \p study in \p directory, all of which must be there; by this process
  /// alone. Nothing else goes in, so that a study that was resumed has the same numbers.
  Comparison(const Study& study, const std::string& directory);

  const std::vector<Solver>& solvers() const { return solvers_; }

  /// Profiles of the cost of each target of each problem with each seed, one an instance.
  const PerformanceProfile& workProfile() const { return workProfile_; }
  const PerformanceProfile& secondsProfile() const { return secondsProfile_; }

  /// comparison.json, with nulls for what is not there.
  std::string json(const Study& study) const;

  /// The table for people.
  std::string table(const Study& study) const;

private:
  std::vector<Solver> solvers_;
  PerformanceProfile workProfile_{{}};
  PerformanceProfile secondsProfile_{{}};
};

} // namespace terrace::program
