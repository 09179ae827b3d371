#pragma once

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// What a run came to: the content of summary.json.
struct Summary {
  double value = 0;        ///< full loss with regularisation over the training samples
  double gradientNorm = 0; ///< norm of its gradient in the network's metric
  std::string metric;      ///< "accuracy" or "error"
  double trainMetric = 0;
  double testMetric = 0;
  std::vector<double> trainOutputErrors; ///< relative L2 error of each output; empty in classification
  std::vector<double> testOutputErrors;
  std::optional<double> validationLoss; ///< of the model on the held-out samples, if there are any
  int iterations = 0;
  double workUnits = 0;
  double wallSeconds = 0; ///< of the training, without reading and writing files
  int ranks = 1;
  std::string status; ///< why the run ended

  /// \throws std::runtime_error if it cannot be written.
  void write(const std::string& file) const;
};

} // namespace terrace::program
