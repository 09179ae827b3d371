#pragma once

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// When a run first had the value of a target on the finest level and all its samples; nothing: never.
struct TargetRecord {
  double target = 0;
  std::optional<double> work;
  std::optional<double> seconds;
};

/// What a comparison needs to know of one run.
struct RunRecord {
  std::string problem;
  int seed = 0;
  std::string directory; ///< of the run, relative to the study's
  std::string status;
  std::string failure; ///< reason; "": the run did not fail
  std::string metric;  ///< "accuracy" or "error"
  double value = 0;    ///< NaN in a failed run, as are the metrics
  double workUnits = 0;
  double wallSeconds = 0;
  double trainMetric = 0;
  double testMetric = 0;
  std::vector<TargetRecord> targets;

  bool failed() const { return !failure.empty(); }
};

/// Reads the files of the run directory \p path; by this process alone.
/// \throws std::invalid_argument if they are not those of a run.
RunRecord readRunRecord(const std::string& path, const std::vector<double>& targets);

} // namespace terrace::program
