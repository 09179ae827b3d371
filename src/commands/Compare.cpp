#include "commands/Compare.hpp"

#include "compare/Comparison.hpp"
#include "compare/Study.hpp"
#include "compare/StudyDirectory.hpp"
#include "deck/DeckWarnings.hpp"
#include "run/RunDirectory.hpp"
#include "run/RunFiles.hpp"
#include "run/Training.hpp"

#include <terrace/parameters/OneLine.hpp>

#include <cstdio>
#include <iostream>
#include <memory>
#include <new>
#include <stdexcept>

namespace terrace::program {
namespace {

struct PlannedRun {
  const Study::Item* problem;
  const Study::Item* solver;
  int seed;

  std::string folder() const { return StudyDirectory::runFolder(*problem, *solver, seed); }
  Deck deck(const Study& study) const { return study.deck(*problem, *solver, seed); }
  std::string name(const Study& study) const {
    return (study.problems().size() > 1 ? problem->name + ", " : "") + solver->name + ", seed " +
           std::to_string(seed);
  }
};

// The runs that are missing, seed by seed: then an early look compares all solvers.
std::vector<PlannedRun> missingRuns(const Study& study, const StudyDirectory& directory) {
  std::vector<PlannedRun> runs;
  for (const auto& problem : study.problems())
    for (const int seed : study.seeds())
      for (const auto& solver : study.solvers()) {
        const PlannedRun run{&problem, &solver, seed};
        if (!directory.holds(run.folder(), run.deck(study))) runs.push_back(run);
      }
  return runs;
}

// Builds every problem with every solver once, so that what does not fit shows before the first run.
void checkRuns(const std::vector<PlannedRun>& runs, const Study& study, const std::string& file,
               const Communicator& comm) {
  for (const auto& run : runs) {
    if (run.seed != study.seeds().front()) continue;
    try {
      const Training training(run.deck(study), comm, Display::Progress);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(file + ": " + study.place(*run.problem, *run.solver) + ": " + error.what());
    }
  }
}

// A solver fails because of numbers that all ranks share, so all ranks catch the failure. One rank alone may
// run out of memory.
Summary runOrFail(Training& training, const Communicator& comm) {
  try {
    return training.run(std::cout);
  } catch (const std::bad_alloc&) {
    if (comm->getSize() > 1) throw;
    return training.failed("out of memory.");
  } catch (const std::exception& error) {
    return training.failed(oneLine(error.what()));
  }
}

void print(const std::string& name, const Summary& summary) {
  char numbers[120];
  std::snprintf(numbers, sizeof(numbers), "%.4e, %.2f work units, %.2f s; ", summary.value, summary.workUnits,
                summary.wallSeconds);
  std::cout << name << ": "
            << (summary.failure.empty() ? numbers + summary.status : "failed: " + summary.failure)
            << std::endl;
}

Summary makeRun(const PlannedRun& run, const Study& study, const StudyDirectory& directory,
                const Communicator& comm) {
  const Deck deck = run.deck(study);
  RunDirectory runDirectory(directory.file(run.folder()), RunDirectory::Existing::Replace, *comm);
  Training training(deck, comm, Display::Progress);
  const Summary summary = runOrFail(training, comm);
  if (summary.interrupted) return summary;
  writeRun(runDirectory, deck, training, summary, *comm);
  runDirectory.commit();
  return summary;
}

} // namespace

void addCompare(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<CompareOptions>();
  CLI::App* command =
      parent.add_subcommand("compare", "Run several solvers on the same problems, side by side");
  command->add_option("STUDY", options->study, "Study, XML or YAML (.yaml, .yml)")->required();
  command->add_option("-o,--output", options->output, "Study directory (default: runs/<name of the study>)")
      ->check(fileName())
      ->type_name("DIR");
  addAssignments(
      *command, options->assignments,
      "Change a parameter of what all runs share, or of a list in Problems or Solvers; may be repeated");
  command->add_flag("-f,--force", options->force, "Make all runs again");
  addStrict(*command, options->strict);
  command->footer(
      "A study is a deck, which all runs share, with more lists and parameters:\n"
      "  Solvers   a list for each solver, with its changes to the deck; required\n"
      "  Targets   Array(double): values of the full loss; work and seconds to reach each are compared; "
      "required\n"
      "  Seeds     Array(int): each run is repeated with each, as Network/Initial Guess/Seed and Data/Seed; "
      "default {1}\n"
      "  Problems  a list for each problem, with its changes to the deck; it may have its own Targets\n"
      "Writes study.xml, comparison.json and a run directory for each run: "
      "runs/<problem>/<solver>/seed-<n>/.\n"
      "Runs that exist and have the same deck are kept, so the same command completes a study that was "
      "interrupted or\n"
      "changed. A solver that fails has a row with the reason. A parameter that a problem or a solver sets "
      "itself is\n"
      "changed in its list only; --set without the list is refused.\n"
      "\nExamples:\n"
      "  terrace compare examples/solver_comparison/spiral-and-peaks.xml\n"
      "  terrace compare study.xml --set \"Solvers/Adam/Step/Adam/Learning Rate=0.01\"\n"
      "  mpiexec -n 2 terrace compare study.xml --output runs/study --set \"Status Test/Work Limit=50\"");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { compare(*options, comm); }; });
}

void compare(const CompareOptions& options, const Communicator& comm) {
  const Study study = Study::read(options.study, options.assignments, *comm);
  reportWarnings(study.warnings(), options.study, options.strict, *comm);
  const std::string target = options.output.empty() ? "runs/" + study.stem() : options.output;
  StudyDirectory directory(
      target, options.force ? StudyDirectory::Existing::Replace : StudyDirectory::Existing::Continue, *comm);
  const bool prints = dataset::isRoot(*comm);
  const auto missing = missingRuns(study, directory);
  checkRuns(missing, study, options.study, comm);
  directory.begin(study, options.study);
  const std::size_t total = study.problems().size() * study.solvers().size() * study.seeds().size();
  std::size_t done = total - missing.size();
  if (prints && done > 0) std::cout << done << " of " << total << " runs are there already." << std::endl;
  for (const auto& run : missing) {
    const Summary summary = makeRun(run, study, directory, comm);
    if (summary.interrupted)
      throw std::runtime_error("interrupted: " + std::to_string(done) + " of " + std::to_string(total) +
                               " runs are in " + target + "; the same command makes the others.");
    ++done;
    if (prints)
      print("[" + std::to_string(done) + "/" + std::to_string(total) + "] " + run.name(study), summary);
  }
  std::string json;
  dataset::runOnRoot(*comm, [&] {
    const Comparison comparison(study, target);
    json = comparison.json(study);
    std::cout << comparison.table(study);
  });
  directory.write("comparison.json", json);
  if (prints)
    std::cout << "\nStudy directory: " << target << " (study.xml, comparison.json, runs)" << std::endl;
}

} // namespace terrace::program
