#include "commands/Predict.hpp"

#include "io/OutputFile.hpp"
#include "io/TextFile.hpp"
#include "models/DataSet.hpp"
#include "models/TrainedModel.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <numeric>
#include <stdexcept>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using dataset::Task;

// The dataset of the inputs and its rows.
struct InputSource {
  std::string file;
  std::string dataset;
  std::size_t rows = 0;
};

// The predictions, on rank 0, row-major in the order of the file.
struct Prediction {
  std::vector<double> outputs; // probabilities or values
  std::vector<int> labels;     // of classification
};

InputSource findInputs(const std::string& path, const model::ModelDescription& model,
                       const Communicator& comm) {
  InputSource source{path, "inputs", 0};
  dataset::runOnAllRanks(*comm, [&] {
    const Hdf5File file = Hdf5File::open(path);
    if (!file.exists("inputs")) source.dataset = "test/inputs";
    if (!file.exists(source.dataset))
      throw std::invalid_argument(path + ": has neither inputs nor test/inputs.");
    const auto shape = file.shape(source.dataset);
    if (shape.size() != 2 || shape[1] != static_cast<std::size_t>(model.features)) {
      std::string found;
      for (const auto extent : shape) found += (found.empty() ? "" : " x ") + std::to_string(extent);
      throw std::invalid_argument(path + ": " + source.dataset + " is " +
                                  (found.empty() ? "a scalar" : found) + "; expected samples x " +
                                  std::to_string(model.features) + ", the model's features.");
    }
    if (shape[0] == 0) throw std::invalid_argument(path + ": " + source.dataset + " has no rows.");
    source.rows = shape[0];
  });
  return source;
}

resnet::SampleSet readInputs(const InputSource& source, const TrainedModel& model, const Communicator& comm) {
  std::vector<std::int64_t> order(source.rows);
  std::iota(order.begin(), order.end(), 0);
  auto share = dataset::readMatrixShare(source.file, source.dataset, order, sampleDealing, *comm);
  model.description.inputs.apply(share.values);
  const auto count = static_cast<long>(source.rows);
  const int features = model.description.features, outputs = model.description.outputs;
  const std::size_t local = share.values.size() / static_cast<std::size_t>(features);
  // An objective needs labels or targets; prediction does not read these.
  if (model.description.task == Task::Classification)
    return resnet::SampleSet::classification(comm, count, features, share.values, outputs,
                                             std::vector<int>(local, 0));
  return resnet::SampleSet::regression(comm, count, features, share.values, outputs,
                                       std::vector<double>(local * static_cast<std::size_t>(outputs), 0.0));
}

// Gathers rows on rank 0 that were dealt to the ranks as MatrixShare.hpp says.
std::vector<double> gatherRows(const std::vector<double>& local, std::size_t rows, std::size_t columns,
                               const Teuchos::Comm<int>& comm) {
  const auto ranks = static_cast<std::size_t>(comm.getSize());
  constexpr std::size_t together = sampleDealing.together;
  const std::size_t groups = (rows + together - 1) / together;
  const std::size_t share = (groups + ranks - 1) / ranks * together * columns;
  std::vector<double> mine(local);
  mine.resize(share);
  std::vector<double> dealt(comm.getRank() == 0 ? share * ranks : 0);
  Teuchos::gather(mine.data(), static_cast<int>(share), dealt.data(), static_cast<int>(share), 0, comm);
  if (comm.getRank() != 0) return {};
  std::vector<double> gathered(rows * columns);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t dealtRow = row / together / ranks * together + row % together;
    const auto from = dealt.begin() + static_cast<std::ptrdiff_t>(sampleDealing.ownerOf(row, ranks) * share +
                                                                  dealtRow * columns);
    std::copy(from, from + static_cast<std::ptrdiff_t>(columns),
              gathered.begin() + static_cast<std::ptrdiff_t>(row * columns));
  }
  return gathered;
}

// y -> softmax(y), stable.
void makeProbabilities(double* y, std::size_t classes) {
  const double largest = *std::max_element(y, y + classes);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum += y[c] = std::exp(y[c] - largest);
  for (std::size_t c = 0; c < classes; ++c) y[c] /= sum;
}

Prediction interpret(std::vector<double> outputs, const model::ModelDescription& model) {
  Prediction prediction;
  const auto columns = static_cast<std::size_t>(model.outputs);
  const bool softmax = model.makeNetwork().loss == resnet::LossType::CrossEntropy;
  for (std::size_t first = 0; first < outputs.size() && model.task == Task::Classification;
       first += columns) {
    double* y = outputs.data() + first;
    prediction.labels.push_back(static_cast<int>(std::max_element(y, y + columns) - y));
    if (softmax) makeProbabilities(y, columns);
  }
  prediction.outputs = std::move(outputs);
  model.targets.invert(prediction.outputs);
  return prediction;
}

void writeHdf5(const std::string& path, const Prediction& prediction, std::size_t columns) {
  auto output = openOutput(path);
  Hdf5File file = Hdf5File::create(output.path(), path);
  file.write("outputs", {prediction.outputs.size() / columns, columns}, prediction.outputs);
  if (!prediction.labels.empty()) file.write("labels", {prediction.labels.size()}, prediction.labels);
  file.close();
  output.commit();
}

// The true labels if the inputs are the test samples of a data set; else none.
std::vector<int> expectedLabels(const InputSource& source, std::size_t rows) {
  const Hdf5File file = Hdf5File::open(source.file);
  if (source.dataset != "test/inputs" || !file.isDataset("test/labels")) return {};
  auto labels = file.read<int>("test/labels").values;
  return labels.size() == rows ? labels : std::vector<int>{};
}

void appendRow(std::string& text, const std::vector<double>& values, std::size_t row, std::size_t columns) {
  for (std::size_t j = 0; j < columns; ++j) text += (j ? "," : "") + shortestText(values[row * columns + j]);
}

void writeCsv(const std::string& path, const Prediction& prediction, const InputSource& source,
              const model::ModelDescription& model) {
  auto output = openOutput(path);
  const auto inputs = Hdf5File::open(source.file).read<double>(source.dataset).values;
  const auto features = static_cast<std::size_t>(model.features),
             columns = static_cast<std::size_t>(model.outputs);
  const bool classification = model.task == Task::Classification;
  const auto expected = classification ? expectedLabels(source, source.rows) : std::vector<int>{};
  std::string text;
  for (std::size_t j = 0; j < features; ++j) text += (j ? ",x" : "x") + std::to_string(j + 1);
  for (std::size_t j = 0; j < columns; ++j)
    text += classification ? ",p" + std::to_string(j) : ",y" + std::to_string(j + 1);
  text += std::string(classification ? ",label" : "") + (expected.empty() ? "" : ",expected") + '\n';
  for (std::size_t row = 0; row < source.rows; ++row) {
    appendRow(text, inputs, row, features);
    text += ',';
    appendRow(text, prediction.outputs, row, columns);
    if (classification) text += ',' + std::to_string(prediction.labels[row]);
    if (!expected.empty()) text += ',' + std::to_string(expected[row]);
    text += '\n';
  }
  writeTextFile(output.path(), text, path);
  output.commit();
}

} // namespace

void addPredict(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<PredictOptions>();
  CLI::App* command = parent.add_subcommand("predict", "Write a model's outputs for new inputs");
  command->add_option("MODEL", options->model, "Model file or run directory")->required();
  command
      ->add_option("INPUTS", options->inputs,
                   "HDF5 file with `inputs`, or else `test/inputs` (samples x features)")
      ->required();
  command->add_option("OUTPUTS", options->outputs, "File to write: HDF5, or text if its name ends in .csv")
      ->required();
  command->footer(
      "HDF5: `outputs` (samples x outputs: probabilities for classification, values for regression) and,\n"
      "for classification, `labels`. Text: inputs, outputs and label of a sample on a line.\n"
      "\nExamples:\n"
      "  terrace predict runs/quickstart/model.h5 data/spiral.h5 predictions.h5\n"
      "  terrace data make grid grid.h5 --lower -1,-1 --upper 1,1 --points 200\n"
      "  terrace predict runs/quickstart/model.h5 grid.h5 regions.csv");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { predict(*options, comm); }; });
}

void predict(const PredictOptions& options, const Communicator& comm) {
  dataset::runOnRoot(*comm, [&] { openOutput(options.outputs, {options.model, options.inputs}); });
  const TrainedModel model = TrainedModel::read(options.model, comm);
  const InputSource source = findInputs(options.inputs, model.description, comm);
  const auto samples = readInputs(source, model, comm);
  resnet::ResNetObjective objective(model.space, samples, ROL::makePtr<WorkCounter>());
  const auto columns = static_cast<std::size_t>(model.description.outputs);
  auto outputs = gatherRows(objective.outputs(*model.parameters, samples), source.rows, columns, *comm);
  dataset::runOnRoot(*comm, [&] {
    const Prediction prediction = interpret(std::move(outputs), model.description);
    if (std::filesystem::path(options.outputs).extension() == ".csv") {
      writeCsv(options.outputs, prediction, source, model.description);
    } else {
      writeHdf5(options.outputs, prediction, columns);
    }
    std::cout << options.outputs << ": " << source.rows << " predictions for " << source.dataset << " of "
              << source.file << '\n';
  });
}

} // namespace terrace::program
