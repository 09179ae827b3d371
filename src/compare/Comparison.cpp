#include "compare/Comparison.hpp"

#include "compare/Study.hpp"
#include "compare/StudyDirectory.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace terrace::program {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

void addOnce(std::string& list, const std::string& text, std::vector<std::string>& seen) {
  if (std::find(seen.begin(), seen.end(), text) != seen.end()) return;
  seen.push_back(text);
  list += (list.empty() ? "" : "; ") + text;
}

// "Work Limit of 20 units reached; failed (1 of 3): a value is not finite"
std::string statusOf(const std::vector<const RunRecord*>& runs, int failed) {
  std::string status, reasons;
  std::vector<std::string> seen;
  for (const auto* run : runs)
    run->failed() ? addOnce(reasons, run->failure, seen) : addOnce(status, run->status, seen);
  if (failed == 0) return status;
  const std::string failures =
      "Failed (" + std::to_string(failed) + " of " + std::to_string(runs.size()) + "): " + reasons;
  return status.empty() ? failures : status + "; " + failures;
}

Statistics statisticsOf(const std::vector<const RunRecord*>& runs,
                        const std::function<double(const RunRecord&)>& number) {
  std::vector<double> values;
  for (const auto* run : runs) values.push_back(number(*run));
  return Statistics::of(values);
}

SolverResult resultOf(const std::vector<const RunRecord*>& runs, const Study::Item& problem) {
  SolverResult result;
  result.problem = problem.name;
  result.runs = static_cast<int>(runs.size());
  for (const auto* run : runs) result.failed += run->failed() ? 1 : 0;
  result.status = statusOf(runs, result.failed);
  result.metric = runs.front()->metric;
  result.value = statisticsOf(runs, [](const RunRecord& run) { return run.value; });
  result.workUnits = statisticsOf(runs, [](const RunRecord& run) { return run.workUnits; });
  result.wallSeconds = statisticsOf(runs, [](const RunRecord& run) { return run.wallSeconds; });
  result.trainMetric = statisticsOf(runs, [](const RunRecord& run) { return run.trainMetric; });
  result.testMetric = statisticsOf(runs, [](const RunRecord& run) { return run.testMetric; });
  for (std::size_t i = 0; i < problem.targets.size(); ++i)
    result.targets.push_back(
        {problem.targets[i],
         statisticsOf(runs, [i](const RunRecord& run) { return run.targets[i].work.value_or(never); }),
         statisticsOf(runs, [i](const RunRecord& run) { return run.targets[i].seconds.value_or(never); })});
  return result;
}

std::vector<std::vector<double>> costs(const std::vector<Comparison::Solver>& solvers,
                                       std::optional<double> TargetRecord::*cost) {
  std::vector<std::vector<double>> all;
  for (const auto& solver : solvers) {
    auto& own = all.emplace_back();
    for (const auto& run : solver.runs)
      for (const auto& target : run.targets) own.push_back((target.*cost).value_or(never));
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
      std::vector<const RunRecord*> runs;
      for (const int seed : study.seeds()) {
        const std::string folder = StudyDirectory::runFolder(problem, solver, seed);
        RunRecord& run = entry.runs.emplace_back(readRunRecord(directory + "/" + folder, problem.targets));
        run.problem = problem.name;
        run.seed = seed;
        run.directory = folder;
        runs.push_back(&run);
      }
      entry.results.push_back(resultOf(runs, problem));
    }
  }
  workProfile_ = PerformanceProfile(costs(solvers_, &TargetRecord::work));
  secondsProfile_ = PerformanceProfile(costs(solvers_, &TargetRecord::seconds));
}

} // namespace terrace::program
