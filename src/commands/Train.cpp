#include "commands/Train.hpp"

#include "deck/Deck.hpp"
#include "run/RunDirectory.hpp"
#include "run/RunFiles.hpp"
#include "run/Training.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>

#include <cstdio>
#include <iostream>
#include <stdexcept>

namespace terrace::program {
namespace {

void printSummary(const Summary& summary, const std::string& directory, std::ostream& out) {
  const auto line = [&out](const char* label, const char* pattern, auto value) {
    char text[200];
    std::snprintf(text, sizeof(text), pattern, value);
    out << label << text << '\n';
  };
  const char* metric = summary.metric == "accuracy" ? "%.4f" : "%.4e";
  out << "\nStatus:          " << summary.status << '\n';
  line("Value:           ", "%.10e", summary.value);
  line("Gradient norm:   ", "%.4e", summary.gradientNorm);
  line(summary.metric == "accuracy" ? "Train accuracy:  " : "Train error:     ", metric, summary.trainMetric);
  line(summary.metric == "accuracy" ? "Test accuracy:   " : "Test error:      ", metric, summary.testMetric);
  line("Iterations:      ", "%d", summary.iterations);
  line("Work units:      ", "%.2f", summary.workUnits);
  line("Seconds:         ", "%.2f", summary.wallSeconds);
  out << "Run directory:   " << directory << " (deck.xml, history.h5, model.h5, summary.json)" << std::endl;
}

} // namespace

void train(const TrainOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  if (options.force && options.resume)
    throw std::invalid_argument(
        "--force and --resume: the run directory is either replaced or gone on with.");
  const Deck deck = Deck::read(options.deck, options.assignments, *comm);
  const std::string target = options.output.empty() ? "runs/" + deck.stem() : options.output;
  RunDirectory directory(target,
                         options.resume  ? RunDirectory::Existing::Resume
                         : options.force ? RunDirectory::Existing::Replace
                                         : RunDirectory::Existing::Keep,
                         *comm);
  Training training(deck, comm, Display::Table, {directory.checkpoint(), options.resume});
  const bool prints = dataset::isRoot(*comm) && deck.list("General").get<int>("Output Level") > 0;
  if (prints) training.describe(std::cout);
  const Summary summary = training.run(std::cout);
  writeRun(directory, deck, training, summary, *comm);
  directory.commit(training.leavesCheckpoint() ? RunDirectory::Checkpoint::Keep
                                               : RunDirectory::Checkpoint::Remove);
  if (prints) printSummary(summary, target, std::cout);
  if (summary.interrupted)
    throw std::runtime_error("interrupted; " + target + " has what was reached" +
                             (training.leavesCheckpoint() ? ", and --resume goes on with it." : "."));
}

} // namespace terrace::program
