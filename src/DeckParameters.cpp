#include "DeckParameters.hpp"

#include <terrace/multilevel/ParameterValidation.hpp>
#include <terrace/multilevel/SolverParameters.hpp>
#include <terrace/resnet/NetworkParameters.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace terrace::program {
namespace {

using Teuchos::ParameterList;

constexpr int largest = std::numeric_limits<int>::max();

void declareData(ParameterList& data) {
  declareString(data, "File", "", "Data set (HDF5), relative to the deck. Required.");
  declareInt(data, "Training Samples", 0, "Size of a random subset of the training samples; 0: all.", 0,
             largest);
  declareInt(data, "Seed", 1, "Seed of every random choice of samples.", 0, largest);
}

void declareSampling(ParameterList& sampling) {
  constexpr double infinite = std::numeric_limits<double>::max();
  declareChoice(sampling, "Type", "Full",
                "Full: the finest level has all training samples. Dynamic: not in this version.",
                {"Full", "Dynamic"});
  ParameterList& dynamic =
      sampling.sublist("Dynamic", false, "Read with Type = Dynamic, which this version does not have.");
  declareInt(dynamic, "Initial Samples", 500, "Samples of the first batch.", 1, largest);
  declareDouble(dynamic, "Overlap", 0.5, "Part of a batch that the next one shares.", 0.0, 1.0);
  declareDouble(dynamic, "Growth", 2.0, "Factor on the batch size after a rejected epoch.", 1.0, infinite,
                true);
  declareInt(dynamic, "Steps per Check", 20, "Steps between two evaluations of the full loss.", 1, largest);
  declareDouble(dynamic, "Acceptance Threshold", 0.1, "Least ratio of actual to predicted reduction.", 0.0,
                1.0);
}

void declareOutput(ParameterList& output) {
  declareInt(output, "Metrics Every", 1,
             "Iterations between two evaluations of the train and test metrics (not counted as work); 0: "
             "only at the end.",
             0, largest);
  declareBool(output, "Progress", true, "Show a progress line during long iterations, on a terminal only.");
}

bool startsWith(const std::string& text, const std::string& start) {
  return text.rfind(start, 0) == 0;
}

} // namespace

Teuchos::RCP<const ParameterList> validDeckParameters() {
  static const Teuchos::RCP<const ParameterList> table = [] {
    auto deck = Teuchos::rcp(new ParameterList("Terrace"));
    deck->set("Network", *resnet::validNetworkParameters(), "The residual network and its loss.");
    declareData(deck->sublist("Data", false, "The samples."));
    deck->set("Levels", *resnet::validLevelParameters(),
              "The ladder of shallower networks and fewer samples.");
    const auto solver = validSolverParameters();
    for (const auto* name : {"General", "Step"})
      deck->set(name, solver->sublist(name), "ROL's list and ours.");
    declareSampling(deck->sublist("Sampling", false, "Which samples an iteration sees."));
    deck->set("Status Test", solver->sublist("Status Test"), "When to stop; 0 switches a test off.");
    declareOutput(deck->sublist("Output", false, "What the program shows."));
    return deck;
  }();
  return table;
}

bool isTerraceParameter(const std::string& path) {
  for (const auto* list :
       {"Network/", "Data/", "Levels/", "Sampling/", "Output/", "Step/Multilevel Trust Region/"})
    if (startsWith(path, list)) return true;
  const auto ours = [&path](const std::string& list, const ParameterList& table) {
    return startsWith(path, list) && table.isParameter(path.substr(list.size()));
  };
  if (ours("General/Secant/", *validSecantParameters()) || ours("Status Test/", *validStatusTestParameters()))
    return true;
  constexpr std::array shared{"General/Output Level",           "General/Secant/Type",
                              "General/Secant/Maximum Storage", "Step/Type",
                              "Status Test/Gradient Tolerance", "Status Test/Step Tolerance",
                              "Status Test/Iteration Limit"};
  return std::find(shared.begin(), shared.end(), path) != shared.end();
}

} // namespace terrace::program
