#include "models/ModelFile.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using model::positiveAttribute;
using model::readScaling;
using model::requiredAttribute;

[[noreturn]] void reject(const std::string& file, const std::string& complaint) {
  throw std::invalid_argument(file + ": " + complaint);
}

dataset::Task readTask(const Hdf5File& file) {
  const auto task = requiredAttribute<std::string>(file, "task");
  if (task != "classification" && task != "regression")
    reject(file.path(), "attribute \"task\" is \"" + task + "\"; expected classification or regression.");
  return task == "classification" ? dataset::Task::Classification : dataset::Task::Regression;
}

} // namespace

void writeModel(const std::string& path, const ModelDescription& model, const std::vector<double>& parameters,
                const std::string& shownAs) {
  dataset::PartialFile partial(path);
  Hdf5File file = Hdf5File::create(partial.path(), shownAs.empty() ? path : shownAs);
  writeModel(file, model, parameters);
  file.close();
  partial.commit();
}

void writeModel(Hdf5File& file, const ModelDescription& model, const std::vector<double>& parameters) {
  file.writeAttribute("/", "network", writeXmlParameters(model.network, Documentation::Omit));
  const bool classification = model.task == dataset::Task::Classification;
  file.writeAttribute("/", "task", std::string(classification ? "classification" : "regression"));
  file.writeAttribute("/", "features", model.features);
  file.writeAttribute("/", "outputs", model.outputs);
  file.writeAttribute("/", "classes", classification ? model.outputs : 0);
  file.writeAttribute("/", "input_shape",
                      std::vector<std::int64_t>(model.inputShape.begin(), model.inputShape.end()));
  model::writeScaling(file, "input", model.inputs);
  model::writeScaling(file, "output", model.targets);
  file.writeAttribute("/", "version", model.version);
  file.writeAttribute("/", "deck", model.deck);
  file.writeAttribute("/", "data_file", model.dataFile);
  file.writeAttribute("/", "data_checksum", model.dataChecksum);
  file.writeAttribute("/", "seed", model.seed);
  file.writeAttribute("/", "training_samples", model.trainingSamples);
  model::writeLayers(file, model.makeNetwork(), parameters);
}

ModelDescription readModelDescription(const std::string& path) {
  const Hdf5File file = Hdf5File::open(path);
  ModelDescription model;
  const auto network = requiredAttribute<std::string>(file, "network");
  try {
    model.network = readXmlParameters(network);
  } catch (const std::invalid_argument& error) {
    reject(path, std::string("attribute \"network\": ") + error.what());
  }
  model.task = readTask(file);
  model.features = positiveAttribute(file, "features");
  model.outputs = positiveAttribute(file, "outputs");
  for (const auto extent : requiredAttribute<std::vector<std::int64_t>>(file, "input_shape"))
    model.inputShape.push_back(static_cast<int>(extent));
  model.inputs = readScaling(file, "input", model.features);
  model.targets = readScaling(file, "output", model.outputs);
  model.version = requiredAttribute<std::string>(file, "version");
  model.deck = requiredAttribute<std::string>(file, "deck");
  model.dataFile = requiredAttribute<std::string>(file, "data_file");
  model.dataChecksum = requiredAttribute<std::string>(file, "data_checksum");
  model.seed = requiredAttribute<std::int64_t>(file, "seed");
  model.trainingSamples = requiredAttribute<std::int64_t>(file, "training_samples");
  try {
    model.makeNetwork();
  } catch (const std::invalid_argument& error) {
    reject(path, std::string("attribute \"network\": ") + error.what());
  }
  return model;
}

std::vector<double> readModelParameters(const std::string& path, const resnet::Network& network) {
  const Hdf5File file = Hdf5File::open(path);
  return model::readLayers(file, network);
}

} // namespace terrace::program
