#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <Teuchos_ParameterList.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace terrace::dataset {
class Hdf5File;
}

namespace terrace::program {

/// Everything in a model file but the parameters.
struct ModelDescription {
  Teuchos::ParameterList network; ///< the deck's list "Network", complete
  dataset::Task task = dataset::Task::Classification;
  int features = 0;
  int outputs = 0;
  std::vector<int> inputShape;
  resnet::DataScaling inputs;  ///< applied to inputs before the network
  resnet::DataScaling targets; ///< of regression: the network's outputs are inverted by it; else the identity
  /// \name Provenance
  /// @{
  std::string version;
  std::string deck; ///< XML
  std::string dataFile;
  std::string dataChecksum;
  std::int64_t seed = 0; ///< Data/Seed
  std::int64_t trainingSamples = 0;
  /// @}

  resnet::Network makeNetwork() const { return resnet::Network::fromParameters(network, features, outputs); }
};

/// \name Model files (DESIGN 6), by the calling process alone
/// @{

/// \param parameters  the global vector in the order of resnet::ParameterLayout.
/// \param shownAs     the file's name in messages, if it gets another later.
/// \throws std::runtime_error if it cannot be written; nothing is left then.
void writeModel(const std::string& file, const ModelDescription& model, const std::vector<double>& parameters,
                const std::string& shownAs = "");
/// The same into an open file, which may hold more.
void writeModel(dataset::Hdf5File& file, const ModelDescription& model,
                const std::vector<double>& parameters);

/// \throws std::invalid_argument with one line that names the file and the attribute.
ModelDescription readModelDescription(const std::string& file);

/// The parameters of a model file in the order of resnet::ParameterLayout.
/// \throws std::invalid_argument with one line that names the dataset that is missing, of another shape than
/// the
///         network's or not finite.
std::vector<double> readModelParameters(const std::string& file, const resnet::Network& network);
/// @}

} // namespace terrace::program
