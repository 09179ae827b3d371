#include "commands/History.hpp"

#include "run/History.hpp"

#include <filesystem>
#include <iostream>
#include <memory>

namespace terrace::program {

void addHistory(CLI::App& parent, Action& chosen) {
  const auto run = std::make_shared<std::string>();
  CLI::App* command = parent.add_subcommand("history", "Print the history of a run as a table of text");
  command->add_option("RUN", *run, "Run directory or history file")->required();
  command->footer(
      "Prints a line of column names, then a line for each iteration, separated by tabs; nan: not computed.\n"
      "An iteration is a cycle of several trial steps. The columns value, gradient_norm and radius are of "
      "its end,\n"
      "step_norm is of the whole step. ratio is of its last trial step alone, which may have been rejected "
      "in a\n"
      "cycle that was accepted. Runs that hold samples out have a column validation_loss.\n"
      "\nExample:\n"
      "  terrace history runs/quickstart > history.tsv");
  command->callback([run, &chosen] { chosen = onRoot([run] { showHistory(*run, std::cout); }); });
}

void showHistory(const std::string& run, std::ostream& out) {
  const std::filesystem::path path(run);
  out << historyText((std::filesystem::is_directory(path) ? path / "history.h5" : path).string());
}

} // namespace terrace::program
