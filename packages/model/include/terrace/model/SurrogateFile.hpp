#pragma once

#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Teuchos_ParameterList.hpp>

#include <cstdint>
#include <string>

namespace terrace::model {

/// Reads a model file, such as the model.h5 of `terrace train`. The calling process reads alone: in a
/// parallel program every rank may call it. \param scalar  precision of the surrogate's states. \throws
/// std::invalid_argument with one line that names the file and what is wrong with it.
resnet::Surrogate readSurrogate(const std::string& file,
                                resnet::SweepScalar scalar = resnet::SweepScalar::Double);

/// Where a surrogate comes from. A text that is left empty is written as "unknown".
struct Provenance {
  Teuchos::ParameterList parameters; ///< Of resnet::trainSurrogate(), which fills in the defaults.
  std::int64_t trainingSamples = 0;  ///< Without those held out; resnet::TrainedSurrogate has it.
  std::string dataFile;              ///< Path of the training data.
  std::string dataChecksum;          ///< dataset::dataChecksum() of it.
};

/// Writes a model file of regression, which `terrace evaluate` and `terrace predict` read; by one process. An
/// existing file is replaced only by a complete new one. The seed in the file is Data/Seed of the parameters.
/// \throws std::runtime_error if it cannot be written; nothing is left then.
void writeSurrogate(const std::string& file, const resnet::Surrogate& surrogate,
                    const Provenance& provenance = {});

} // namespace terrace::model
