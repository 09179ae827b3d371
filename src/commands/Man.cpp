#include "commands/Man.hpp"

#include "Version.hpp"
#include "io/OutputFile.hpp"
#include "io/TextFile.hpp"
#include "manual/ManPage.hpp"

#include <terrace/parameters/ParameterValidation.hpp>

#include <iostream>
#include <memory>
#include <stdexcept>

namespace terrace::program {
namespace {

const std::string versionText = std::string("terrace ") + version;

const CommandPage& findPage(const CommandPage& top, const std::vector<std::string>& command) {
  const CommandPage* page = &top;
  for (const auto& name : command) {
    const CommandPage* found = nullptr;
    std::vector<std::string> names;
    for (const CommandPage& next : page->commands) {
      names.push_back(next.path.back());
      if (next.path.back() == name) found = &next;
    }
    if (found == nullptr) {
      const std::string nearest = nearestName(name, names);
      throw std::invalid_argument("man: \"" + name + "\" is not a command of " + page->name(" ") + "." +
                                  (nearest.empty() ? "" : " Did you mean \"" + nearest + "\"?"));
    }
    page = found;
  }
  return *page;
}

void writeAllPages(const CommandPage& top, const std::string& folder) {
  forEachPage(top, [&folder](const CommandPage& page) {
    const std::string file = folder + "/" + page.name("-") + ".1";
    requireWritable(file);
    writeTextFile(file, manPage(page, versionText));
  });
}

} // namespace

void addMan(CLI::App& parent, Action& chosen) {
  const auto options = std::make_shared<ManOptions>();
  CLI::App* command = parent.add_subcommand("man", "Print the manual page of a command");
  command->add_option("COMMAND", options->command, "The command; none: the program")->expected(0, 3);
  command->add_option("--format", options->format, "man: for man(1); markdown: all commands in one document")
      ->check(CLI::IsMember({"man", "markdown"}))
      ->capture_default_str();
  command->add_option("-o,--output", options->output, "Write the pages of all commands to this folder")
      ->check(fileName())
      ->type_name("DIR");
  command->footer("The installed program has these pages where man(1) looks for them.\n"
                  "\nExamples:\n"
                  "  terrace man train | man -l -\n"
                  "  terrace man --output ~/.local/share/man/man1\n"
                  "  terrace man --format markdown > commands.md");
  command->callback([options, &parent, &chosen] {
    chosen = onRoot([options, &parent] { writeManual(*options, parent); });
  });
}

void writeManual(const ManOptions& options, const CLI::App& app) {
  const CommandPage top = describeCommand(app);
  const CommandPage& page = findPage(top, options.command);
  if (!options.output.empty()) {
    if (options.format != "man" || !options.command.empty())
      throw std::invalid_argument(
          "man: --output writes the man pages of all commands; expected no COMMAND and "
          "no other --format.");
    writeAllPages(top, options.output);
  } else {
    std::cout << (options.format == "man" ? manPage(page, versionText) : markdownManual(page, versionText));
  }
}

} // namespace terrace::program
