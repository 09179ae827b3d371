// The comparison as a table of text.
#include "compare/Comparison.hpp"
#include "compare/Study.hpp"

#include <terrace/parameters/ParameterText.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace terrace::program {
namespace {

using Row = std::vector<std::string>;

// Formats a number; "-" for one that is missing or was never reached.
std::string text(const char* pattern, double value) {
  if (!std::isfinite(value)) return "-";
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), pattern, value);
  return buffer;
}

// The width of a cell in characters of UTF-8.
std::size_t widthOf(const std::string& cell) {
  return static_cast<std::size_t>(
      std::count_if(cell.begin(), cell.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// Aligns the first column at the left and the others at the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], widthOf(row[i]));
  }
  std::string lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - widthOf(row[i]), ' ');
      line += i == 0 ? row[i] + padding : "  " + padding + row[i];
    }
    lines += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return lines;
}

void addCell(Row& medians, Row& ranges, const char* pattern, const Statistics& statistics) {
  medians.push_back(text(pattern, statistics.median));
  const std::string lowest = text(pattern, statistics.lowest), highest = text(pattern, statistics.highest);
  ranges.push_back(lowest == highest ? "" : lowest + ".." + highest);
}

void addSolver(const std::string& name, const SolverResult& result, std::vector<Row>& rows) {
  Row medians{name}, ranges{""};
  addCell(medians, ranges, "%.4g", result.value);
  addCell(medians, ranges, result.metric == "accuracy" ? "%.4f" : "%.3e", result.testMetric);
  for (const auto& target : result.targets) {
    addCell(medians, ranges, "%.4g", target.work);
    addCell(medians, ranges, "%.3g", target.seconds);
  }
  rows.push_back(medians);
  if (std::any_of(ranges.begin(), ranges.end(), [](const auto& cell) { return !cell.empty(); }))
    rows.push_back(ranges);
}

std::string tableOf(const Study& study, std::size_t problem, const std::vector<Comparison::Solver>& solvers) {
  const SolverResult& first = solvers.front().results[problem];
  Row above{"", "final", "test"}, header{"solver", "value", first.metric};
  for (const auto& target : first.targets) {
    above.insert(above.end(), {"to " + shortestText(target.target), ""});
    header.insert(header.end(), {"work", "seconds"});
  }
  std::vector<Row> rows{above, header};
  std::string failures;
  for (const auto& solver : solvers) {
    addSolver(solver.name, solver.results[problem], rows);
    if (solver.results[problem].failed > 0)
      failures += solver.name + ": " + solver.results[problem].status + '\n';
  }
  const std::size_t seeds = study.seeds().size();
  return "\n" + first.problem +
         (seeds == 1 ? ", one seed" : ", " + std::to_string(seeds) + " seeds: median, below it the range") +
         "; -: never\n" + aligned(rows) + failures;
}

std::string profileTable(const PerformanceProfile& profile, const std::vector<Comparison::Solver>& solvers) {
  const std::vector<double> taus{1, 1.5, 2, 4, 8, std::numeric_limits<double>::infinity()};
  Row header{"solver"};
  for (const double tau : taus) header.push_back(std::isfinite(tau) ? text("%g", tau) : "ever");
  std::vector<Row> rows{header};
  for (std::size_t s = 0; s < solvers.size(); ++s) {
    Row& row = rows.emplace_back(Row{solvers[s].name});
    for (const double tau : taus) row.push_back(text("%.2f", profile.at(s, tau)));
  }
  return "\nPerformance profile: part of the " + std::to_string(profile.instances()) +
         " targets (of all problems and seeds) reached within so many times the work of\nthe best solver "
         "there\n" +
         aligned(rows);
}

} // namespace

std::string Comparison::table(const Study& study) const {
  std::string tables;
  for (std::size_t problem = 0; problem < study.problems().size(); ++problem)
    tables += tableOf(study, problem, solvers_);
  if (study.problems().size() > 1) tables += profileTable(workProfile_, solvers_);
  return tables;
}

} // namespace terrace::program
