#include "commands/Predict.hpp"

#include "io/OutputFile.hpp"
#include "models/DataSet.hpp"
#include "models/TrainedModel.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/dataset/MatrixShare.hpp>
#include <terrace/parameters/ParameterText.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
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
  std::vector<double> outputs;   // probabilities or values
  std::vector<int> labels;       // of classification
  std::vector<double> distances; // of inputs from the training data; empty if unknown
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

// \param[out] distances  of this rank's inputs from the training data, if the model knows it.
resnet::SampleSet readInputs(const InputSource& source, const TrainedModel& model, const Communicator& comm,
                             std::vector<double>& distances) {
  std::vector<std::int64_t> order(source.rows);
  std::iota(order.begin(), order.end(), 0);
  auto share = dataset::readMatrixShare(source.file, source.dataset, order, sampleDealing, *comm);
  if (model.description.distance.isKnown()) distances = model.description.distance.atRows(share.values);
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

void writeHdf5(const std::string& path, const Prediction& prediction, const model::ModelDescription& model) {
  const auto columns = static_cast<std::size_t>(model.outputs);
  auto output = openOutput(path);
  Hdf5File file = Hdf5File::create(output.path(), path);
  file.write("outputs", {prediction.outputs.size() / columns, columns}, prediction.outputs);
  if (!prediction.labels.empty()) file.write("labels", {prediction.labels.size()}, prediction.labels);
  if (!prediction.distances.empty())
    file.write("distances", {prediction.distances.size()}, prediction.distances);
  if (!model.outputNames.empty())
    file.writeNames(model.task == Task::Classification ? "class_names" : "target_names", model.outputNames);
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

// A field of a line, in quotation marks where it needs them.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

// Writes predictions as text. A row has what fits on a line: few inputs or else its number, few outputs or
// else the probability of the class.
class CsvWriter {
public:
  CsvWriter(const Prediction& prediction, const InputSource& source, const model::ModelDescription& model,
            bool all)
      : prediction_(prediction), source_(source), model_(model),
        features_(static_cast<std::size_t>(model.features)),
        outputs_(static_cast<std::size_t>(model.outputs)),
        isClassification_(model.task == Task::Classification), hasInputs_(all || features_ <= mostInputs),
        hasOutputs_(all || !isClassification_ || outputs_ <= mostProbabilities) {}

  void write(const std::string& path) {
    auto output = openOutput(path);
    std::ofstream out(output.path(), std::ios::binary);
    if (isClassification_) expected_ = expectedLabels(source_, source_.rows);
    out << head() << '\n';
    const Hdf5File file = Hdf5File::open(source_.file);
    constexpr std::size_t together = 1024;
    std::vector<double> inputs;
    for (std::size_t row = 0; row < source_.rows; ++row) {
      if (hasInputs_ && row % together == 0)
        inputs = file.readRows<double>(source_.dataset, row, std::min(together, source_.rows - row));
      out << line(row, inputs, row % together) << '\n';
    }
    if (!out.flush()) throw std::runtime_error(path + ": cannot be written (" + std::strerror(errno) + ").");
    output.commit();
  }

  // What was left out, for the reader; "" if nothing.
  std::string omission() const {
    if (hasInputs_ && hasOutputs_) return "";
    return std::string("Without the ") + (hasInputs_ ? "" : std::to_string(features_) + " inputs") +
           (!hasInputs_ && !hasOutputs_ ? " and the " : "") +
           (hasOutputs_ ? "" : std::to_string(outputs_) + " probabilities") +
           " of each row; --all writes them.";
  }

private:
  static constexpr std::size_t mostInputs = 8;
  static constexpr std::size_t mostProbabilities = 20;

  std::string className(int label) const {
    return model_.outputNames.empty() ? std::to_string(label)
                                      : model_.outputNames[static_cast<std::size_t>(label)];
  }

  std::string outputName(std::size_t j) const {
    if (!isClassification_)
      return model_.outputNames.empty() ? "y" + std::to_string(j + 1) : model_.outputNames[j];
    return model_.outputNames.empty() ? "p" + std::to_string(j) : "p(" + model_.outputNames[j] + ")";
  }

  std::string head() const {
    std::vector<std::string> names;
    if (!hasInputs_) names.emplace_back("row");
    for (std::size_t j = 0; hasInputs_ && j < features_; ++j)
      names.push_back(model_.inputNames.empty() ? "x" + std::to_string(j + 1) : model_.inputNames[j]);
    for (std::size_t j = 0; hasOutputs_ && j < outputs_; ++j) names.push_back(outputName(j));
    if (isClassification_) names.emplace_back("label");
    if (!hasOutputs_) names.emplace_back("p(label)");
    if (!expected_.empty()) names.emplace_back("expected");
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + field(name);
    return text;
  }

  std::string line(std::size_t row, const std::vector<double>& inputs, std::size_t inputRow) const {
    std::string text = hasInputs_ ? numbers(inputs, inputRow * features_, features_) : std::to_string(row);
    if (hasOutputs_) text += ',' + numbers(prediction_.outputs, row * outputs_, outputs_);
    if (isClassification_) text += ',' + field(className(prediction_.labels[row]));
    if (!hasOutputs_)
      text +=
          ',' + shortestText(
                    prediction_.outputs[row * outputs_ + static_cast<std::size_t>(prediction_.labels[row])]);
    if (!expected_.empty()) text += ',' + field(className(expected_[row]));
    return text;
  }

  static std::string numbers(const std::vector<double>& values, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t j = 0; j < count; ++j) text += (j ? "," : "") + shortestText(values[first + j]);
    return text;
  }

  const Prediction& prediction_;
  const InputSource& source_;
  const model::ModelDescription& model_;
  std::size_t features_, outputs_;
  bool isClassification_, hasInputs_, hasOutputs_;
  std::vector<int> expected_;
};

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
  command->add_flag("--all", options->all, "Text: all inputs and all probabilities, however many");
  command->footer(
      "HDF5: `outputs` (samples x outputs: probabilities for classification, values for regression);\n"
      "`labels` for classification; `distances` of the inputs from the training data, if the model has\n"
      "what they need. Text: a line for each sample, with its inputs, outputs and label. With more than\n"
      "8 inputs the line has the row of the sample instead, counted from 0. With more than 20 classes it\n"
      "has the probability of the label alone. Columns and classes have the names of the data set that\n"
      "the model was trained on.\n"
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
  std::vector<double> distances;
  const auto samples = readInputs(source, model, comm, distances);
  resnet::ResNetObjective objective(model.predictionSpace, samples, ROL::makePtr<WorkCounter>());
  const auto columns = static_cast<std::size_t>(model.description.outputs);
  auto outputs =
      gatherRows(objective.outputs(*model.predictionParameters, samples), source.rows, columns, *comm);
  if (model.description.distance.isKnown()) distances = gatherRows(distances, source.rows, 1, *comm);
  dataset::runOnRoot(*comm, [&] {
    Prediction prediction = interpret(std::move(outputs), model.description);
    prediction.distances = std::move(distances);
    std::string omission;
    if (std::filesystem::path(options.outputs).extension() == ".csv") {
      CsvWriter writer(prediction, source, model.description, options.all);
      writer.write(options.outputs);
      omission = writer.omission();
    } else {
      writeHdf5(options.outputs, prediction, model.description);
    }
    std::cout << options.outputs << ": " << source.rows << " predictions for " << source.dataset << " of "
              << source.file << '\n'
              << (omission.empty() ? "" : omission + '\n');
  });
}

} // namespace terrace::program
