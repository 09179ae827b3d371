#include "commands/Train.hpp"

#include "deck/Deck.hpp"
#include "deck/DeckWarnings.hpp"
#include "run/RunDirectory.hpp"
#include "run/RunFiles.hpp"
#include "run/Training.hpp"

#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>
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
  const auto derivatives = [&](const char* label, double error) {
    if (!std::isnan(error)) line(label, "%.4e", error);
  };
  derivatives("Train derivatives: ", summary.trainDerivativeError);
  derivatives("Test derivatives:  ", summary.testDerivativeError);
  line("Iterations:      ", "%d", summary.iterations);
  line("Work units:      ", "%.2f", summary.workUnits);
  line("Seconds:         ", "%.2f", summary.wallSeconds);
  out << "Run directory:   " << directory << " (deck.xml, history.h5, model.h5, summary.json)" << std::endl;
}

} // namespace

void addTrain(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<TrainOptions>();
  CLI::App* command = parent.add_subcommand("train", "Train the network of an input deck");
  command->add_option("DECK", options->deck, "Input deck, XML or YAML (.yaml, .yml)")->required();
  command->add_option("-o,--output", options->output, "Run directory (default: runs/<name of the deck>)")
      ->check(fileName())
      ->type_name("DIR");
  addAssignments(*command, options->assignments, "Change a parameter of the deck; may be repeated");
  command->add_flag("-f,--force", options->force, "Replace the run directory if it exists");
  command->add_flag("-r,--resume", options->resume,
                    "Resume the run in the run directory from its checkpoint");
  addStrict(*command, options->strict);
  command->footer(
      "Writes deck.xml (as used), model.h5, history.h5 and summary.json to the run directory: all of them or "
      "none.\n"
      "Data/File in the deck is relative to the deck; with --set it is relative to the current directory.\n"
      "A run that is interrupted (Ctrl-C) ends after the current step, keeps its result and exits with "
      "status 1.\n"
      "\nA run writes checkpoint.h5 to the run directory every Output/Checkpoint Every seconds (60) and when "
      "it is\n"
      "interrupted. --resume continues from there, to the same bits as a run that was not killed. Where "
      "Ctrl-C or a\n"
      "limit ended a run within an iteration, it continues from the last step. ROL's own solvers continue "
      "from\n"
      "their iterate with an empty secant. The deck must be the same except for Status Test, Output, "
      "Data/File and\n"
      "Network/Sweep Precision; the number of ranks may change (doc/resume.md).\n"
      "\nExamples:\n"
      "  terrace train data/decks/quickstart.xml\n"
      "  terrace train deck.xml --resume --set \"Status Test/Work Limit=200\"\n"
      "  mpiexec -n 4 terrace train deck.yaml --output runs/wide --set Network/Width=16\n"
      "  terrace train deck.xml --set \"Step/Multilevel Trust Region/Cycle=F\" \\\n"
      "                         --set \"Levels/Sample Fractions={1.0, 0.2}\"");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { train(*options, comm); }; });
}

void train(const TrainOptions& options, const Communicator& comm) {
  if (options.force && options.resume)
    throw std::invalid_argument(
        "--force and --resume: expected one; a run directory is either replaced or resumed.");
  const Deck deck = Deck::read(options.deck, options.assignments, *comm);
  reportWarnings(deck.warnings(), options.deck, options.strict, *comm);
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
                             (training.leavesCheckpoint() ? "; --resume continues the run." : "."));
}

} // namespace terrace::program
