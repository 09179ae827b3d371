#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/NormalizationStatistics.hpp>
#include <terrace/resnet/samples/DataDistance.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <Teuchos_ParameterList.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace terrace::model {

/// Everything in a model file but the parameters of the network.
struct ModelDescription {
  Teuchos::ParameterList network;                     ///< the deck's list "Network", complete
  dataset::Task task = dataset::Task::Classification; ///< of its training data
  int features = 0;                                   ///< product of inputShape
  int outputs = 0;                                    ///< of the network: columns of the targets, or classes
  std::vector<int> inputShape;                        ///< of a sample, as in its data set
  std::vector<std::string> inputNames;                ///< one a feature; empty: unknown
  std::vector<std::string> outputNames;               ///< of targets, or of classes; empty: unknown
  resnet::DataScaling inputs;                         ///< applied to inputs before the network
  resnet::DataScaling
      targets; ///< of regression: its inverse is applied to the network's outputs; else the identity

  resnet::DataDistance distance; ///< of inputs from the training data; may be unknown
  /// of the training samples, for Normalization::GhostBatch; unknown in checkpoints
  resnet::NormalizationStatistics statistics;

  /// \name Provenance
  /// @{
  std::string version;              ///< of the Terrace that wrote the file; the writer fills it in
  std::string deck;                 ///< XML
  std::string dataFile;             ///< path of the training data, as in the deck
  std::string dataChecksum;         ///< dataset::dataChecksum() of it
  std::int64_t seed = 0;            ///< Data/Seed
  std::int64_t trainingSamples = 0; ///< without those held out
  /// SampleSet::derivativeWeight() of its training samples; 0: it was trained without derivatives.
  double derivativeWeight = 0;
  /// @}

  /// \throws terrace::ParameterError if the list does not describe a network of these inputs and outputs.
  resnet::Network makeNetwork() const {
    return resnet::Network::fromParameters(network, resnet::Shape::ofInput(inputShape), outputs);
  }

  /// The network that predicts: resnet::predictionNetwork(). \param parameters  of makeNetwork().
  /// \throws std::invalid_argument also if it needs statistics and there are none.
  resnet::PredictionNetwork predictionNetwork(const std::vector<double>& parameters) const;
};

} // namespace terrace::model
