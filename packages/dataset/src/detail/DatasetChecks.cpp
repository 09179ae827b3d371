#include "DatasetChecks.hpp"

#include "Hdf5Support.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace::dataset::detail {
namespace {

constexpr std::int64_t mostClasses = 1000000;

[[noreturn]] void reject(const std::string& path, const std::string& object, const std::string& complaint) {
  throw std::invalid_argument(path + ": " + object + ": " + complaint + ".");
}

Task readTask(const Hdf5File& file) {
  const auto task = file.attribute<std::string>("/", "task");
  if (task == "classification") return Task::Classification;
  if (task == "regression") return Task::Regression;
  reject(file.path(), "attribute \"task\"",
         '"' + task + R"(" is not known; expected "classification" or "regression")");
}

void readInputShape(const Hdf5File& file, DatasetDescription& description) {
  const auto shape = file.attribute<std::vector<std::int64_t>>("/", "input_shape");
  const std::string name = "attribute \"input_shape\"";
  if (shape.empty()) reject(file.path(), name, "is empty");
  std::int64_t product = 1;
  for (const std::int64_t extent : shape) {
    if (extent < 1)
      reject(file.path(), name, "has the extent " + std::to_string(extent) + "; expected 1 or more");
    if (extent > std::numeric_limits<int>::max() / product) reject(file.path(), name, "is too large");
    product *= extent;
    description.inputShape.push_back(static_cast<int>(extent));
  }
  description.features = static_cast<int>(product);
}

int readClasses(const Hdf5File& file) {
  const auto classes = file.attribute<std::int64_t>("/", "classes");
  if (classes < 2 || classes > mostClasses)
    reject(file.path(), "attribute \"classes\"",
           "is " + std::to_string(classes) + "; expected 2.." + std::to_string(mostClasses));
  return static_cast<int>(classes);
}

void requireRows(const Hdf5File& file, const std::string& name, std::size_t rows, std::size_t samples) {
  if (rows != samples)
    reject(file.path(), name, "has " + std::to_string(rows) + " rows; inputs has " + std::to_string(samples));
}

std::size_t describeInputs(const Hdf5File& file, const std::string& split, int features) {
  const std::string name = split + "/inputs";
  const auto shape = matrixShape(file, name);
  if (shape[0] == 0) reject(file.path(), name, "has no samples");
  if (shape[0] > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    reject(file.path(), name, "has more than 2147483647 samples");
  if (shape[1] != static_cast<std::size_t>(features))
    reject(file.path(), name,
           "has " + std::to_string(shape[1]) + " columns; the product of input_shape is " +
               std::to_string(features));
  return shape[0];
}

void describeLabels(const Hdf5File& file, const std::string& split, std::size_t samples) {
  const std::string name = split + "/labels";
  const auto shape = file.shape(name);
  if (file.type(name) != Hdf5Type::Integer)
    reject(file.path(), name, "holds " + file.typeText(name) + "; expected integers");
  if (shape.size() != 1)
    reject(file.path(), name, "has the shape " + shapeText(shape) + "; expected one label a sample");
  requireRows(file, name, shape[0], samples);
}

int describeTargets(const Hdf5File& file, const std::string& split, std::size_t samples) {
  const std::string name = split + "/targets";
  const auto shape = matrixShape(file, name);
  requireRows(file, name, shape[0], samples);
  if (shape[1] == 0 || shape[1] > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    reject(file.path(), name, "has " + std::to_string(shape[1]) + " columns; expected 1 or more");
  return static_cast<int>(shape[1]);
}

// One name a column, or none.
std::vector<std::string> readNames(const Hdf5File& file, const std::string& name, int columns) {
  if (!file.hasNames(name)) return {};
  auto names = file.names(name);
  if (names.size() != static_cast<std::size_t>(columns))
    reject(file.path(), "attribute \"" + name + '"',
           "has " + std::to_string(names.size()) + " names for " + std::to_string(columns) +
               (name == "class_names" ? " classes" : " columns"));
  return names;
}

// samples x something x columns; \param what  of the columns, and of the middle where its extent is known.
int describeArray(const Hdf5File& file, const std::string& name, std::size_t samples, int middle, int columns,
                  const std::string& what) {
  arrayShape(file, name);
  const auto shape = file.shape(name);
  const bool fits = shape[0] == samples && shape[1] > 0 && shape[1] <= 1000000 &&
                    (middle == 0 || shape[1] == static_cast<std::size_t>(middle)) &&
                    shape[2] == static_cast<std::size_t>(columns);
  if (!fits)
    reject(file.path(), name,
           "has the shape " + shapeText(shape) + "; expected " + std::to_string(samples) + " x " +
               (middle == 0 ? "directions" : std::to_string(middle)) + " x " + std::to_string(columns) +
               " (" + what + ")");
  return static_cast<int>(shape[1]);
}

DerivativeShape describeDerivatives(const Hdf5File& file, const std::string& split, std::size_t samples,
                                    const DatasetDescription& description) {
  const std::string jacobians = split + "/jacobians", directions = split + "/directions",
                    derivatives = split + "/derivatives";
  DerivativeShape found;
  found.jacobians = file.exists(jacobians);
  const bool hasDirections = file.exists(directions);
  if (found.jacobians && hasDirections)
    reject(file.path(), split, "has jacobians and directions; expected one of them");
  if (hasDirections != file.exists(derivatives))
    reject(file.path(), hasDirections ? directions : derivatives,
           std::string("has no ") + (hasDirections ? "derivatives" : "directions") + " beside it");
  if (!found.jacobians && !hasDirections) return found;
  if (description.task == Task::Classification)
    reject(file.path(), found.jacobians ? jacobians : directions,
           "derivatives are for regression and the task is classification");
  if (found.jacobians)
    describeArray(file, jacobians, samples, description.outputs, description.features,
                  "samples x outputs x features");
  if (hasDirections) {
    found.directions =
        describeArray(file, directions, samples, 0, description.features, "samples x directions x features");
    describeArray(file, derivatives, samples, found.directions, description.outputs,
                  "samples x directions x outputs");
  }
  return found;
}

std::size_t describeSplit(const Hdf5File& file, const std::string& split, DatasetDescription& description) {
  file.requireGroup(split);
  const std::size_t samples = describeInputs(file, split, description.features);
  if (description.task == Task::Classification) {
    describeLabels(file, split, samples);
    description.outputs = description.classes;
    return samples;
  }
  const int outputs = describeTargets(file, split, samples);
  if (description.outputs != 0 && outputs != description.outputs)
    reject(file.path(), split + "/targets",
           "has " + std::to_string(outputs) + " columns; train/targets has " +
               std::to_string(description.outputs));
  description.outputs = outputs;
  return samples;
}

} // namespace

Offence findNonFinite(const std::vector<double>& values, std::int64_t begin) {
  Offence offence;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    if (offence.count++ == 0) offence.first = begin + static_cast<std::int64_t>(i);
  }
  return offence;
}

Offence findOutside(const std::vector<std::int64_t>& labels, int classes) {
  Offence offence;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] < classes) continue;
    if (offence.count++ == 0) offence.first = static_cast<std::int64_t>(i);
  }
  return offence;
}

std::string nonFiniteText(const Offence& offence, std::size_t rows, std::size_t columns) {
  const auto width = static_cast<std::int64_t>(columns);
  return std::to_string(offence.count) + " of " + std::to_string(rows * columns) +
         (offence.count == 1 ? " values is" : " values are") + " NaN or infinite (first: row " +
         std::to_string(offence.first / width) + ", column " + std::to_string(offence.first % width) + ")";
}

std::string outsideText(const Offence& offence, const std::vector<std::int64_t>& labels, int classes) {
  return std::to_string(offence.count) + " of " + std::to_string(labels.size()) +
         (offence.count == 1 ? " labels is" : " labels are") + " outside 0.." + std::to_string(classes - 1) +
         " (first: row " + std::to_string(offence.first) + ", value " +
         std::to_string(labels[static_cast<std::size_t>(offence.first)]) + ")";
}

namespace {

std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

// The datasets of a file with their shapes, the first few of them.
std::vector<std::string> contentsOf(const Hdf5File& file) {
  constexpr std::size_t most = 12;
  std::vector<std::string> contents;
  for (const auto& name : file.datasets(most)) contents.push_back(name + " " + shapeText(file.shape(name)));
  return contents;
}

// All that a file lacks is said at once.
void requireLayout(const Hdf5File& file) {
  std::vector<std::string> missing;
  for (const char* name : {"task", "input_shape"})
    if (!file.hasAttribute("/", name)) missing.push_back(std::string("attribute \"") + name + '"');
  const std::string task = file.hasAttribute("/", "task") ? file.attribute<std::string>("/", "task") : "";
  if (task == "classification" && !file.hasAttribute("/", "classes"))
    missing.emplace_back("attribute \"classes\"");
  if (!file.exists("train/inputs")) missing.emplace_back("dataset train/inputs");
  const std::string answers = task == "classification" ? "train/labels"
                              : task == "regression"   ? "train/targets"
                                                       : "";
  if (answers.empty() ? !file.exists("train/labels") && !file.exists("train/targets") : !file.exists(answers))
    missing.push_back("dataset " + (answers.empty() ? "train/labels or train/targets" : answers));
  if (missing.empty()) return;
  const auto contents = contentsOf(file);
  throw std::invalid_argument(
      file.path() + ": does not have the layout of a data set; missing: " + listed(missing) + ". It has " +
      (contents.empty() ? "no datasets" : listed(contents)) + ". The layout: terrace data info --help.");
}

} // namespace

DatasetDescription describe(const Hdf5File& file) {
  requireLayout(file);
  DatasetDescription description;
  description.task = readTask(file);
  readInputShape(file, description);
  if (description.task == Task::Classification) description.classes = readClasses(file);
  if (file.hasAttribute("/", "description"))
    description.description = file.attribute<std::string>("/", "description");
  description.trainSamples = describeSplit(file, "train", description);
  if (file.exists("test")) description.testSamples = describeSplit(file, "test", description);
  description.trainDerivatives = describeDerivatives(file, "train", description.trainSamples, description);
  if (description.testSamples > 0)
    description.testDerivatives = describeDerivatives(file, "test", description.testSamples, description);
  description.inputNames = readNames(file, "input_names", description.features);
  if (description.task == Task::Regression)
    description.targetNames = readNames(file, "target_names", description.outputs);
  if (description.task == Task::Classification)
    description.classNames = readNames(file, "class_names", description.classes);
  return description;
}

std::size_t samplesOf(const std::string& path, const DatasetDescription& description,
                      const std::string& split) {
  if (split == "train") return description.trainSamples;
  if (split == "test" && description.testSamples > 0) return description.testSamples;
  reject(path, split, "no such group");
}

namespace {

// The shape of numbers that are, or stand for, floating-point ones.
std::vector<std::size_t> shapeOfNumbers(const Hdf5File& file, const std::string& dataset) {
  auto shape = file.shape(dataset);
  const bool isScaled = file.type(dataset) == Hdf5Type::Integer && file.hasAttribute(dataset, "scale");
  if (file.type(dataset) != Hdf5Type::Float && !isScaled)
    reject(file.path(), dataset,
           "holds " + file.typeText(dataset) +
               "; expected float32 or float64, or integers with an attribute \"scale\"");
  return shape;
}

} // namespace

std::vector<std::size_t> arrayShape(const Hdf5File& file, const std::string& dataset) {
  const auto shape = shapeOfNumbers(file, dataset);
  if (shape.size() != 3)
    reject(file.path(), dataset, "has the shape " + shapeText(shape) + "; expected three dimensions");
  return {shape[0], shape[1] * shape[2]};
}

std::vector<std::size_t> matrixShape(const Hdf5File& file, const std::string& dataset) {
  auto shape = shapeOfNumbers(file, dataset);
  if (shape.size() != 2)
    reject(file.path(), dataset, "has the shape " + shapeText(shape) + "; expected samples x columns");
  return shape;
}

std::vector<double> readMatrixRows(const Hdf5File& file, const std::string& dataset, std::size_t first,
                                   std::size_t count) {
  auto values = file.readRows<double>(dataset, first, count);
  if (file.type(dataset) == Hdf5Type::Float) return values;
  const auto scale = file.attribute<double>(dataset, "scale");
  for (double& value : values) value *= scale;
  return values;
}

std::vector<int> readLabels(const Hdf5File& file, const std::string& split, int classes) {
  const std::string name = split + "/labels";
  const auto labels = file.read<std::int64_t>(name).values;
  const Offence offence = findOutside(labels, classes);
  if (offence.count > 0) reject(file.path(), name, outsideText(offence, labels, classes));
  std::vector<int> result(labels.size());
  std::transform(labels.begin(), labels.end(), result.begin(),
                 [](std::int64_t l) { return static_cast<int>(l); });
  return result;
}

namespace {

void requireNames(const std::string& path, const std::string& name, std::size_t names, int columns) {
  if (names != 0 && names != static_cast<std::size_t>(columns))
    reject(path, "attribute \"" + name + '"',
           "has " + std::to_string(names) + " names for " + std::to_string(columns) + " columns");
}

void requireValidSplit(const std::string& path, const Dataset& dataset, const std::string& name,
                       const Split& split, int features) {
  const auto columns = static_cast<std::size_t>(split.features);
  if (split.features != features)
    reject(path, name + "/inputs",
           "has " + std::to_string(split.features) + " columns; the product of input_shape is " +
               std::to_string(features));
  const auto rejectRows = [&](const std::string& object) {
    reject(path, name + object,
           "does not have one row for each of " + std::to_string(split.samples) + " samples");
  };
  const auto requireRows = [&](const std::string& object, const std::vector<double>& values,
                               std::size_t length) {
    if (values.size() != split.samples * length) rejectRows(object);
    if (const Offence bad = findNonFinite(values, 0); bad.count > 0)
      reject(path, name + object, nonFiniteText(bad, split.samples, length));
  };
  requireRows("/inputs", split.inputs, columns);
  if (dataset.task == Task::Classification) {
    const std::vector<std::int64_t> labels(split.labels.begin(), split.labels.end());
    if (labels.size() != split.samples)
      reject(path, name + "/labels",
             "has " + std::to_string(labels.size()) + " rows; inputs has " + std::to_string(split.samples));
    if (const Offence bad = findOutside(labels, dataset.classes); bad.count > 0)
      reject(path, name + "/labels", outsideText(bad, labels, dataset.classes));
    return;
  }
  const auto outputs = static_cast<std::size_t>(std::max(split.outputs, 0));
  if (outputs == 0) rejectRows("/targets");
  requireRows("/targets", split.targets, outputs);
  const auto directions = static_cast<std::size_t>(split.directions);
  if (!split.jacobians.empty()) requireRows("/jacobians", split.jacobians, outputs * columns);
  requireRows("/directions", split.directionRows, directions * columns);
  requireRows("/derivatives", split.derivatives, directions * outputs);
}

} // namespace

void requireValid(const std::string& path, const Dataset& dataset) {
  int features = dataset.inputShape.empty() ? 0 : 1;
  for (const int extent : dataset.inputShape) features *= std::max(extent, 0);
  if (features == 0) reject(path, "attribute \"input_shape\"", "is empty or has an extent below 1");
  if (dataset.task == Task::Classification && (dataset.classes < 2 || dataset.classes > mostClasses))
    reject(path, "attribute \"classes\"",
           "is " + std::to_string(dataset.classes) + "; expected 2.." + std::to_string(mostClasses));
  if (dataset.train.samples == 0) reject(path, "train/inputs", "has no samples");
  requireNames(path, "input_names", dataset.inputNames.size(), features);
  requireNames(path, "target_names", dataset.targetNames.size(), dataset.train.outputs);
  requireValidSplit(path, dataset, "train", dataset.train, features);
  if (dataset.test.samples == 0) return;
  requireValidSplit(path, dataset, "test", dataset.test, features);
  if (dataset.test.outputs != dataset.train.outputs)
    reject(path, "test/targets", "does not have the columns of train/targets");
}

} // namespace terrace::dataset::detail
