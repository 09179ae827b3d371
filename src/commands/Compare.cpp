#include "commands/Compare.hpp"

#include "compare/Comparison.hpp"
#include "compare/Study.hpp"
#include "compare/StudyDirectory.hpp"
#include "run/RunDirectory.hpp"
#include "run/RunFiles.hpp"
#include "run/Training.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>
#include <terrace/parameters/OneLine.hpp>

#include <cstdio>
#include <iostream>
#include <new>
#include <stdexcept>

namespace terrace::program {
namespace {

using Communicator = Teuchos::RCP<const Teuchos::Comm<int>>;

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

// The runs that are not there yet: with a seed all solvers, so that an early look compares them.
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

// Makes every problem with every solver once: what does not fit together shows before the first run.
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

// A solver's failure comes from numbers that all ranks share, so all of them catch it; running out of memory
// need not.
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

void compare(const CompareOptions& options, const Communicator& comm) {
  const Study study = Study::read(options.study, options.assignments, *comm);
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
                               " runs are in " + target + "; the same command goes on with the others.");
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
