#pragma once

#include "commands/Command.hpp"

#include <string>

namespace terrace::program {

struct EvaluateOptions {
  std::string model;
  std::string data;
  std::string gradient; ///< file for the gradient; "": none
  bool json = false;    ///< print one JSON object instead of a table
};

/// Adds `terrace evaluate`.
void addEvaluate(CLI::App& parent, Action& chosen);

/// Prints loss, regularised value and accuracy or relative error of a model on the training and test samples
/// of a data set; writes the Euclidean gradient of the value if asked; collective.
///
/// Loss, value and gradient are those of the training, of inputs and targets scaled as the model says.
/// Relative errors are in the units of the data.
/// \throws std::invalid_argument if a file is wrong or the two do not fit each other.
void evaluate(const EvaluateOptions& options, const Communicator& comm);

} // namespace terrace::program
