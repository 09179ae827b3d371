#include "manual/HelpFormatter.hpp"

#include "manual/CommandPage.hpp"

namespace terrace::program {

HelpFormatter::HelpFormatter() {
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const CommandOption described = describeOption(*option);
  std::string text = described.value.empty() ? "" : " " + described.value;
  if (!described.value.empty() && !described.defaultText.empty()) text += "=" + described.defaultText;
  if (described.repeated) text += " ...";
  return described.required ? text + " (required)" : text;
}

std::string HelpFormatter::make_option_usage(const CLI::Option* option) const {
  const std::string text = make_option_name(option, true) + (option->get_expected_max() > 1 ? "..." : "");
  return option->get_required() ? text : "[" + text + "]";
}

} // namespace terrace::program
