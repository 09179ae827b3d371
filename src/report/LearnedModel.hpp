#pragma once

#include "models/TrainedModel.hpp"

#include <terrace/dataset/Dataset.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace terrace::program {

/// A run's model with samples to judge it.
class LearnedModel {
public:
  /// Reads the model of a run directory and the data set that it names.
  /// \param comm  of this process alone.
  /// \throws std::invalid_argument with one line if the model or the data set is missing, or the data set has
  ///         changed since the training.
  LearnedModel(const std::string& directory, const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

  const model::ModelDescription& description() const { return model_.description; }

  const resnet::ParameterLayout& layout() const { return model_.space->layout(); }
  /// In the order of the layout.
  std::vector<double> parameters() const { return model_.space->gatherToAll(*model_.parameters); }

  /// The test samples, or the training samples if there are none, and their name.
  const dataset::Split& samples() const { return samples_; }
  const std::string& samplesName() const { return samplesName_; }

  /// The outputs for the samples.
  const std::vector<double>& predictions() const { return predictions_; }

  /// Outputs of the network, samples x outputs, row-major.
  /// \param inputs  samples x features, row-major, as in a data set.
  std::vector<double> outputs(std::vector<double> inputs) const;

  /// What the user calls a class: its name, or its number.
  std::string className(std::size_t label) const;

  /// The class with the largest output of each row.
  std::vector<int> labels(const std::vector<double>& outputs) const;

private:
  TrainedModel model_;
  dataset::Split samples_;
  std::string samplesName_;
  std::vector<double> predictions_;
};

} // namespace terrace::program
