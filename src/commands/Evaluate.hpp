#pragma once

#include <Teuchos_RCP.hpp>

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct EvaluateOptions {
  std::string model;
  std::string data;
  std::string gradient; ///< file for the gradient; "": none
  bool json = false;    ///< one JSON object instead of a table
};

/// `terrace evaluate`: prints loss, regularised value and accuracy or relative error of a model on the
/// training and test samples of a data set, and writes the Euclidean gradient of the value if asked;
/// collective. Loss, value and gradient are those of the training: of inputs and targets normalised as the
/// model says; relative errors are in the units of the data.
/// \throws std::invalid_argument if a file is wrong or the two do not fit each other.
void evaluate(const EvaluateOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
