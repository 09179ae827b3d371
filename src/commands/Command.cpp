#include "commands/Command.hpp"

#include <charconv>
#include <cstdint>

namespace terrace::program {

CLI::Validator wholeNumber() {
  return CLI::Validator(
      [](const std::string& text) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc() && end == text.data() + text.size()
                   ? std::string()
                   : '"' + text + "\" is not a whole number of 0 or more";
      },
      "");
}

CLI::Validator fileName() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? std::string("the name of the file is empty") : std::string();
      },
      "");
}

void addAssignments(CLI::App& command, std::vector<std::string>& assignments, const std::string& about) {
  command.add_option("-s,--set", assignments, about)->type_name("PATH=VALUE")->allow_extra_args(false);
}

void addStrict(CLI::App& command, bool& strict) {
  command.add_flag("--strict", strict,
                   "Treat names and values in ROL's lists that have no effect as errors, not as "
                   "warnings");
}

std::vector<std::string> withRepeatedSet(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  bool inSet = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const bool isAssignment = argument.rfind('-', 0) != 0 && argument.find('=') != std::string::npos;
    const bool afterSet = i > 0 && (arguments[i - 1] == "--set" || arguments[i - 1] == "-s");
    if (inSet && isAssignment && !afterSet) result.emplace_back("--set");
    inSet = argument == "--set" || argument == "-s" || (inSet && isAssignment);
    result.push_back(argument);
  }
  return result;
}

} // namespace terrace::program
