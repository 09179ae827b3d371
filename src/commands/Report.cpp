#include "commands/Report.hpp"

#include "io/OutputFile.hpp"
#include "io/Terminal.hpp"
#include "io/TextFile.hpp"
#include "report/Gnuplot.hpp"
#include "report/ReportPage.hpp"
#include "report/RunGroups.hpp"

#include <terrace/dataset/CollectiveErrors.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

namespace terrace::program {
namespace {

// On a terminal a line that counts; in a file nothing but the results.
void showCount(const char* what, std::size_t count) {
  if (isTerminal()) std::cout << '\r' << what << ": " << count << "   " << std::flush;
}

void clearCount() {
  if (isTerminal()) std::cout << "\r                    \r" << std::flush;
}

std::vector<double> sortedTargets(std::vector<double> targets) {
  for (const double target : targets)
    if (!std::isfinite(target)) throw std::invalid_argument("--target: expected finite numbers.");
  std::sort(targets.rbegin(), targets.rend());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets;
}

// Pages are made anew again and again; anything else that is there (a model, a data set) stays.
void requirePageOrNothing(const std::string& file) {
  std::ifstream existing(file, std::ios::binary);
  const std::string beginning = "<!DOCTYPE html";
  std::string found(beginning.size(), '\0');
  if (!existing.is_open() || existing.peek() == std::ifstream::traits_type::eof()) return;
  existing.read(found.data(), static_cast<std::streamsize>(found.size()));
  if (found != beginning)
    throw std::invalid_argument(file + ": exists and is no page; name another file for the report.");
}

void writeReport(const ReportOptions& options) {
  const auto targets = sortedTargets(options.targets);
  requirePageOrNothing(options.output);
  auto output = openOutput(options.output);
  const auto groups = RunGroups::read(options.directories, targets,
                                      [](std::size_t runs) { showCount("Reading runs", runs); });
  clearCount();
  std::cout << groups.runs() << (groups.runs() == 1 ? " run" : " runs") << " read" << std::endl;
  const Gnuplot gnuplot;
  ReportPage page(groups, gnuplot, [](std::size_t figures) { showCount("Drawing figures", figures); });
  const std::string html = page.html();
  clearCount();
  writeTextFile(output.path(), html, options.output);
  output.commit();
  std::cout << options.output << ": " << page.figures() << " figures, " << (html.size() + 1023) / 1024
            << " KiB\n";
}

} // namespace

void report(const ReportOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm) {
  dataset::runOnRoot(*comm, [&options] { writeReport(options); });
}

} // namespace terrace::program
