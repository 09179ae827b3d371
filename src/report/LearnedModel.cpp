#include "report/LearnedModel.hpp"

#include <terrace/dataset/Checksum.hpp>
#include <terrace/dataset/DatasetFile.hpp>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;

void requireSameData(const model::ModelDescription& model) {
  const std::string& file = model.dataFile;
  if (!std::filesystem::exists(file))
    throw std::invalid_argument(file + ": the data set that the model was trained on is missing.");
  if (dataset::dataChecksum(file) != model.dataChecksum)
    throw std::invalid_argument(
        file + ": is not the data set that the model was trained on (it has another checksum).");
}

} // namespace

LearnedModel::LearnedModel(const std::string& directory, const Communicator& comm)
    : model_(TrainedModel::read(directory, comm)) {
  requireSameData(model_.description);
  auto data = dataset::read(model_.description.dataFile);
  const bool tested = data.test.samples > 0;
  samples_ = std::move(tested ? data.test : data.train);
  samplesName_ = tested ? "test samples" : "training samples";
  predictions_ = outputs(samples_.inputs);
}

std::vector<double> LearnedModel::outputs(std::vector<double> inputs) const {
  const model::ModelDescription& model = model_.description;
  const auto count = static_cast<long>(inputs.size()) / model.features;
  model.inputs.apply(inputs);
  auto found = model_.outputs(inputs, count);
  model.targets.invert(found);
  return found;
}

std::string LearnedModel::className(std::size_t label) const {
  const auto& names = model_.description.outputNames;
  return names.empty() ? std::to_string(label) : names[label];
}

std::vector<int> LearnedModel::labels(const std::vector<double>& outputs) const {
  const auto classes = static_cast<std::ptrdiff_t>(model_.description.outputs);
  std::vector<int> labels;
  for (auto row = outputs.begin(); row != outputs.end(); row += classes)
    labels.push_back(static_cast<int>(std::max_element(row, row + classes) - row));
  return labels;
}

} // namespace terrace::program
