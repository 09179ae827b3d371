#include "models/TrainedModel.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <filesystem>

namespace terrace::program {

TrainedModel TrainedModel::read(const std::string& modelOrRun,
                                const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  TrainedModel model;
  std::vector<double> values; // of rank 0
  resnet::PredictionNetwork predicting;
  dataset::runOnAllRanks(*comm, [&] {
    const std::filesystem::path path(modelOrRun);
    const std::string file = (std::filesystem::is_directory(path) ? path / "model.h5" : path).string();
    model.description = model::readModelDescription(file);
    const auto network = model.description.makeNetwork();
    const bool normalizes = network.samplesTogether() > 1;
    if (dataset::isRoot(*comm) || normalizes) values = model::readModelParameters(file, network);
    if (normalizes) predicting = model.description.predictionNetwork(values);
  });
  const auto space = ROL::makePtr<resnet::ParameterSpace>(model.description.makeNetwork(), comm);
  model.space = space;
  model.parameters = space->createVector();
  space->scatterFromRoot(values, *model.parameters);
  model.predictionSpace = model.space;
  model.predictionParameters = model.parameters;
  if (predicting.parameters.empty()) return model;
  model.predictionSpace = ROL::makePtr<resnet::ParameterSpace>(predicting.network, comm);
  model.predictionParameters = model.predictionSpace->createVector();
  model.predictionSpace->assign(predicting.parameters, *model.predictionParameters);
  return model;
}

// An objective needs labels or targets; its outputs do not depend on these.
std::vector<double> TrainedModel::outputs(const std::vector<double>& inputs, long samples) const {
  const auto& comm = predictionSpace->comm();
  const int features = description.features, columns = description.outputs;
  const std::size_t local = inputs.size() / static_cast<std::size_t>(features);
  const auto set = description.task == dataset::Task::Classification
                       ? resnet::SampleSet::classification(comm, samples, features, inputs, columns,
                                                           std::vector<int>(local, 0))
                       : resnet::SampleSet::regression(
                             comm, samples, features, inputs, columns,
                             std::vector<double>(local * static_cast<std::size_t>(columns), 0.0));
  resnet::ResNetObjective objective(predictionSpace, set, ROL::makePtr<WorkCounter>());
  return objective.outputs(*predictionParameters, set);
}

} // namespace terrace::program
