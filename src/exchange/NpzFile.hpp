#pragma once

#include "exchange/OnnxFile.hpp"
#include "exchange/PortableModel.hpp"

#include <string>

namespace terrace::program {

/// \name Networks as NumPy archives, by one process
///
/// The arrays have the names that they have in a model file (`layers/block_0000/W`, `scaling/input_shift`);
/// `output_logarithm` is 1 where outputs are logarithms; `description` is a text, a JSON object with what
/// ModelTexts.hpp says.
/// @{

/// \param path  is written to directly. \param shownAs  its name in messages.
/// \throws std::runtime_error if it cannot be written.
void writeNpz(const std::string& path, const PortableModel& model, Precision precision,
              const std::string& shownAs);

/// Reads an archive with at least `layers/...` and, in its description, `network`. Without scaling the maps
/// are identities; without `input_shape` the inputs are those that the first layer takes.
/// \throws std::invalid_argument with one line that names the file, the array and what was expected.
PortableModel readNpz(const std::string& path);
/// @}

} // namespace terrace::program
