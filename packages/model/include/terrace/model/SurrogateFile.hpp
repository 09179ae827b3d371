#pragma once

#include <terrace/resnet/Surrogate.hpp>

#include <string>

namespace terrace::model {

/// Reads a model file as `terrace train` writes it. By the calling process alone: in a parallel program every
/// rank may call it.
/// \param scalar  precision of the surrogate's states.
/// \throws std::invalid_argument with one line that names the file and what is wrong with it.
resnet::Surrogate readSurrogate(const std::string& file,
                                resnet::SweepScalar scalar = resnet::SweepScalar::Double);

/// Writes a model file of regression; an existing one is replaced only by a complete new one. By one process.
/// \throws std::runtime_error if it cannot be written; nothing is left then.
void writeSurrogate(const std::string& file, const resnet::Surrogate& surrogate);

} // namespace terrace::model
