#include "compare/Comparison.hpp"

#include "compare/Study.hpp"
#include "compare/StudyDirectory.hpp"

#include <algorithm>
#include <functional>

namespace terrace::program {
namespace {

void addOnce(std::string& list, const std::string& text, std::vector<std::string>& seen) {
  if (std::find(seen.begin(), seen.end(), text) != seen.end()) return;
  seen.push_back(text);
  list += (list.empty() ? "" : "; ") + text;
}

using Runs = std::vector<const RecordedRun*>;

// "Work Limit of 20 units reached; Failed (1 of 3): a value is not finite"
std::string statusOf(const Runs& runs, int failed) {
  std::string status, reasons;
  std::vector<std::string> seen;
  for (const auto* run : runs)
    run->failed() ? addOnce(reasons, run->failure(), seen) : addOnce(status, run->text("status"), seen);
  if (failed == 0) return status;
  const std::string failures =
      "Failed (" + std::to_string(failed) + " of " + std::to_string(runs.size()) + "): " + reasons;
  return status.empty() ? failures : status + "; " + failures;
}

Statistics statisticsOf(const Runs& runs, const std::function<double(const RecordedRun&)>& number) {
  std::vector<double> values;
  for (const auto* run : runs) values.push_back(number(*run));
  return Statistics::of(values);
}

SolverResult resultOf(const Runs& runs, const Study::Item& problem) {
  const auto statistics = [&runs](const std::string& key) {
    return statisticsOf(runs, [&key](const RecordedRun& run) { return run.number(key); });
  };
  const auto costs = [&runs](double target, const std::string& cost) {
    return statisticsOf(runs, [&](const RecordedRun& run) { return run.costOf(target, cost); });
  };
  SolverResult result;
  result.problem = problem.name;
  result.runs = static_cast<int>(runs.size());
  for (const auto* run : runs) result.failed += run->failed() ? 1 : 0;
  result.status = statusOf(runs, result.failed);
  result.metric = runs.front()->metric;
  result.value = statistics("value");
  result.workUnits = statistics("work_units");
  result.wallSeconds = statistics("wall_seconds");
  result.trainMetric = statistics("train_" + result.metric);
  result.testMetric = statistics("test_" + result.metric);
  for (const double target : problem.targets)
    result.targets.push_back({target, costs(target, "work"), costs(target, "seconds")});
  return result;
}

// costs[solver][instance] of the targets, for a profile.
std::vector<std::vector<double>> targetCosts(const std::vector<Comparison::Solver>& solvers,
                                             const Study& study, const std::string& cost) {
  std::vector<std::vector<double>> all;
  for (const auto& solver : solvers) {
    auto& own = all.emplace_back();
    for (const auto& run : solver.runs)
      for (const double target : study.problem(run.problem).targets)
        own.push_back(run.record.costOf(target, cost));
  }
  return all;
}

} // namespace

Comparison::Comparison(const Study& study, const std::string& directory) {
  for (const auto& solver : study.solvers()) {
    Solver& entry = solvers_.emplace_back();
    entry.name = solver.name;
    entry.runs.reserve(study.problems().size() * study.seeds().size());
    for (const auto& problem : study.problems()) {
      Runs runs;
      for (const int seed : study.seeds()) {
        const std::string folder = StudyDirectory::runFolder(problem, solver, seed);
        entry.runs.push_back({problem.name, seed, folder, RecordedRun::read(directory + "/" + folder)});
        runs.push_back(&entry.runs.back().record);
      }
      entry.results.push_back(resultOf(runs, problem));
    }
  }
  workProfile_ = PerformanceProfile(targetCosts(solvers_, study, "work"));
  secondsProfile_ = PerformanceProfile(targetCosts(solvers_, study, "seconds"));
}

} // namespace terrace::program
