#include "deck/DeckParameters.hpp"

#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>
#include <terrace/resnet/levels/LevelOptions.hpp>
#include <terrace/resnet/network/NetworkParameters.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/HeldOutSamples.hpp>

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
  resnet::declareDataScaling(data);
  resnet::declareValidationShare(data);
}

void declareOutput(ParameterList& output) {
  declareInt(output, "Metrics Every", 1,
             "Iterations between two evaluations of the train and test metrics (not counted as work); 0: "
             "only at the end.",
             0, largest);
  declareDouble(
      output, "Checkpoint Every", 60,
      "Seconds between two checkpoints of `terrace train`, from which a run can be resumed. Checkpoints take "
      "at most a twentieth of the time. A shorter run writes one only if it is interrupted. 0: none.",
      0, std::numeric_limits<double>::infinity());
  declareBool(output, "Progress", true, "Show a progress line during long iterations, on a terminal only.");
}

// The lists of a deck. General, Step, Sampling and Status Test are those in `solver`.
Teuchos::RCP<const ParameterList> makeTable(const ParameterList& solver) {
  auto deck = Teuchos::rcp(new ParameterList("Terrace"));
  deck->set("Network", *resnet::validNetworkParameters(), "The residual network and its loss.");
  declareData(deck->sublist("Data", false, "The samples."));
  deck->set("Levels", *resnet::validLevelParameters(), "The ladder of shallower networks and fewer samples.");
  deck->set("General", solver.sublist("General"), "Output and the secant.");
  deck->set("Step", solver.sublist("Step"), "The solver.");
  deck->set("Sampling", solver.sublist("Sampling"), "Which samples an iteration sees.");
  deck->set("Status Test", solver.sublist("Status Test"), "When to stop.");
  declareOutput(deck->sublist("Output", false, "What the program shows."));
  return deck;
}

} // namespace

Teuchos::RCP<const ParameterList> validDeckParameters() {
  static const auto table = makeTable(*validSolverParameters());
  return table;
}

Teuchos::RCP<const ParameterList> deckDefaults() {
  static const auto table = makeTable(*solverDefaults());
  return table;
}

ParameterList inTableOrder(const ParameterList& list, const ParameterList& table) {
  if (table.numParams() == 0) return list; // a list that may hold anything
  ParameterList ordered(list.name());
  for (auto item = table.begin(); item != table.end(); ++item) {
    const std::string& name = table.name(item);
    if (!list.isParameter(name)) continue;
    const std::string meaning = table.entry(item).docString();
    if (table.isSublist(name)) {
      ordered.set(name, inTableOrder(list.sublist(name), table.sublist(name)), meaning);
    } else {
      Teuchos::ParameterEntry entry;
      entry.setAnyValue(list.getEntry(name).getAny(false));
      entry.setDocString(meaning);
      ordered.setEntry(name, entry);
    }
  }
  return ordered;
}

} // namespace terrace::program
