#include "DataSet.hpp"

#include "ModelFile.hpp"

#include <terrace/dataset/MatrixShare.hpp>

#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;
using dataset::Task;

static_assert(dataset::samplesDealtTogether == static_cast<std::size_t>(resnet::SampleSet::dealtTogether),
              "the packages must agree on which samples lie together on a rank");

resnet::SampleSet readSamples(const std::string& file, const std::string& split,
                              const dataset::SampleSelection& selection,
                              const dataset::DatasetDescription& about, const ModelDescription* model,
                              const Communicator& comm, resnet::SweepScalar scalar) {
  auto share = dataset::readSplit(file, split, *comm, selection);
  if (model != nullptr) model->normalise(share.local.inputs);
  const auto count = static_cast<long>(share.globalSamples);
  if (about.task == Task::Classification)
    return resnet::SampleSet::classification(comm, count, about.features, share.local.inputs, about.classes,
                                             share.local.labels, scalar);
  return resnet::SampleSet::regression(comm, count, about.features, share.local.inputs, about.outputs,
                                       share.local.targets, scalar);
}

const char* taskName(Task task) {
  return task == Task::Classification ? "classification" : "regression";
}

void requireFit(const std::string& file, const dataset::DatasetDescription& about,
                const ModelDescription& model) {
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

} // namespace

std::string DataSet::metricName() const {
  return description.task == Task::Classification ? "accuracy" : "error";
}

DataSet readDataSet(const std::string& file, const dataset::SampleSelection& training,
                    const ModelDescription* model, const Communicator& comm, resnet::SweepScalar scalar) {
  const auto about = dataset::readDescription(file, *comm);
  if (model != nullptr) requireFit(file, about, *model);
  DataSet data{about, readSamples(file, "train", training, about, model, comm, scalar), std::nullopt};
  if (about.testSamples > 0) data.test = readSamples(file, "test", {}, about, model, comm, scalar);
  return data;
}

} // namespace terrace::program
