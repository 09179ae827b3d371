#pragma once

#include <terrace/dataset/DatasetFile.hpp>
#include <terrace/model/ModelDescription.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleDerivatives.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_Comm.hpp>
#include <Teuchos_ParameterList.hpp>
#include <Teuchos_RCP.hpp>

#include <optional>
#include <string>
#include <vector>

namespace terrace::program {

/// How the samples of all data sets are dealt to the ranks: as resnet::SampleSet takes them.
constexpr dataset::SampleDealing sampleDealing{resnet::samplesOfGroup};

/// A data set in the memory of the ranks, scaled.
struct DataSet {
  dataset::DatasetDescription description;
  resnet::DataScaling inputs;
  resnet::DataScaling targets; ///< of regression; else the identity of the outputs
  resnet::SampleSet train;
  std::optional<resnet::SampleSet> validation; ///< training samples that are held out
  std::optional<resnet::SampleSet> test;       ///< none if the file has no test samples
  resnet::DataDistance distance;               ///< of inputs from the training samples not held out
  std::vector<double> testDistances; ///< of this rank's test samples; empty if the distance is unknown

  /// "accuracy" (classification) or "error" (relative, in the L2 norm; regression).
  std::string metricName() const;
};

/// Reads the training samples that the deck's list "Data" selects, and all test samples; collective. The
/// scaling is made from the training samples that are not held out. Derivatives of training samples are those
/// of the loss; test samples have all that the file has.
/// \param scalar  precision of the sweeps over the samples.
/// \param derivatives  what the training does with them.
/// \param start   model that the training starts from: its maps are those that are "Automatic"; null: none.
/// \throws std::invalid_argument, the same on all ranks.
DataSet readTrainingData(const Teuchos::ParameterList& data,
                         const Teuchos::RCP<const Teuchos::Comm<int>>& comm, resnet::SweepScalar scalar,
                         const resnet::DerivativeOptions& derivatives,
                         const model::ModelDescription* start = nullptr);

/// Reads all training and test samples for a model, with its scaling; collective.
/// \throws std::invalid_argument, the same on all ranks, also if the data have other features or outputs than
/// the
///         model.
DataSet readDataSet(const std::string& file, const model::ModelDescription& model,
                    const Teuchos::RCP<const Teuchos::Comm<int>>& comm);

} // namespace terrace::program
