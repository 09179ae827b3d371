#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/model/ModelFile.hpp>
#include <terrace/parameters/XmlParameters.hpp>

#include <cmath>
#include <stdexcept>

namespace terrace::model {
namespace {

using dataset::Hdf5File;
using resnet::DataScaling;

[[noreturn]] void reject(const Hdf5File& file, const std::string& complaint) {
  throw std::invalid_argument(file.path() + ": " + complaint);
}

// An attribute that every model file has.
template <class T>
T requiredAttribute(const Hdf5File& file, const std::string& name) {
  if (!file.hasAttribute("/", name))
    reject(file, "is not a model file (it has no attribute \"" + name + "\").");
  return file.attribute<T>("/", name);
}

// The same, an integer of 1 or more.
int positiveAttribute(const Hdf5File& file, const std::string& name) {
  const auto value = requiredAttribute<std::int64_t>(file, name);
  if (value < 1 || value > 1000000000)
    reject(file, "attribute \"" + name + "\" is " + std::to_string(value) + "; expected a positive number.");
  return static_cast<int>(value);
}

std::int64_t readFormat(const Hdf5File& file) {
  const auto format = file.hasAttribute("/", "format") ? file.attribute<std::int64_t>("/", "format") : 1;
  if (format < 1 || format > modelFormat)
    reject(file, "is a model file of format " + std::to_string(format) +
                     "; the highest format that this version reads is " + std::to_string(modelFormat) + ".");
  return format;
}

dataset::Task readTask(const Hdf5File& file) {
  const auto task = requiredAttribute<std::string>(file, "task");
  if (task != "classification" && task != "regression")
    reject(file, "attribute \"task\" is \"" + task + "\"; expected classification or regression.");
  return task == "classification" ? dataset::Task::Classification : dataset::Task::Regression;
}

std::vector<int> readInputShape(const Hdf5File& file, int features) {
  std::vector<int> shape;
  std::int64_t left = features;
  for (const auto extent : requiredAttribute<std::vector<std::int64_t>>(file, "input_shape")) {
    if (extent < 1 || left % extent != 0) left = 0;
    if (left == 0) break;
    left /= extent;
    shape.push_back(static_cast<int>(extent));
  }
  if (left != 1)
    reject(file, "attribute \"input_shape\" is not the shape of " + std::to_string(features) + " features.");
  return shape;
}

void writeScaling(Hdf5File& file, const std::string& side, const DataScaling& scaling) {
  file.write("scaling/" + side + "_shift", {scaling.shift.size()}, scaling.shift);
  file.write("scaling/" + side + "_scale", {scaling.scale.size()}, scaling.scale);
  if (scaling.logarithm) file.writeAttribute("/", side + "_logarithm", 1);
}

// A number for each column.
std::vector<double> readColumns(const Hdf5File& file, std::int64_t format, const std::string& name,
                                int columns, bool isScale) {
  const std::string shown = format == 1 ? "attribute \"" + name + '"' : "scaling/" + name;
  const auto values = format == 1 ? requiredAttribute<std::vector<double>>(file, name)
                                  : file.read<double>("scaling/" + name).values;
  if (values.size() != static_cast<std::size_t>(columns))
    reject(file, shown + " has " + std::to_string(values.size()) + " entries; expected " +
                     std::to_string(columns) + ".");
  for (const double value : values)
    if (!std::isfinite(value) || (isScale && value == 0))
      reject(file, shown + " has an entry that is not finite" + (isScale ? " or is 0." : "."));
  return values;
}

DataScaling readScaling(const Hdf5File& file, std::int64_t format, const std::string& side, int columns) {
  if (format == 1 && side == "output" && !file.hasAttribute("/", "output_scale"))
    return DataScaling::identity(columns);
  const std::string logarithm = side + "_logarithm";
  return {readColumns(file, format, side + "_shift", columns, false),
          readColumns(file, format, side + "_scale", columns, true),
          file.hasAttribute("/", logarithm) && file.attribute<std::int64_t>("/", logarithm) != 0};
}

void writeDistance(Hdf5File& file, const resnet::DataDistance& distance) {
  if (!distance.isKnown()) return;
  const std::size_t columns = distance.center.size();
  const auto shape =
      distance.isDiagonal() ? std::vector<std::size_t>{columns} : std::vector<std::size_t>{columns, columns};
  file.write("distance/center", {columns}, distance.center);
  file.write("distance/factor", shape, distance.factor);
  file.writeAttribute("/", "distance_usual", distance.usual);
  file.writeAttribute("/", "distance_largest", distance.largest);
}

resnet::DataDistance readDistance(const Hdf5File& file, int features) {
  if (!file.isDataset("distance/center")) return {};
  resnet::DataDistance distance;
  distance.center = file.read<double>("distance/center").values;
  distance.factor = file.read<double>("distance/factor").values;
  const auto columns = static_cast<std::size_t>(features);
  const std::size_t entries = distance.factor.size();
  if (distance.center.size() != columns || (entries != columns && entries != columns * columns))
    reject(file, "distance has " + std::to_string(distance.center.size()) + " columns and " +
                     std::to_string(entries) + " factors; expected those of " + std::to_string(features) +
                     " features.");
  distance.usual = requiredAttribute<double>(file, "distance_usual");
  distance.largest = requiredAttribute<double>(file, "distance_largest");
  return distance;
}

// One name a column or class, or none.
std::vector<std::string> readNames(const Hdf5File& file, const std::string& name, int expected) {
  auto names = file.names(name);
  if (!names.empty() && names.size() != static_cast<std::size_t>(expected))
    reject(file, name + " has " + std::to_string(names.size()) + " names; expected " +
                     std::to_string(expected) + ".");
  return names;
}

// Reads the attribute "network" and checks it with inputs and outputs, which the model has already.
void readNetwork(const Hdf5File& file, ModelDescription& model) {
  const auto text = requiredAttribute<std::string>(file, "network");
  try {
    model.network = readXmlParameters(text);
    model.makeNetwork();
  } catch (const std::invalid_argument& error) {
    reject(file, std::string("attribute \"network\": ") + error.what());
  }
}

} // namespace

void writeModel(const std::string& path, const ModelDescription& model, const std::vector<double>& parameters,
                const std::string& shownAs) {
  dataset::PartialFile partial(path, shownAs);
  Hdf5File file = Hdf5File::create(partial.path(), shownAs.empty() ? path : shownAs);
  writeModel(file, model, parameters);
  file.close();
  partial.commit();
}

void writeModel(Hdf5File& file, const ModelDescription& model, const std::vector<double>& parameters) {
  const bool classification = model.task == dataset::Task::Classification;
  file.writeAttribute("/", "format", modelFormat);
  file.writeAttribute("/", "network", writeXmlParameters(model.network, Documentation::Omit));
  file.writeAttribute("/", "task", std::string(classification ? "classification" : "regression"));
  file.writeAttribute("/", "features", model.features);
  file.writeAttribute("/", "outputs", model.outputs);
  file.writeAttribute("/", "classes", classification ? model.outputs : 0);
  file.writeAttribute("/", "input_shape",
                      std::vector<std::int64_t>(model.inputShape.begin(), model.inputShape.end()));
  if (!model.inputNames.empty()) file.writeNames("input_names", model.inputNames);
  if (!model.outputNames.empty())
    file.writeNames(classification ? "class_names" : "target_names", model.outputNames);
  writeScaling(file, "input", model.inputs);
  writeScaling(file, "output", model.targets);
  writeDistance(file, model.distance);
  file.writeAttribute("/", "version", std::string(TERRACE_VERSION));
  file.writeAttribute("/", "deck", model.deck);
  file.writeAttribute("/", "data_file", model.dataFile);
  file.writeAttribute("/", "data_checksum", model.dataChecksum);
  file.writeAttribute("/", "seed", model.seed);
  file.writeAttribute("/", "training_samples", model.trainingSamples);
  if (model.derivativeWeight > 0) file.writeAttribute("/", "derivative_weight", model.derivativeWeight);
  writeLayers(file, model.makeNetwork(), parameters);
  writeStatistics(file, model.makeNetwork(), model.statistics);
}

ModelDescription readModelDescription(const std::string& path) {
  return readModelDescription(Hdf5File::open(path));
}

ModelDescription readModelDescription(const Hdf5File& file) {
  requiredAttribute<std::string>(file, "network"); // first: it tells model files from others
  const auto format = readFormat(file);
  ModelDescription model;
  model.task = readTask(file);
  model.features = positiveAttribute(file, "features");
  model.outputs = positiveAttribute(file, "outputs");
  model.inputShape = readInputShape(file, model.features);
  readNetwork(file, model);
  model.inputNames = readNames(file, "input_names", model.features);
  const bool classification = model.task == dataset::Task::Classification;
  model.outputNames = readNames(file, classification ? "class_names" : "target_names", model.outputs);
  model.inputs = readScaling(file, format, "input", model.features);
  model.targets = readScaling(file, format, "output", model.outputs);
  model.distance = readDistance(file, model.features);
  model.statistics = readStatistics(file, model.makeNetwork());
  model.version = requiredAttribute<std::string>(file, "version");
  model.deck = requiredAttribute<std::string>(file, "deck");
  model.dataFile = requiredAttribute<std::string>(file, "data_file");
  model.dataChecksum = requiredAttribute<std::string>(file, "data_checksum");
  model.seed = requiredAttribute<std::int64_t>(file, "seed");
  model.trainingSamples = requiredAttribute<std::int64_t>(file, "training_samples");
  if (file.hasAttribute("/", "derivative_weight"))
    model.derivativeWeight = file.attribute<double>("/", "derivative_weight");
  return model;
}

resnet::PredictionNetwork ModelDescription::predictionNetwork(const std::vector<double>& parameters) const {
  const auto made = makeNetwork();
  if (made.samplesTogether() > 1 && !statistics.isKnown())
    throw std::invalid_argument(
        "The model has \"Normalization\" = \"Ghost Batch\" and no means and variances for prediction "
        "(statistics/...); expected the model file of a run that has ended, and not a checkpoint.");
  return resnet::predictionNetwork(made, parameters, statistics);
}

std::vector<double> readModelParameters(const std::string& path, const resnet::Network& network) {
  return readLayers(Hdf5File::open(path), network);
}

} // namespace terrace::model
