#include "commands/predict/Prediction.hpp"

#include "io/OutputFile.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace terrace::program {
namespace {

using dataset::Hdf5File;
using dataset::Task;

// y -> softmax(y), stable.
void makeProbabilities(double* y, std::size_t classes) {
  const double largest = *std::max_element(y, y + classes);
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) sum += y[c] = std::exp(y[c] - largest);
  for (std::size_t c = 0; c < classes; ++c) y[c] /= sum;
}

// A field of a line, in quotation marks where it needs them.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

class CsvWriter {
public:
  CsvWriter(const Prediction& prediction, const PredictionInputs& inputs,
            const model::ModelDescription& model, bool all)
      : prediction_(prediction), inputs_(inputs), model_(model),
        features_(static_cast<std::size_t>(model.features)),
        outputs_(static_cast<std::size_t>(model.outputs)),
        isClassification_(model.task == Task::Classification), hasInputs_(all || features_ <= mostInputs),
        hasOutputs_(all || !isClassification_ || outputs_ <= mostProbabilities) {}

  void write(const std::string& path) {
    auto output = openOutput(path);
    std::ofstream out(output.path(), std::ios::binary);
    out << head() << '\n';
    constexpr std::size_t together = 1024;
    std::vector<double> inputs;
    for (std::size_t row = 0; row < inputs_.rows; ++row) {
      if (hasInputs_ && row % together == 0)
        inputs = inputs_.read(row, std::min(together, inputs_.rows - row));
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

  // Of a sample whose class is not known, nothing.
  std::string expected(std::size_t row) const {
    return inputs_.expected[row] < 0 ? "" : field(className(inputs_.expected[row]));
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
    if (!inputs_.expected.empty()) names.emplace_back("expected");
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
    if (!inputs_.expected.empty()) text += ',' + expected(row);
    return text;
  }

  static std::string numbers(const std::vector<double>& values, std::size_t first, std::size_t count) {
    std::string text;
    for (std::size_t j = 0; j < count; ++j) text += (j ? "," : "") + shortestText(values[first + j]);
    return text;
  }

  const Prediction& prediction_;
  const PredictionInputs& inputs_;
  const model::ModelDescription& model_;
  std::size_t features_, outputs_;
  bool isClassification_, hasInputs_, hasOutputs_;
};

} // namespace

Prediction Prediction::of(std::vector<double> outputs, const model::ModelDescription& model) {
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

void writeHdf5(const std::string& path, const Prediction& prediction, const PredictionInputs& inputs,
               const model::ModelDescription& model) {
  const auto columns = static_cast<std::size_t>(model.outputs);
  auto output = openOutput(path);
  Hdf5File file = Hdf5File::create(output.path(), path);
  file.write("outputs", {prediction.outputs.size() / columns, columns}, prediction.outputs);
  if (!prediction.labels.empty()) file.write("labels", {prediction.labels.size()}, prediction.labels);
  if (!inputs.expected.empty()) file.write("expected", {inputs.expected.size()}, inputs.expected);
  if (!prediction.distances.empty())
    file.write("distances", {prediction.distances.size()}, prediction.distances);
  if (!model.outputNames.empty())
    file.writeNames(model.task == Task::Classification ? "class_names" : "target_names", model.outputNames);
  file.close();
  output.commit();
}

std::string writeCsv(const std::string& path, const Prediction& prediction, const PredictionInputs& inputs,
                     const model::ModelDescription& model, bool all) {
  CsvWriter writer(prediction, inputs, model, all);
  writer.write(path);
  return writer.omission();
}

std::string hits(const Prediction& prediction, const PredictionInputs& inputs) {
  std::size_t known = 0, right = 0;
  for (std::size_t row = 0; row < std::min(inputs.expected.size(), prediction.labels.size()); ++row) {
    if (inputs.expected[row] < 0) continue;
    ++known;
    if (inputs.expected[row] == prediction.labels[row]) ++right;
  }
  return known == 0 ? "" : std::to_string(right) + " of " + std::to_string(known) + " predicted right";
}

} // namespace terrace::program
