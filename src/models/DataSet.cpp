#include "models/DataSet.hpp"

#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/samples/HeldOutSamples.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;
using dataset::Task;
using resnet::DataScaling;
using resnet::SampleSet;

SampleSet makeSamples(dataset::SplitShare share, const dataset::DatasetDescription& about,
                      const DataScaling& inputs, const DataScaling& targets, const Communicator& comm,
                      resnet::SweepScalar scalar) {
  inputs.apply(share.local.inputs);
  const auto count = static_cast<long>(share.globalSamples);
  if (about.task == Task::Classification)
    return SampleSet::classification(comm, count, about.features, share.local.inputs, about.classes,
                                     share.local.labels, scalar);
  targets.requireDomain(share.local.targets, *comm);
  targets.apply(share.local.targets);
  const auto samples = SampleSet::regression(comm, count, about.features, share.local.inputs, about.outputs,
                                             share.local.targets, scalar);
  return targets.isIdentity() ? samples : samples.withTargetUnits(targets);
}

const char* taskName(Task task) {
  return task == Task::Classification ? "classification" : "regression";
}

void requireFit(const std::string& file, const dataset::DatasetDescription& about,
                const model::ModelDescription& model) {
  const auto require = [&file](const std::string& what, const auto& found, const auto& expected) {
    if (found == expected) return;
    throw std::invalid_argument(file + ": has " + std::to_string(found) + " " + what + "; the model is for " +
                                std::to_string(expected) + ".");
  };
  if (about.task != model.task)
    throw std::invalid_argument(file + ": is for " + taskName(about.task) + "; the model is for " +
                                taskName(model.task) + ".");
  require("features", about.features, model.features);
  require(about.task == Task::Classification ? "classes" : "outputs", about.outputs, model.outputs);
}

void readTest(const std::string& file, DataSet& data, const Communicator& comm, resnet::SweepScalar scalar) {
  if (data.description.testSamples == 0) return;
  auto share = dataset::readSplit(file, "test", sampleDealing, *comm);
  if (data.distance.isKnown()) data.testDistances = data.distance.atRows(share.local.inputs);
  data.test = makeSamples(std::move(share), data.description, data.inputs, data.targets, comm, scalar);
}

dataset::SampleSelection selectionOf(const Teuchos::ParameterList& list,
                                     const dataset::DatasetDescription& about) {
  const int samples = list.get<int>("Training Samples");
  if (static_cast<std::size_t>(samples) > about.trainSamples)
    throw ParameterError("Data: \"Training Samples\" = " + std::to_string(samples) + " is more than the " +
                         std::to_string(about.trainSamples) + " training samples of " +
                         list.get<std::string>("File") + ".");
  dataset::SampleSelection selection;
  selection.random = true;
  selection.seed = static_cast<std::uint64_t>(list.get<int>("Seed"));
  selection.samples = static_cast<std::size_t>(samples);
  return selection;
}

// Squares of scaled inputs must not overflow in a sweep. \param inputs  of this rank's samples; collective.
void requireUsableSize(const std::vector<double>& inputs, const DataScaling& scaling,
                       const dataset::DatasetDescription& about, const Teuchos::ParameterList& list,
                       resnet::SweepScalar scalar, const Teuchos::Comm<int>& comm) {
  const double most = scalar == resnet::SweepScalar::Float ? 1e18 : 1e150;
  const auto columns = static_cast<std::size_t>(about.features);
  std::vector<double> local(columns, 0.0), largest(columns);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t j = i % columns;
    local[j] = std::max(local[j], std::abs((inputs[i] - scaling.shift[j]) / scaling.scale[j]));
  }
  Teuchos::reduceAll(comm, Teuchos::REDUCE_MAX, about.features, local.data(), largest.data());
  for (std::size_t j = 0; j < columns; ++j) {
    if (largest[j] <= most) continue;
    throw ParameterError("Data: \"Input Normalization\" = \"" + list.get<std::string>("Input Normalization") +
                         "\" leaves input " + std::to_string(j + 1) +
                         (about.inputNames.empty() ? "" : " (" + about.inputNames[j] + ")") +
                         " with values up to " + shortestText(largest[j]) +
                         ", of which no sums of squares can "
                         "be formed; expected \"Standard\" or \"Unit Range\".");
  }
}

// Whether a map is the one of the network that training starts from.
bool startsFrom(const Teuchos::ParameterList& data, const char* name, const model::ModelDescription* start) {
  return start != nullptr && data.get<std::string>(name) == "Automatic";
}

DataScaling ofColumns(const DataScaling& scaling, int columns, const char* what, const std::string& file) {
  if (scaling.columns() == columns) return scaling;
  throw std::invalid_argument(file + ": has " + std::to_string(columns) + " " + what +
                              "; the network of Network > Initial Guess > File is for " +
                              std::to_string(scaling.columns()) + ".");
}

// The first `local` rows.
std::vector<double> leadingRows(const std::vector<double>& rows, long local, int columns) {
  return {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(local) * columns};
}

} // namespace

std::string DataSet::metricName() const {
  return description.task == Task::Classification ? "accuracy" : "error";
}

DataSet readTrainingData(const Teuchos::ParameterList& list, const Communicator& comm,
                         resnet::SweepScalar scalar, const model::ModelDescription* start) {
  const auto file = list.get<std::string>("File");
  const auto about = dataset::readDescription(file, *comm);
  const bool regression = about.task == Task::Regression;
  const auto inputType = resnet::scalingType(list, "Input Normalization", regression);
  const auto targetType = resnet::scalingType(list, "Target Normalization", regression);

  auto share = dataset::readSplit(file, "train", sampleDealing, *comm, selectionOf(list, about));
  const auto all = static_cast<long>(share.globalSamples);
  const long kept = all - resnet::heldOutCount(list, all);
  const long local = SampleSet::localCount(kept, comm->getRank(), comm->getSize());
  auto inputs = startsFrom(list, "Input Normalization", start)
                    ? ofColumns(start->inputs, about.features, "features", file)
                    : DataScaling::of(inputType, leadingRows(share.local.inputs, local, about.features),
                                      about.features, *comm);
  const bool keepsTargets = regression && startsFrom(list, "Target Normalization", start);
  auto targets = keepsTargets ? ofColumns(start->targets, about.outputs, "outputs", file)
                 : regression
                     ? DataScaling::of(targetType, leadingRows(share.local.targets, local, about.outputs),
                                       about.outputs, *comm)
                     : DataScaling::identity(about.outputs);

  requireUsableSize(share.local.inputs, inputs, about, list, scalar, *comm);
  auto distance =
      resnet::DataDistance::of(leadingRows(share.local.inputs, local, about.features), about.features, *comm);
  const auto samples = makeSamples(std::move(share), about, inputs, targets, comm, scalar);
  DataSet data{about,        std::move(inputs), std::move(targets),  samples.leading(kept),
               std::nullopt, std::nullopt,      std::move(distance), {}};
  if (kept < all) data.validation = resnet::lastSamples(samples, all - kept);
  readTest(file, data, comm, scalar);
  return data;
}

DataSet readDataSet(const std::string& file, const model::ModelDescription& model, const Communicator& comm) {
  const auto about = dataset::readDescription(file, *comm);
  requireFit(file, about, model);
  const auto scalar = resnet::SweepScalar::Double;
  DataSet data{about,
               model.inputs,
               model.targets,
               makeSamples(dataset::readSplit(file, "train", sampleDealing, *comm), about, model.inputs,
                           model.targets, comm, scalar),
               std::nullopt,
               std::nullopt,
               model.distance,
               {}};
  readTest(file, data, comm, scalar);
  return data;
}

} // namespace terrace::program
