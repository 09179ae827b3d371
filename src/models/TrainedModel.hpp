#pragma once

#include <terrace/model/ModelDescription.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <string>

namespace terrace::program {

/// A model file in the memory of the ranks.
struct TrainedModel {
  model::ModelDescription description;
  ROL::Ptr<const resnet::ParameterSpace> space;
  ROL::Ptr<resnet::ParameterVector> parameters;
  /// The network that predicts (ModelDescription::predictionNetwork()); the same two, unless the network has
  /// Normalization::GhostBatch.
  ROL::Ptr<const resnet::ParameterSpace> predictionSpace;
  ROL::Ptr<resnet::ParameterVector> predictionParameters; ///< \copydoc predictionSpace

  /// What the network makes of \p samples samples, this rank's samples x outputs; collective.
  /// \param inputs  of this rank's samples, dealt as SampleSet says, in the units of the network.
  std::vector<double> outputs(const std::vector<double>& inputs, long samples) const;

  /// Reads a model file, or the one of a run directory; collective.
  /// \throws std::invalid_argument, the same on all ranks.
  static TrainedModel read(const std::string& modelOrRun, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);
};

} // namespace terrace::program
