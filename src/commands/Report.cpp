#include "commands/Report.hpp"

#include "io/OutputFile.hpp"
#include "io/Terminal.hpp"
#include "io/TextFile.hpp"
#include "report/Gnuplot.hpp"
#include "report/ReportPage.hpp"
#include "report/RunGroups.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace terrace::program {
namespace {

// A terminal shows a line that counts; a file gets the results alone.
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

// A page may be replaced; any other file (a model, a data set) is kept.
void requirePageOrNothing(const std::string& file) {
  std::ifstream existing(file, std::ios::binary);
  const std::string beginning = "<!DOCTYPE html";
  std::string found(beginning.size(), '\0');
  if (!existing.is_open() || existing.peek() == std::ifstream::traits_type::eof()) return;
  existing.read(found.data(), static_cast<std::streamsize>(found.size()));
  if (found != beginning)
    throw std::invalid_argument(file + ": exists and is not a page; name another file for the report.");
}

void writeReport(const ReportOptions& options) {
  const auto targets = sortedTargets(options.targets);
  requirePageOrNothing(options.output);
  const Gnuplot gnuplot; // first: while it lives, an interrupt leaves no files behind
  auto output = openOutput(options.output);
  const auto groups = RunGroups::read(options.directories, targets,
                                      [](std::size_t runs) { showCount("Reading runs", runs); });
  clearCount();
  std::cout << groups.runs() << (groups.runs() == 1 ? " run" : " runs") << " read" << std::endl;
  ReportPage page(groups, gnuplot, [](std::size_t figures) { showCount("Drawing figures", figures); });
  const std::string html = page.html();
  clearCount();
  writeTextFile(output.path(), html, options.output);
  output.commit();
  std::cout << options.output << ": " << page.figures() << " figures, " << (html.size() + 1023) / 1024
            << " KiB\n";
}

} // namespace

void addReport(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      parent.add_subcommand("report", "Write a page with figures of runs and studies of solvers");
  command->add_option("DIR", options->directories, "Run directories, studies, or both")
      ->required()
      ->type_name("DIR...");
  command->add_option("-o,--output", options->output, "The page, HTML; replaced if it exists")
      ->capture_default_str()
      ->type_name("FILE");
  command
      ->add_option("-t,--target", options->targets,
                   "A loss: the table shows the cost to reach it; for runs outside a study; may be repeated")
      ->allow_extra_args(false)
      ->check(CLI::Number);
  command->footer(
      "One file that needs no network: figures, tables, decks, machine. Runs on the same data set are drawn\n"
      "together. Runs whose decks differ in nothing but seeds are one solver. Needs gnuplot.\n"
      "\nExamples:\n"
      "  terrace report runs/quickstart\n"
      "  terrace report runs/one-level-* runs/v-cycle-* --output cycles.html --target 0.05");
  command->callback(
      [options, &chosen] { chosen = [options](const Communicator& comm) { report(*options, comm); }; });
}

void report(const ReportOptions& options, const Communicator& comm) {
  dataset::runOnRoot(*comm, [&options] { writeReport(options); });
}

} // namespace terrace::program
