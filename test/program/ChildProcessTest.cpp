#include "io/ChildProcess.hpp"

#include "TemporaryDirectory.hpp"

#include <gtest/gtest.h>

#include <csignal>

using terrace::program::runChild;
using namespace terrace::test;

TEST(ChildProcess, GetsItsArgumentsAsTheyAre) {
  const TemporaryDirectory directory;
  const std::string out = directory.file("it's \"out\" $(touch marker)");
  const std::vector<std::string> arguments{"",
                                           "two words",
                                           "quotes ' and \"",
                                           "`touch marker`",
                                           "$(touch marker)",
                                           "$HOME",
                                           "line\nend",
                                           "; touch marker",
                                           "*",
                                           "\\"};
  std::vector<std::string> command{"printf", "%s|"};
  std::string expected;
  for (const auto& argument : arguments) {
    command.push_back(argument);
    expected += argument + "|";
  }
  EXPECT_EQ(runChild(command, {out}), 0);
  EXPECT_EQ(readFile(out), expected);
  EXPECT_FALSE(std::filesystem::exists("marker"));
}

TEST(ChildProcess, GivesItsStatusAndItsErrors) {
  const TemporaryDirectory directory;
  const std::string errors = directory.file("errors");
  EXPECT_EQ(runChild({"sh", "-c", "echo complaint >&2; exit 3"}, {"/dev/null", errors}), 3);
  EXPECT_EQ(readFile(errors), "complaint\n");
  EXPECT_EQ(runChild({"sh", "-c", "kill -9 $$"}), 128 + SIGKILL);
  EXPECT_EQ(runChild({"no-program-of-this-name"}), 127);
}

TEST(ChildProcess, ReadsNothingAndDiesOfAClosedPipe) {
  EXPECT_EQ(runChild({"sh", "-c", "read line && exit 1 || exit 0"}), 0) << "standard input is empty";
  const auto before = std::signal(SIGPIPE, SIG_IGN); // as in the program
  EXPECT_EQ(runChild({"sh", "-c", "kill -PIPE $$"}), 128 + SIGPIPE);
  std::signal(SIGPIPE, before);
}
