#include "commands/Evaluate.hpp"

#include "io/OutputFile.hpp"
#include "models/DataSet.hpp"
#include "models/TrainedModel.hpp"

#include <terrace/dataset/Hdf5File.hpp>
#include <terrace/model/ModelArrays.hpp>
#include <terrace/resnet/objective/ResNetObjective.hpp>

#include <Teuchos_CommHelpers.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>

namespace terrace::program {
namespace {

// Of all test inputs from the data that the model was trained on.
struct Distances {
  double usual = 0; // of 99 % of the training data
  double median = 0;
  double largest = 0;
  double beyond = 0; // share of the inputs that are farther than usual
};

// The numbers that are printed.
struct Evaluation {
  std::string metric; // "accuracy" or "error"
  long trainSamples = 0;
  long testSamples = 0;
  double value = 0;
  resnet::Metrics train;
  resnet::Metrics test;
  std::vector<double> trainOutputs; // relative error of each output; empty in classification
  std::vector<double> testOutputs;
  std::vector<std::string> outputNames; // one an output; empty: unknown
  std::optional<Distances> distances;   // of the test inputs from the training data of the model

  double pick(const resnet::Metrics& metrics) const {
    return metric == "accuracy" ? metrics.accuracy : metrics.relativeError;
  }
};

void printTable(const Evaluation& e, std::ostream& out) {
  const auto row = [&](const char* name, long samples, const resnet::Metrics& metrics, const char* value) {
    char text[160];
    std::snprintf(text, sizeof(text), "%-6s %9ld %18.10e %18s %12.6g\n", name, samples, metrics.loss, value,
                  e.pick(metrics));
    out << text;
  };
  char head[160], value[32];
  std::snprintf(head, sizeof(head), "%-6s %9s %18s %18s %12s\n", "", "samples", "loss", "value",
                e.metric.c_str());
  std::snprintf(value, sizeof(value), "%.10e", e.value);
  out << head;
  row("train", e.trainSamples, e.train, value);
  if (e.testSamples > 0) row("test", e.testSamples, e.test, "-");
  const auto outputs = [&](const char* name, const std::vector<double>& errors) {
    if (errors.empty()) return;
    out << name;
    for (std::size_t i = 0; i < errors.size(); ++i) {
      char text[32];
      std::snprintf(text, sizeof(text), " %.4g", errors[i]);
      if (!e.outputNames.empty()) out << (i > 0 ? "; " : " ") << e.outputNames[i];
      out << text;
    }
    out << '\n';
  };
  const auto derivatives = [&](const char* name, const resnet::Metrics& metrics) {
    if (std::isnan(metrics.derivativeError)) return;
    char text[80];
    std::snprintf(text, sizeof(text), "%s error of the derivatives: %.6g\n", name, metrics.derivativeError);
    out << text;
  };
  derivatives("train", e.train);
  if (e.testSamples > 0) derivatives("test", e.test);
  outputs("train error of each output:", e.trainOutputs);
  outputs("test error of each output: ", e.testOutputs);
  if (e.distances) {
    char text[200];
    std::snprintf(
        text, sizeof(text),
        "test inputs' distance from the training data: median %.3g, largest %.3g; %.1f %% beyond %.3g\n",
        e.distances->median, e.distances->largest, 100 * e.distances->beyond, e.distances->usual);
    out << text;
  }
  out << "loss: of scaled inputs and targets; value: loss with regularisation"
      << (e.metric == "error" ? "; error: relative, in the L2 norm, in the data's units" : "") << '\n';
}

void printJson(const Evaluation& e, std::ostream& out) {
  nlohmann::ordered_json json;
  json["train"] = {
      {"samples", e.trainSamples}, {"loss", e.train.loss}, {"value", e.value}, {e.metric, e.pick(e.train)}};
  json["test"] = nullptr;
  if (e.testSamples > 0)
    json["test"] = {{"samples", e.testSamples}, {"loss", e.test.loss}, {e.metric, e.pick(e.test)}};
  if (!std::isnan(e.train.derivativeError)) json["train"]["derivative_error"] = e.train.derivativeError;
  if (e.testSamples > 0 && !std::isnan(e.test.derivativeError))
    json["test"]["derivative_error"] = e.test.derivativeError;
  if (!e.trainOutputs.empty()) json["train"]["output_errors"] = e.trainOutputs;
  if (!e.testOutputs.empty()) json["test"]["output_errors"] = e.testOutputs;
  if (e.distances)
    json["test"]["distance"] = {{"median", e.distances->median},
                                {"largest", e.distances->largest},
                                {"usual", e.distances->usual},
                                {"beyond_usual", e.distances->beyond}};
  if (!e.outputNames.empty()) json["output_names"] = e.outputNames;
  out << json.dump() << '\n';
}

Distances summarise(const DataSet& data, long samples, const Teuchos::Comm<int>& comm) {
  const auto& distances = data.testDistances;
  const double usual = data.distance.usual;
  const long local = std::count_if(distances.begin(), distances.end(), [&](double d) { return d > usual; });
  long beyond = 0;
  Teuchos::reduceAll(comm, Teuchos::REDUCE_SUM, local, Teuchos::outArg(beyond));
  return {usual, resnet::quantileOverRanks(distances, 0.5, comm),
          resnet::quantileOverRanks(distances, 1.0, comm),
          static_cast<double>(beyond) / static_cast<double>(samples)};
}

// The regularised loss as the model predicts. The network that predicts has other parameters than were
// regularised.
double predictedValue(const TrainedModel& model, const resnet::SampleSet& train, double loss) {
  resnet::ResNetObjective trained(model.space, train, ROL::makePtr<WorkCounter>());
  double tolerance = 0;
  return loss + (trained.value(*model.parameters, tolerance) - trained.loss(*model.parameters));
}

void requireGradient(const TrainedModel& model) {
  if (model.space->network().samplesTogether() > 1)
    throw std::invalid_argument("--gradient: the model has \"Normalization\" = \"Ghost Batch\", whose loss "
                                "depends on which samples stand together in its training; expected a model "
                                "without it.");
}

void writeGradient(const std::string& path, const resnet::Network& network,
                   const std::vector<double>& gradient, const Evaluation& evaluation) {
  auto output = openOutput(path);
  auto file = dataset::Hdf5File::create(output.path(), path);
  file.writeAttribute("/", "value", evaluation.value);
  file.writeAttribute("/", "loss", evaluation.train.loss);
  model::writeLayers(file, network, gradient);
  file.close();
  output.commit();
}

} // namespace

void addEvaluate(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = parent.add_subcommand("evaluate", "Print loss and accuracy of a model on a data set");
  command->add_option("MODEL", options->model, "Model file or run directory")->required();
  command->add_option("DATA", options->data, "Data set (HDF5)")->required();
  command
      ->add_option("-g,--gradient", options->gradient,
                   "Write the gradient of the regularised loss over the training samples")
      ->check(fileName())
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print one JSON object instead of a table");
  command->footer(
      "All training samples of the data set count, even if the model was trained on a part of them.\n"
      "Loss, value and gradient are those of the training, with scaled inputs and targets; errors are in the "
      "units of\n"
      "the data, of derivatives relative over all outputs and inputs, each input in its scale (its standard\n"
      "deviation, if it is standardised). The gradient file has the groups of a model file, with the "
      "derivatives by W and b "
      "(Euclidean), and the\n"
      "attributes value and loss.\n"
      "The distance of a test input is its Mahalanobis distance from the training data, whose own distances\n"
      "have mean square 1. Beyond the distance of 99 % of the training data the model extrapolates.\n"
      "A network with Normalization = Ghost Batch is evaluated as it predicts, with the means and variances "
      "of its\n"
      "training. Then loss and value differ from those of the training, and there is no gradient.\n"
      "\nExamples:\n"
      "  terrace evaluate runs/quickstart/model.h5 data/spiral.h5\n"
      "  mpiexec -n 2 terrace evaluate runs/quickstart data/spiral.h5 --gradient gradient.h5");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { evaluate(*options, comm); }; });
}

void evaluate(const EvaluateOptions& options, const Communicator& comm) {
  if (!options.gradient.empty())
    dataset::runOnRoot(*comm, [&] { openOutput(options.gradient, {options.model, options.data}); });
  const TrainedModel model = TrainedModel::read(options.model, comm);
  if (!options.gradient.empty()) requireGradient(model);
  const DataSet data = readDataSet(options.data, model.description, comm);
  const auto& x = *model.predictionParameters;
  resnet::ResNetObjective objective(model.predictionSpace, data.train, ROL::makePtr<WorkCounter>());

  Evaluation evaluation;
  evaluation.metric = data.metricName();
  evaluation.outputNames = model.description.outputNames;
  evaluation.trainSamples = data.train.globalCount();
  double tolerance = 0;
  evaluation.value = objective.value(x, tolerance);
  evaluation.train = objective.metrics(x);
  if (model.space != model.predictionSpace)
    evaluation.value = predictedValue(model, data.train, evaluation.train.loss);
  evaluation.trainOutputs = objective.outputErrors(x, data.train);
  if (data.test) {
    evaluation.testOutputs = objective.outputErrors(x, *data.test);
    evaluation.testSamples = data.test->globalCount();
    evaluation.test = objective.metrics(x, *data.test);
    if (data.distance.isKnown()) evaluation.distances = summarise(data, evaluation.testSamples, *comm);
  }
  if (!options.gradient.empty()) {
    const auto gradient = model.space->createDualVector();
    objective.gradient(*gradient, x, tolerance);
    const auto values = model.space->gatherToAll(*gradient);
    dataset::runOnRoot(*comm,
                       [&] { writeGradient(options.gradient, model.space->network(), values, evaluation); });
  }
  if (dataset::isRoot(*comm)) (options.json ? printJson : printTable)(evaluation, std::cout);
}

} // namespace terrace::program
