#include "commands/Completion.hpp"

#include "manual/Completion.hpp"

#include <iostream>
#include <memory>

namespace terrace::program {

void addCompletion(CLI::App& parent, Action& chosen) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command =
      parent.add_subcommand("completion", "Print a script by which a shell completes commands");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "The installed program has these scripts where shells look for them. Otherwise load them like this:\n"
      "\nExamples:\n"
      "  source <(terrace completion bash)\n"
      "  terrace completion fish > ~/.config/fish/completions/terrace.fish");
  command->callback([shell, &parent, &chosen] {
    chosen = onRoot([shell, &parent] {
      const CommandPage top = describeCommand(parent);
      std::cout << (*shell == "bash"  ? bashCompletion(top)
                    : *shell == "zsh" ? zshCompletion(top)
                                      : fishCompletion(top));
    });
  });
}

} // namespace terrace::program
