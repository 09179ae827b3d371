#include "report/ReportTables.hpp"

#include "compare/Statistics.hpp"
#include "report/Html.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace terrace::program {
namespace {

std::string number(double value, const char* format = "%.4g") {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return "never";
  char text[32];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// The median, and below it "(lowest – highest)".
std::string spread(const std::vector<double>& values) {
  const Statistics s = Statistics::of(values);
  if (std::isnan(s.median) || s.lowest == s.highest) return number(s.median);
  return number(s.median) + "\n(" + number(s.lowest, "%.3g") + " – " + number(s.highest, "%.3g") + ")";
}

std::vector<double> numbersOf(const SolverRuns& solver, const std::string& key) {
  std::vector<double> values;
  for (const auto& run : solver.runs)
    if (run.failure().empty()) values.push_back(run.number(key));
  return values;
}

std::vector<double> costsOf(const SolverRuns& solver, double target, const std::string& cost) {
  std::vector<double> values;
  for (const auto& run : solver.runs) values.push_back(run.costOf(target, cost));
  return values;
}

std::string runCount(const SolverRuns& solver) {
  const auto failed = std::count_if(solver.runs.begin(), solver.runs.end(),
                                    [](const auto& run) { return !run.failure().empty(); });
  return std::to_string(solver.runs.size()) + (failed > 0 ? " (" + std::to_string(failed) + " failed)" : "");
}

using Settings = std::map<std::string, std::string>;

void collect(const Teuchos::ParameterList& list, const std::string& place, Settings& settings) {
  for (auto at = list.begin(); at != list.end(); ++at) {
    const auto& name = at->first;
    const auto& entry = at->second;
    if (name == "Seed") continue;
    if (entry.isList()) {
      collect(list.sublist(name), place + name + " / ", settings);
    } else {
      settings[place + name] = parameterText(entry);
    }
  }
}

Settings settingsOf(const SolverRuns& solver) {
  Settings settings;
  collect(solver.runs.front().deck, "", settings);
  return settings;
}

std::string metricOf(const ProblemRuns& problem) {
  return problem.solvers.front().runs.front().metric;
}

// The machine of a run as cells.
std::vector<std::string> machineOf(const RecordedRun& run) {
  const auto machine = run.summary.value("machine", nlohmann::json::object());
  const auto text = [&machine](const char* key) {
    const auto found = machine.find(key);
    if (found == machine.end()) return std::string("not recorded");
    return found->is_string() ? found->get<std::string>() : found->dump();
  };
  return {text("processor"),  text("cores"),    text("memory_gib"),
          text("system"),     text("compiler"), run.summary.value("ranks", nlohmann::json()).dump(),
          run.text("version")};
}

} // namespace

std::string resultTable(const ProblemRuns& problem) {
  const std::string metric = metricOf(problem);
  const std::vector<std::string> keys{"value", "train_" + metric, "test_" + metric, "work_units",
                                      "wall_seconds"};
  HtmlTable table(
      {"Solver", "Runs", "Final loss", "Train " + metric, "Test " + metric, "Work units", "Seconds"});
  for (const auto& solver : problem.solvers) {
    std::vector<std::string> row{solver.name, runCount(solver)};
    for (const auto& key : keys) row.push_back(spread(numbersOf(solver, key)));
    table.add(row);
  }
  return table.html("Results of the runs: median over the seeds, and the range in parentheses.", "numbers");
}

std::string targetTable(const ProblemRuns& problem) {
  if (problem.targets.empty()) return "";
  std::vector<std::string> head{"Solver"};
  for (const char* unit : {"Work units", "Seconds"})
    for (const double target : problem.targets) head.push_back(unit + std::string(" to ") + number(target));
  HtmlTable table(head);
  for (const auto& solver : problem.solvers) {
    std::vector<std::string> row{solver.name};
    for (const char* cost : {"work", "seconds"})
      for (const double target : problem.targets) row.push_back(spread(costsOf(solver, target, cost)));
    table.add(row);
  }
  return table.html(
      "Costs until the loss with regularisation over all training samples is first no larger than a "
      "target: median over the seeds, and the range in parentheses.",
      "numbers");
}

std::string settingsTable(const ProblemRuns& problem) {
  std::vector<std::string> head{"Parameter"};
  std::vector<Settings> all;
  std::set<std::string> names;
  for (const auto& solver : problem.solvers) {
    head.push_back(solver.name);
    all.push_back(settingsOf(solver));
    for (const auto& setting : all.back()) names.insert(setting.first);
  }
  HtmlTable table(head);
  for (const auto& name : names) {
    std::vector<std::string> row{name};
    std::set<std::string> values;
    for (const auto& settings : all) {
      const auto found = settings.find(name);
      row.push_back(found == settings.end() ? "–" : found->second);
      values.insert(row.back());
    }
    if (values.size() > 1) table.add(row);
  }
  return table.empty() ? ""
                       : table.html("Parameters in which the solvers differ; –: not in the deck.", "words");
}

std::string runTable(const RunGroups& groups) {
  HtmlTable table({"Run", "Problem", "Solver", "Seed", "Status", "Loss", "Gradient norm", "Train", "Test",
                   "Iterations", "Work units", "Seconds"});
  for (const auto& problem : groups.problems)
    for (const auto& solver : problem.solvers)
      for (const auto& run : solver.runs)
        table.add({run.directory, problem.name, solver.name, std::to_string(run.seed()),
                   run.failure().empty() ? run.text("status") : run.text("status") + ": " + run.failure(),
                   number(run.number("value"), "%.6g"), number(run.number("gradient_norm")),
                   number(run.number("train_" + run.metric)), number(run.number("test_" + run.metric)),
                   number(run.number("iterations"), "%.0f"), number(run.number("work_units")),
                   number(run.number("wall_seconds"))});
  return table.html("Train and Test: accuracy (classification) or relative L² error (regression).", "words");
}

std::string machineTable(const RunGroups& groups) {
  std::vector<std::pair<std::vector<std::string>, int>> machines;
  for (const auto& problem : groups.problems)
    for (const auto& solver : problem.solvers)
      for (const auto& run : solver.runs) {
        const auto machine = machineOf(run);
        const auto found = std::find_if(machines.begin(), machines.end(),
                                        [&](const auto& entry) { return entry.first == machine; });
        if (found == machines.end()) {
          machines.emplace_back(machine, 1);
        } else {
          ++found->second;
        }
      }
  HtmlTable table(
      {"Processor", "Cores", "Memory, GiB", "System", "Compiler", "MPI ranks", "Terrace", "Runs"});
  for (auto& [machine, runs] : machines) {
    machine.push_back(std::to_string(runs));
    table.add(machine);
  }
  return table.html("Machines of the runs.", "words");
}

} // namespace terrace::program
