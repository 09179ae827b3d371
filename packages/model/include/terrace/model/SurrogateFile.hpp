#pragma once

#include <terrace/resnet/surrogate/Surrogate.hpp>

#include <Teuchos_ParameterList.hpp>

#include <cstdint>
#include <string>

namespace terrace::model {

/// Reads a model file as `terrace train` writes it. By the calling process alone: in a parallel program every
/// rank may call it.
/// \param scalar  precision of the surrogate's states.
/// \throws std::invalid_argument with one line that names the file and what is wrong with it.
resnet::Surrogate readSurrogate(const std::string& file,
                                resnet::SweepScalar scalar = resnet::SweepScalar::Double);

/// What is known of how a surrogate came about; what is left as it is stands in the file as unknown.
struct Provenance {
  Teuchos::ParameterList parameters; ///< Of resnet::trainSurrogate(), which fills in the defaults.
  std::int64_t trainingSamples = 0;  ///< Without those held out; resnet::TrainedSurrogate has it.
  std::string dataFile;
  std::string dataChecksum;
};

/// Writes a model file of regression; an existing one is replaced only by a complete new one. By one process.
/// The version in the file is that of this package, the seed is Data/Seed of the parameters.
/// \throws std::runtime_error if it cannot be written; nothing is left then.
void writeSurrogate(const std::string& file, const resnet::Surrogate& surrogate,
                    const Provenance& provenance = {});

} // namespace terrace::model
