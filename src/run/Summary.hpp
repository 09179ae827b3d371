#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// The result of a run: the content of summary.json.
struct Summary {
  double value = 0;        ///< full loss with regularisation over the training samples
  double gradientNorm = 0; ///< norm of its gradient in the network's metric
  std::string metric;      ///< "accuracy" or "error"
  double trainMetric = 0;
  double testMetric = 0;
  /// Relative L2 error of the derivatives, in the units of the targets for a scale of each input; NaN
  /// without.
  double trainDerivativeError = std::numeric_limits<double>::quiet_NaN();
  double testDerivativeError = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> trainOutputErrors; ///< relative L2 error of each output; empty in classification
  std::vector<double> testOutputErrors;
  std::optional<double> validationLoss; ///< of the model on the held-out samples, if there are any
  int iterations = 0;
  double workUnits = 0;
  double wallSeconds = 0; ///< of the training, without files and metrics
  int ranks = 1;
  int resumptions = 0;      ///< how often the run was resumed
  std::string status;       ///< why the run ended
  bool interrupted = false; ///< by a signal
  std::string failure;      ///< why the run failed; "": it did not. A failed run has no values.

  /// Writes the file, with the program's version and the machine of this process.
  /// \param shownAs  the file's name in messages. \throws std::runtime_error if it cannot be written.
  void write(const std::string& file, const std::string& shownAs = "") const;
};

} // namespace terrace::program
