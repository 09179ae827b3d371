#include "ModelFile.hpp"

#include "XmlParameters.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/PartialFile.hpp>
#include <terrace/resnet/ParameterLayout.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using resnet::ParameterArray;

std::string pathOf(const ParameterArray& array) {
  return "layers/" + array.layer + "/" + array.name;
}

std::vector<std::size_t> shapeOf(const ParameterArray& array) {
  std::vector<std::size_t> shape{static_cast<std::size_t>(array.rows)};
  if (array.columns > 0) shape.push_back(static_cast<std::size_t>(array.columns));
  return shape;
}

std::string shapeText(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const auto extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "a scalar" : text;
}

[[noreturn]] void reject(const std::string& file, const std::string& complaint) {
  throw std::invalid_argument(file + ": " + complaint);
}

template <class T>
T requiredAttribute(const Hdf5File& file, const std::string& name) {
  if (!file.hasAttribute("/", name))
    reject(file.path(), "is no model file (it has no attribute \"" + name + "\").");
  return file.attribute<T>("/", name);
}

int positiveAttribute(const Hdf5File& file, const std::string& name) {
  const auto value = requiredAttribute<std::int64_t>(file, name);
  if (value < 1 || value > 1000000000)
    reject(file.path(),
           "attribute \"" + name + "\" is " + std::to_string(value) + "; expected a positive number.");
  return static_cast<int>(value);
}

dataset::Task readTask(const Hdf5File& file) {
  const auto task = requiredAttribute<std::string>(file, "task");
  if (task != "classification" && task != "regression")
    reject(file.path(), "attribute \"task\" is \"" + task + "\"; expected classification or regression.");
  return task == "classification" ? dataset::Task::Classification : dataset::Task::Regression;
}

std::vector<double> readColumns(const Hdf5File& file, const std::string& name, int columns, bool isScale) {
  auto values = requiredAttribute<std::vector<double>>(file, name);
  if (values.size() != static_cast<std::size_t>(columns))
    reject(file.path(), "attribute \"" + name + "\" has " + std::to_string(values.size()) +
                            " entries; expected " + std::to_string(columns) + ".");
  for (const double value : values)
    if (!std::isfinite(value) || (isScale && value == 0))
      reject(file.path(),
             "attribute \"" + name + "\" has an entry that is not finite" + (isScale ? " or is 0." : "."));
  return values;
}

resnet::Normalization readNormalization(const Hdf5File& file, const std::string& side, int columns) {
  return {readColumns(file, side + "_shift", columns, false),
          readColumns(file, side + "_scale", columns, true)};
}

// A file with more layers than its network is a mix-up: reading a part of it would be a silent error.
void rejectSurplusLayers(const Hdf5File& file, const std::vector<ParameterArray>& arrays) {
  if (!file.isGroup("layers")) reject(file.path(), "group layers is missing.");
  for (const auto& layer : file.members("layers"))
    if (std::none_of(arrays.begin(), arrays.end(), [&](const auto& array) { return array.layer == layer; }))
      reject(file.path(), "layers/" + layer + " is no layer of the network that the file describes.");
}

std::vector<double> readArray(const Hdf5File& file, const ParameterArray& array) {
  const std::string name = pathOf(array);
  if (!file.isDataset(name)) reject(file.path(), name + " is missing.");
  const auto expected = shapeOf(array);
  if (file.shape(name) != expected)
    reject(file.path(),
           name + " is " + shapeText(file.shape(name)) + "; expected " + shapeText(expected) + ".");
  auto values = file.read<double>(name).values;
  const auto bad =
      std::find_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
  if (bad != values.end())
    reject(file.path(), name + " has an entry that is not finite (number " +
                            std::to_string(bad - values.begin()) + " in C order).");
  return values;
}

} // namespace

void writeLayers(Hdf5File& file, const resnet::Network& network, const std::vector<double>& values) {
  for (const auto& array : resnet::ParameterLayout(network).arrays()) {
    const auto first = values.begin() + array.offset;
    file.write(pathOf(array), shapeOf(array), std::vector<double>(first, first + array.size()));
  }
}

void writeModel(const std::string& path, const ModelDescription& model,
                const std::vector<double>& parameters) {
  dataset::PartialFile partial(path);
  Hdf5File file = Hdf5File::create(partial.path());
  file.writeAttribute("/", "network", writeXmlParameters(model.network, Documentation::Omit));
  const bool classification = model.task == dataset::Task::Classification;
  file.writeAttribute("/", "task", std::string(classification ? "classification" : "regression"));
  file.writeAttribute("/", "features", model.features);
  file.writeAttribute("/", "outputs", model.outputs);
  file.writeAttribute("/", "classes", classification ? model.outputs : 0);
  file.writeAttribute("/", "input_shape",
                      std::vector<std::int64_t>(model.inputShape.begin(), model.inputShape.end()));
  file.writeAttribute("/", "input_shift", model.inputs.shift);
  file.writeAttribute("/", "input_scale", model.inputs.scale);
  file.writeAttribute("/", "output_shift", model.targets.shift);
  file.writeAttribute("/", "output_scale", model.targets.scale);
  file.writeAttribute("/", "version", model.version);
  file.writeAttribute("/", "deck", model.deck);
  file.writeAttribute("/", "data_file", model.dataFile);
  file.writeAttribute("/", "data_checksum", model.dataChecksum);
  file.writeAttribute("/", "seed", model.seed);
  file.writeAttribute("/", "training_samples", model.trainingSamples);
  writeLayers(file, model.makeNetwork(), parameters);
  file.close();
  partial.commit();
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
  model.inputs = readNormalization(file, "input", model.features);
  model.targets = file.hasAttribute("/", "output_scale") ? readNormalization(file, "output", model.outputs)
                                                         : resnet::Normalization::identity(model.outputs);
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
  const resnet::ParameterLayout layout(network);
  const auto arrays = layout.arrays();
  rejectSurplusLayers(file, arrays);
  std::vector<double> values(static_cast<std::size_t>(layout.size()));
  for (const auto& array : arrays) {
    const auto part = readArray(file, array);
    std::copy(part.begin(), part.end(), values.begin() + array.offset);
  }
  return values;
}

} // namespace terrace::program
