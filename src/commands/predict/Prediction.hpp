#pragma once

#include "commands/predict/PredictionInputs.hpp"

#include <terrace/model/ModelDescription.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// Predictions of all samples, row-major; for one rank.
struct Prediction {
  std::vector<double> outputs;   ///< probabilities, or values in the units of the data
  std::vector<int> labels;       ///< of classification
  std::vector<double> distances; ///< of inputs from the training data; empty if unknown

  /// \param outputs  of the network.
  static Prediction of(std::vector<double> outputs, const model::ModelDescription& model);
};

/// Writes predictions as HDF5.
void writeHdf5(const std::string& path, const Prediction& prediction, const PredictionInputs& inputs,
               const model::ModelDescription& model);

/// Writes predictions as text, a line for each sample. A line has what fits on it: few inputs or else the
/// number of the sample, few outputs or else the probability of the class.
/// \param all  whether it has all inputs and outputs, however many.
/// \returns what was left out, for the reader; "": nothing.
std::string writeCsv(const std::string& path, const Prediction& prediction, const PredictionInputs& inputs,
                     const model::ModelDescription& model, bool all);

/// "57 of 60 predicted right", of the samples whose class is known; "" if none is.
std::string hits(const Prediction& prediction, const PredictionInputs& inputs);

} // namespace terrace::program
