#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/model/SurrogateFile.hpp>
#include <terrace/parameters/XmlParameters.hpp>

namespace terrace::model {
namespace {

std::string orUnknown(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

std::vector<int> shapeOf(const resnet::Shape& input) {
  if (input.pixels() == 1) return {input.channels};
  return {input.channels, input.height, input.width};
}

int seedIn(const Teuchos::ParameterList& parameters) {
  const bool given = parameters.isSublist("Data") && parameters.sublist("Data").isType<int>("Seed");
  return given ? parameters.sublist("Data").get<int>("Seed") : 0;
}

} // namespace

resnet::Surrogate readSurrogate(const std::string& path, resnet::SweepScalar scalar) {
  const auto file = dataset::Hdf5File::open(path);
  const auto model = readModelDescription(file);
  const auto network = model.makeNetwork();
  return resnet::Surrogate(network, readLayers(file, network), model.inputs, model.targets, scalar,
                           model.distance, model.statistics);
}

void writeSurrogate(const std::string& path, const resnet::Surrogate& surrogate,
                    const Provenance& provenance) {
  const auto& parameters = provenance.parameters;
  ModelDescription model;
  model.network = surrogate.network().toParameters();
  model.task = dataset::Task::Regression;
  model.features = surrogate.features();
  model.outputs = surrogate.outputs();
  model.inputShape = shapeOf(surrogate.network().input);
  model.inputs = surrogate.inputScaling();
  model.targets = surrogate.outputScaling();
  model.distance = surrogate.dataDistance();
  model.statistics = surrogate.statistics();
  model.deck =
      parameters.numParams() == 0 ? "unknown" : writeXmlParameters(parameters, Documentation::AsComments);
  model.dataFile = orUnknown(provenance.dataFile);
  model.dataChecksum = orUnknown(provenance.dataChecksum);
  model.seed = seedIn(parameters);
  model.trainingSamples = provenance.trainingSamples;
  writeModel(path, model, surrogate.parameters());
}

} // namespace terrace::model
