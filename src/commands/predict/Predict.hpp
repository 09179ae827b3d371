#pragma once

#include "commands/Command.hpp"
#include "commands/data/TableOptions.hpp"
#include "commands/predict/PredictionInputs.hpp"

#include <string>

namespace terrace::program {

struct PredictOptions {
  std::string model;
  PredictionSource source;
  TableOptions text; ///< how a text table is divided
  std::string outputs;
  bool all = false; ///< text with all inputs and probabilities
};

/// Adds `terrace predict`.
void addPredict(CLI::App& parent, Action& chosen);

/// Writes a model's outputs for the inputs of a file; collective.
///
/// Inputs are what PredictionInputs::open() finds. Outputs are probabilities and
/// labels (classification) or values (regression). They are written as text if the file's name ends in .csv,
/// else as HDF5. \throws std::invalid_argument if a file is wrong or the inputs do not fit the model.
void predict(const PredictOptions& options, const Communicator& comm);

} // namespace terrace::program
