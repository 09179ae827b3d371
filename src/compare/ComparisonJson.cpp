// The text of comparison.json.
#include "Version.hpp"
#include "compare/Comparison.hpp"
#include "compare/Study.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace terrace::program {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json median(const Statistics& statistics) {
  return number(statistics.median);
}

Json range(const Statistics& statistics) {
  return Json::array({number(statistics.lowest), number(statistics.highest)});
}

// The numbers of a result; `pick` makes a median or a range of each.
Json numbersOf(const SolverResult& result, Json (*pick)(const Statistics&)) {
  Json numbers;
  numbers["value"] = pick(result.value);
  numbers["work_units"] = pick(result.workUnits);
  numbers["wall_seconds"] = pick(result.wallSeconds);
  numbers["train_" + result.metric] = pick(result.trainMetric);
  numbers["test_" + result.metric] = pick(result.testMetric);
  numbers["targets"] = Json::array();
  for (const auto& target : result.targets)
    numbers["targets"].push_back(
        {{"target", target.target}, {"work_units", pick(target.work)}, {"seconds", pick(target.seconds)}});
  return numbers;
}

Json runOf(const ComparedRun& run, const std::vector<double>& targets) {
  const RecordedRun& record = run.record;
  Json json;
  json["problem"] = run.problem;
  json["seed"] = run.seed;
  json["directory"] = run.directory;
  json["status"] = record.text("status");
  json["failed"] = record.failed();
  json["reason"] = record.failed() ? Json(record.failure()) : Json(nullptr);
  for (const std::string& key : {std::string("value"), std::string("work_units"), std::string("wall_seconds"),
                                 "train_" + record.metric, "test_" + record.metric})
    json[key] = number(record.number(key));
  json["targets"] = Json::array();
  for (const double target : targets)
    json["targets"].push_back({{"target", target},
                               {"work_units", number(record.costOf(target, "work"))},
                               {"seconds", number(record.costOf(target, "seconds"))}});
  return json;
}

Json resultOf(const SolverResult& result) {
  Json json;
  json["problem"] = result.problem;
  json["status"] = result.status;
  json["runs"] = result.runs;
  json["failed"] = result.failed;
  json["median"] = numbersOf(result, median);
  json["range"] = numbersOf(result, range);
  return json;
}

// With one problem its medians stand beside the solver's name too; numbers of several problems have no
// median.
Json solverOf(const Comparison::Solver& solver, const Study& study) {
  Json json;
  json["name"] = solver.name;
  if (solver.results.size() == 1) {
    const SolverResult& only = solver.results.front();
    json["status"] = only.status;
    json.update(numbersOf(only, median));
    json["median"] = numbersOf(only, median);
    json["range"] = numbersOf(only, range);
  }
  json["results"] = Json::array();
  for (const auto& result : solver.results) json["results"].push_back(resultOf(result));
  json["runs"] = Json::array();
  for (const auto& run : solver.runs) json["runs"].push_back(runOf(run, study.problem(run.problem).targets));
  return json;
}

Json profilesOf(const PerformanceProfile& profile, const std::vector<Comparison::Solver>& solvers) {
  Json json;
  json["instances"] = profile.instances();
  json["solvers"] = Json::array();
  for (std::size_t s = 0; s < solvers.size(); ++s) {
    Json entry;
    entry["name"] = solvers[s].name;
    entry["ratios"] = profile.ratios(s);
    entry["fractions"] = Json::array();
    for (const double ratio : profile.ratios(s)) entry["fractions"].push_back(profile.at(s, ratio));
    json["solvers"].push_back(entry);
  }
  return json;
}

} // namespace

std::string Comparison::json(const Study& study) const {
  Json json;
  json["study"] = study.name();
  json["version"] = version;
  json["seeds"] = study.seeds();
  json["targets"] = study.problems().front().targets;
  json["problems"] = Json::array();
  json["problem_targets"] = Json::object();
  for (const auto& problem : study.problems()) {
    json["problems"].push_back(problem.name);
    json["problem_targets"][problem.name] = problem.targets;
  }
  json["solvers"] = Json::array();
  for (const auto& solver : solvers_) json["solvers"].push_back(solverOf(solver, study));
  json["profiles"]["work_units"] = profilesOf(workProfile_, solvers_);
  json["profiles"]["seconds"] = profilesOf(secondsProfile_, solvers_);
  return json.dump(2) + '\n';
}

} // namespace terrace::program
