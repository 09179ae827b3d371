// Manual pages, completion scripts and the parameter reference: what is generated from options and tables.
#include "Program.hpp"
#include "TemporaryDirectory.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>
#include <set>

using namespace terrace::test;

namespace {

/// What a command of the shell prints on standard output and error, and its exit status.
struct ShellOutcome {
  int status = -1;
  std::string output;
};

ShellOutcome shell(const std::string& command) {
  ShellOutcome outcome;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr)
    outcome.output += buffer.data();
  outcome.status = pclose(pipe);
  return outcome;
}

bool isInstalled(const std::string& program) {
  return shell("command -v " + program).status == 0;
}

std::set<std::string> longOptions(const std::string& text) {
  std::set<std::string> options;
  const std::regex pattern("--[a-z][a-z-]+");
  for (auto match = std::sregex_iterator(text.begin(), text.end(), pattern); match != std::sregex_iterator();
       ++match)
    options.insert(match->str());
  return options;
}

// The part of a help text that CLI11 makes of the options.
std::string optionsOf(const std::string& help) {
  const auto begin = help.find("\nOptions:");
  return begin == std::string::npos ? "" : help.substr(begin, help.find("\n\n", begin + 1) - begin);
}

// What the bash completion offers for the last of the words.
std::set<std::string> offeredByBash(const std::string& script, const std::string& words, int last) {
  std::istringstream lines(shell("bash -c 'source " + script + "; COMP_WORDS=(" + words + "); COMP_CWORD=" +
                                 std::to_string(last) + "; _terrace; printf \"%s\\n\" \"${COMPREPLY[@]}\"'")
                               .output);
  std::set<std::string> offered;
  for (std::string line; std::getline(lines, line);) offered.insert(line);
  return offered;
}

} // namespace

TEST(Manual, HasAPageForEveryCommandWithEveryOptionOfItsHelp) {
  const TemporaryDirectory directory;
  ASSERT_EQ(runProgram("man --output " + directory.file("man1")).status, 0);
  for (const std::string command :
       {"", "train", "compare", "evaluate", "predict", "history", "report", "parameters", "data", "data info",
        "data convert", "data make", "data make spiral", "benchmark sweep", "man", "completion"}) {
    const std::string name = "terrace" + (command.empty() ? "" : " " + command);
    const std::string file = directory.file("man1/" + std::regex_replace(name, std::regex(" "), "-") + ".1");
    ASSERT_TRUE(std::filesystem::exists(file)) << file;
    const std::string page = std::regex_replace(readFile(file), std::regex("\\\\-"), "-");
    const auto options = longOptions(optionsOf(runProgram(command + " --help").output));
    EXPECT_FALSE(options.empty()) << command;
    const auto documented = longOptions(page);
    for (const auto& option : options) EXPECT_EQ(documented.count(option), 1U) << command << " " << option;
  }
}

TEST(Manual, PagesHaveNoErrorsOfRoff) {
  if (!isInstalled("mandoc"))
    GTEST_SKIP() << "mandoc is not installed (scripts/install-dependencies.sh --site)";
  const TemporaryDirectory directory;
  ASSERT_EQ(runProgram("man --output " + directory.file("man1")).status, 0);
  const ShellOutcome lint = shell("mandoc -T lint -W error " + directory.file("man1") + "/*.1");
  EXPECT_EQ(lint.status, 0) << lint.output;
}

TEST(Manual, AnswersACommandThatIsNoneWithTheNearest) {
  const Outcome outcome = runProgram("man trian");
  EXPECT_EQ(outcome.status, 2);
  ASSERT_EQ(outcome.errors.size(), 1U);
  EXPECT_NE(outcome.errors[0].find("Did you mean \"train\"?"), std::string::npos) << outcome.errors[0];
}

TEST(Completion, OfBashOffersCommandsOptionsChoicesAndFiles) {
  const TemporaryDirectory directory;
  const std::string script = directory.write("terrace.bash", runProgram("completion bash").output);
  EXPECT_EQ(offeredByBash(script, "terrace tr", 1), (std::set<std::string>{"train"}));
  EXPECT_EQ(offeredByBash(script, "terrace data make sp", 3), (std::set<std::string>{"spiral"}));
  EXPECT_EQ(offeredByBash(script, "terrace train --re", 2), (std::set<std::string>{"--resume"}));
  EXPECT_EQ(offeredByBash(script, "terrace data convert --header y", 4), (std::set<std::string>{"yes"}));
  EXPECT_EQ(offeredByBash(script, "terrace completion z", 2), (std::set<std::string>{"zsh"}));
  EXPECT_EQ(offeredByBash(script, "terrace train " + script.substr(0, script.size() - 3), 2),
            (std::set<std::string>{script}));
}

TEST(Completion, OfFishOffersCommandsOptionsAndChoices) {
  if (!isInstalled("fish")) GTEST_SKIP() << "fish is not installed (scripts/install-dependencies.sh --site)";
  const TemporaryDirectory directory;
  const std::string script = directory.write("terrace.fish", runProgram("completion fish").output);
  const auto offered = [&script](const std::string& line) {
    return shell("fish --no-config -c 'source " + script + "; complete -C \"" + line + "\"'").output;
  };
  EXPECT_EQ(offered("terrace tr").rfind("train\t", 0), 0U) << offered("terrace tr");
  EXPECT_EQ(offered("terrace data make sp").rfind("spiral\t", 0), 0U) << offered("terrace data make sp");
  EXPECT_EQ(offered("terrace train --res").rfind("--resume\t", 0), 0U) << offered("terrace train --res");
  EXPECT_EQ(offered("terrace data convert --header y").rfind("yes", 0), 0U)
      << offered("terrace data convert --header y");
}

// An interactive zsh in a terminal of its own is given a line and a tab.
TEST(Completion, OfZshOffersCommands) {
  if (!isInstalled("zsh")) GTEST_SKIP() << "zsh is not installed (scripts/install-dependencies.sh --site)";
  const TemporaryDirectory directory;
  directory.write("_terrace", runProgram("completion zsh").output);
  const std::string session =
      directory.write("session.zsh", "zmodload zsh/zpty\n"
                                     "zpty z zsh -f -i\n"
                                     "zpty -w z 'fpath=($DIRECTORY $fpath); autoload -U compinit; "
                                     "compinit -u -D; print comp\"\"lete'\n"
                                     "zpty -r z out '*complete*'\n"
                                     "zpty -w -n z 'terrace data make sp'$'\\t'\n"
                                     "zpty -r z out '*make spiral*'\n");
  const ShellOutcome outcome = shell("DIRECTORY=" + directory.file("") + " timeout 60 zsh -f " + session);
  EXPECT_EQ(outcome.status, 0) << outcome.output;
}

TEST(Parameters, AsJsonHaveTypesDefaultsAndChoices) {
  const auto parameters = nlohmann::json::parse(runProgram("parameters --format json").output);
  const auto find = [&parameters](const std::string& path) {
    for (const auto& parameter : parameters)
      if (parameter.at("path") == path) return parameter;
    return nlohmann::json();
  };
  EXPECT_EQ(find("Network/Blocks").at("type"), "int");
  EXPECT_TRUE(find("Network/Blocks").at("default").is_number_integer());
  const auto cycle = find("Step/Multilevel Trust Region/Cycle");
  EXPECT_EQ(cycle.at("default"), "V");
  EXPECT_EQ(cycle.at("choices").size(), 3U);
  EXPECT_TRUE(find("Levels/Sample Fractions").at("default").is_array());
  for (const auto& parameter : parameters) EXPECT_FALSE(parameter.at("meaning").empty()) << parameter;
}

TEST(Parameters, AsMarkdownHaveAHeadingForEachParameter) {
  const auto parameters = nlohmann::json::parse(runProgram("parameters --format json").output);
  const std::string page = runProgram("parameters --format markdown").output;
  for (const auto& parameter : parameters)
    EXPECT_NE(page.find("\n### " + parameter.at("name").get<std::string>() + "\n"), std::string::npos)
        << parameter;
}
