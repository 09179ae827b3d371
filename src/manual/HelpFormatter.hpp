#pragma once

#include <CLI/CLI.hpp>

namespace terrace::program {

/// Help texts in the words of the manual pages: "--header auto|yes|no" in place of CLI11's types.
class HelpFormatter : public CLI::Formatter {
public:
  HelpFormatter();

  /// What follows the names of an option: its value, default, and whether it is required.
  std::string make_option_opts(const CLI::Option* option) const override;

  /// A positional in the line of usage: "[COMMAND...]" if there may be none, or several.
  std::string make_option_usage(const CLI::Option* option) const override;
};

} // namespace terrace::program
