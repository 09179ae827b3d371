#pragma once

#include <terrace/model/ModelDescription.hpp>

#include <string>
#include <vector>

namespace terrace::program {

/// A network in the memory of one process, as files of any format hold it.
struct PortableModel {
  model::ModelDescription description;
  std::vector<double> parameters; ///< in the order of resnet::ParameterLayout

  /// The network's outputs are turned into probabilities by softmax.
  bool givesProbabilities() const;
};

/// Reads a network from a model file, a run directory, or a file that another program wrote: ONNX or NPZ. The
/// first bytes tell which. For one process.
/// \throws std::invalid_argument with one line that names the file and what is wrong with it.
PortableModel readPortableModel(const std::string& path);

} // namespace terrace::program
