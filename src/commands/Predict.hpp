#pragma once

#include <Teuchos_RCP.hpp>

#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct PredictOptions {
  std::string model;
  std::string inputs;
  std::string outputs;
};

/// `terrace predict`: writes a model's outputs for the inputs of a file; collective.
///
/// Inputs are the dataset `inputs` of the file, or, if there is none, `test/inputs`. Outputs are
/// probabilities and labels (classification) or values (regression), as HDF5, or as text if the file's name
/// ends in .csv. \throws std::invalid_argument if a file is wrong or the inputs do not fit the model.
void predict(const PredictOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
