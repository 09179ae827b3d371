#include "commands/data/TableOptions.hpp"

#include <stdexcept>

namespace terrace::program {
namespace {

char delimiterFrom(const std::string& text, const std::string& command) {
  if (text.empty()) return 0;
  if (text == "tab" || text == "\\t") return '\t';
  if (text == "blanks") return dataset::TextTable::blanks;
  if (text.size() == 1 && text != "\"") return text[0];
  throw std::invalid_argument(command + ": --delimiter: \"" + text +
                              "\" is not a delimiter; expected one character, or tab, or blanks.");
}

dataset::TextTable::Header headerFrom(const std::string& text) {
  using Header = dataset::TextTable::Header;
  return text == "yes" ? Header::Yes : text == "no" ? Header::No : Header::Auto;
}

} // namespace

void addTableOptions(CLI::App& command, TableOptions& options) {
  command.add_option(
      "--delimiter", options.delimiter,
      "One character; tab; or blanks, any number of them (default: what divides all lines alike)");
  command.add_option("--header", options.header, "Whether the first line has names: yes, no, or auto")
      ->check(CLI::IsMember({"auto", "yes", "no"}))
      ->capture_default_str();
}

void addInputsOption(CLI::App& command, dataset::TableConversion& conversion) {
  command.add_option("--inputs", conversion.inputs, "Columns of the inputs (default: all others)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("COLUMNS");
}

void applyTo(dataset::TableConversion& conversion, const TableOptions& options, const std::string& command) {
  conversion.delimiter = delimiterFrom(options.delimiter, command);
  conversion.header = headerFrom(options.header);
}

} // namespace terrace::program
