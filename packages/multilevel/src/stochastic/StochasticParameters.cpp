#include <terrace/multilevel/stochastic/StochasticParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <limits>

namespace terrace {
namespace {

using Teuchos::ParameterList;
using Teuchos::RCP;
using Teuchos::rcp;

constexpr int manyInts = std::numeric_limits<int>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double belowOne = 1 - std::numeric_limits<double>::epsilon();

void declareBatchesAndRate(ParameterList& table, double learningRate) {
  declareInt(table, "Batch Size", 32, "Samples in a step; 0: all.", 0, manyInts);
  declareDouble(table, "Learning Rate", learningRate,
                "Factor of the direction in a step, at the start of the run.", 0, infinity, true);
  declareChoice(
      table, "Schedule", "Constant",
      "Learning rate over the run. Cosine: from Learning Rate to Final Learning Rate, step by step, "
      "until Work Limit or Iteration Limit is reached, whichever comes first. Step: times Decay "
      "Factor after every Decay Epochs.",
      {"Constant", "Cosine", "Step"});
  declareDouble(table, "Final Learning Rate", 0.0, "Schedule Cosine: learning rate at the end.", 0, infinity);
  declareDouble(table, "Decay Factor", 0.1, "Schedule Step: factor of the learning rate at a decay.", 0, 1,
                true);
  declareInt(table, "Decay Epochs", 30, "Schedule Step: epochs between two decays.", 1, manyInts);
  declareInt(table, "Seed", 0, "Seed of the batches; 0: the seed of the run (Data/Seed).", 0, manyInts);
}

} // namespace

RCP<const ParameterList> validStochasticGradientParameters() {
  auto table = rcp(new ParameterList("Stochastic Gradient"));
  declareBatchesAndRate(*table, 0.01);
  declareDouble(*table, "Momentum", 0.9, "Factor of the sum of earlier gradients in a step.", 0, belowOne);
  declareBool(*table, "Nesterov", false, "Nesterov's form of the momentum.");
  return table;
}

RCP<const ParameterList> validAdamParameters() {
  auto table = rcp(new ParameterList("Adam"));
  declareBatchesAndRate(*table, 0.001);
  declareDouble(*table, "Beta1", 0.9, "Decay of the gradients' mean.", 0, belowOne);
  declareDouble(*table, "Beta2", 0.999, "Decay of the mean of the gradients' squares.", 0, belowOne);
  declareDouble(*table, "Epsilon", 1e-8, "Added to the root of the mean squares.", 0, infinity, true);
  declareChoice(
      *table, "Metric", "Diagonal",
      "Coordinates of the mean squares. Diagonal: single parameters. Kronecker: eigenvectors of the second "
      "moments of each layer's inputs and derivatives, as in SOAP; their arithmetic counts as work.",
      {"Diagonal", "Kronecker"});
  return table;
}

std::string stochasticMethod(const ParameterList& parameters) {
  return parameters.sublist("Step").get<std::string>("Type");
}

const ParameterList& stochasticList(const ParameterList& parameters) {
  return parameters.sublist("Step").sublist(stochasticMethod(parameters));
}

} // namespace terrace
