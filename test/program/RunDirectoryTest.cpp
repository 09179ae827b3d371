#include "run/RunDirectory.hpp"

#include "TemporaryDirectory.hpp"
#include "io/DirectoryLock.hpp"
#include "io/TextFile.hpp"

#include <Teuchos_Comm.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

using namespace terrace::program;
using terrace::test::readFile;
using terrace::test::TemporaryDirectory;
namespace fs = std::filesystem;
using Existing = RunDirectory::Existing;

namespace {

class Directories : public ::testing::Test {
protected:
  const Teuchos::Comm<int>& comm_ = *Tpetra::getDefaultComm();
  TemporaryDirectory base_;

  std::string target() const { return base_.file("runs/one"); }

  // A complete run whose summary says `text`.
  void run(const std::string& text, Existing existing) {
    RunDirectory directory(target(), existing, comm_);
    std::ofstream(directory.file("summary.json")) << text;
    directory.commit();
  }

  std::size_t entries(const std::string& directory) const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(base_.file(directory)), fs::directory_iterator()));
  }
};

// Number of a process that is no more.
pid_t endedProcess() {
  const pid_t process = fork();
  if (process == 0) _exit(0);
  waitpid(process, nullptr, 0);
  return process;
}

} // namespace

TEST_F(Directories, AppearOnlyWhenCommitted) {
  {
    RunDirectory directory(target(), Existing::Keep, comm_);
    std::ofstream(directory.file("summary.json")) << "one";
    EXPECT_FALSE(fs::exists(target()));
    directory.commit();
  }
  EXPECT_EQ(readFile(target() + "/summary.json"), "one");
  EXPECT_EQ(entries("runs"), 1U);
}

TEST_F(Directories, LeaveNothingBehindWithoutCommit) {
  { RunDirectory directory(target(), Existing::Keep, comm_); }
  EXPECT_FALSE(fs::exists(base_.file("runs")));
}

TEST_F(Directories, AreKeptUnlessReplacementIsAskedFor) {
  run("one", Existing::Keep);
  EXPECT_THROW(RunDirectory(target(), Existing::Keep, comm_), std::invalid_argument);
  { RunDirectory failing(target(), Existing::Replace, comm_); }
  EXPECT_EQ(readFile(target() + "/summary.json"), "one");
  run("two", Existing::Replace);
  EXPECT_EQ(readFile(target() + "/summary.json"), "two");
  EXPECT_EQ(entries("runs"), 1U);
}

TEST_F(Directories, ThatAreNoRunsAreNeverReplaced) {
  fs::create_directories(target());
  std::ofstream(target() + "/thesis.tex") << "years of work";
  EXPECT_THROW(RunDirectory(target(), Existing::Replace, comm_), std::invalid_argument);
  EXPECT_EQ(readFile(target() + "/thesis.tex"), "years of work");
}

TEST_F(Directories, MayBeThereIfEmpty) {
  fs::create_directories(target());
  run("one", Existing::Keep);
  EXPECT_EQ(readFile(target() + "/summary.json"), "one");
}

TEST_F(Directories, ThatCannotBeMadeAreNoticedAtOnce) {
  base_.write("file", "");
  EXPECT_THROW(RunDirectory(base_.file("file"), Existing::Keep, comm_), std::invalid_argument);
  EXPECT_THROW(RunDirectory(base_.file("file/below"), Existing::Keep, comm_), std::invalid_argument);
  EXPECT_THROW(RunDirectory("", Existing::Keep, comm_), std::invalid_argument);
}

TEST_F(Directories, WithACheckpointAreResumedOrReplacedButNeverByAccident) {
  EXPECT_THROW(RunDirectory(target(), Existing::Resume, comm_), std::invalid_argument) << "there is none";
  fs::create_directories(target());
  std::ofstream(target() + "/checkpoint.h5") << "of a killed run";
  EXPECT_THROW(RunDirectory(target(), Existing::Keep, comm_), std::invalid_argument);
  const std::string ended = std::to_string(endedProcess());
  fs::create_directories(target() + ".partial-" + ended);
  std::ofstream(target() + "/checkpoint.h5.partial." + ended) << "half";
  run("resumed", Existing::Resume);
  EXPECT_EQ(entries("runs"), 1U) << "what the killed process left is gone";
  EXPECT_EQ(entries("runs/one"), 1U) << "its checkpoint too, as the run kept none";
}

TEST_F(Directories, KeepTheCheckpointThatTheirRunHasWritten) {
  RunDirectory directory(target(), Existing::Keep, comm_);
  fs::create_directories(target());
  std::ofstream(directory.checkpoint()) << "state";
  std::ofstream(directory.file("summary.json")) << "one";
  directory.commit(RunDirectory::Checkpoint::Keep);
  EXPECT_EQ(readFile(target() + "/checkpoint.h5"), "state");
  EXPECT_EQ(readFile(target() + "/summary.json"), "one");
}

TEST_F(Directories, OfARunThatIsAliveAreNotResumed) {
  fs::create_directories(target());
  std::ofstream(target() + "/checkpoint.h5") << "state";
  const std::string parent = std::to_string(getppid());
  fs::create_directories(target() + ".partial-" + parent);
  const DirectoryLock run(target() + ".partial-" + parent);
  try {
    RunDirectory(target(), Existing::Resume, comm_);
    FAIL() << "no error";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("is in use by process " + parent), std::string::npos)
        << error.what();
  }
  EXPECT_TRUE(fs::exists(target() + ".partial-" + parent));
}

TEST_F(Directories, OfAKilledRunWhoseNumberAnotherProcessHasAreFree) {
  fs::create_directories(target());
  std::ofstream(target() + "/checkpoint.h5") << "state";
  const std::string alive = std::to_string(getppid());
  fs::create_directories(target() + ".partial-" + alive);
  std::ofstream(target() + "/checkpoint.h5.partial." + alive) << "half";
  run("resumed", Existing::Resume);
  EXPECT_EQ(entries("runs"), 1U);
  EXPECT_EQ(entries("runs/one"), 1U);
}

// Whatever moment a kill finds while a complete run takes the place of an old one, the next run finishes
// that.
TEST_F(Directories, OfARunThatWasKilledWhileItsFilesWerePutInPlaceAreCompleted) {
  const std::vector<std::string> newFiles{"deck.xml", "history.h5", "summary.json"}; // it failed: no model
  constexpr int beforeMoves = 3; // nothing is done yet, the old summary is gone, the old model too
  for (int done = 0; done <= beforeMoves + 2; ++done) {
    fs::remove_all(target());
    const std::string partial = target() + "/.partial-" + std::to_string(endedProcess());
    fs::create_directories(partial);
    for (const auto* name : {"deck.xml", "history.h5", "model.h5", "summary.json"})
      std::ofstream(target() + "/" + name) << "old";
    for (const auto& name : newFiles) std::ofstream(partial + "/" + name) << "new";
    if (done >= 1) fs::remove(target() + "/summary.json");
    if (done >= 2) fs::remove(target() + "/model.h5");
    for (int i = 0; i < done - beforeMoves + 1; ++i)
      fs::rename(partial + "/" + newFiles[static_cast<std::size_t>(i)],
                 target() + "/" + newFiles[static_cast<std::size_t>(i)]);
    EXPECT_THROW(RunDirectory(target(), Existing::Keep, comm_), std::invalid_argument) << done;
    EXPECT_EQ(entries("runs/one"), 3U) << done;
    for (const auto& name : newFiles) EXPECT_EQ(readFile(target() + "/" + name), "new") << name << done;
    run("next", Existing::Replace);
    EXPECT_EQ(readFile(target() + "/summary.json"), "next") << done;
  }
}

TEST_F(Directories, OfACompleteRunThatWasKilledBeforeItHadItsPlaceGetItsFiles) {
  const std::string partial = target() + ".partial-" + std::to_string(endedProcess());
  fs::create_directories(partial);
  std::ofstream(partial + "/deck.xml") << "new";
  std::ofstream(partial + "/summary.json") << "new";
  try {
    RunDirectory(target(), Existing::Resume, comm_);
    FAIL() << "no error";
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("the run in it is complete, --force replaces it"),
              std::string::npos)
        << error.what();
  }
  EXPECT_EQ(readFile(target() + "/summary.json"), "new");
  EXPECT_EQ(entries("runs"), 1U);

  fs::create_directories(partial); // of a run that another one has overtaken
  std::ofstream(partial + "/summary.json") << "late";
  EXPECT_THROW(RunDirectory(target(), Existing::Keep, comm_), std::invalid_argument);
  EXPECT_EQ(readFile(target() + "/summary.json"), "new");
  EXPECT_EQ(readFile(partial + "/summary.json"), "late");
}

TEST_F(Directories, LoseNoCheckpointToACommitThatWasCutShort) {
  const std::string partial = target() + "/.partial-" + std::to_string(endedProcess());
  fs::create_directories(partial);
  std::ofstream(target() + "/deck.xml") << "new";
  std::ofstream(target() + "/checkpoint.h5") << "state";
  std::ofstream(partial + "/history.h5") << "new";
  std::ofstream(partial + "/summary.json") << "new";
  const RunDirectory resumed(target(), Existing::Resume, comm_);
  EXPECT_EQ(readFile(resumed.checkpoint()), "state");
  for (const auto* name : {"deck.xml", "history.h5", "summary.json"})
    EXPECT_EQ(readFile(target() + "/" + name), "new") << name;
}

TEST_F(Directories, AreCompletedBesideTheFilesOfOthersButNotOverAnotherRun) {
  RunDirectory directory(target(), Existing::Keep, comm_);
  fs::create_directories(target());
  std::ofstream(directory.checkpoint()) << "state";
  std::ofstream(target() + "/notes.txt") << "of the user";
  std::ofstream(directory.file("summary.json")) << "one";
  RunDirectory late(base_.file("runs/two"), Existing::Keep, comm_);
  directory.commit(RunDirectory::Checkpoint::Keep);
  EXPECT_EQ(readFile(target() + "/notes.txt"), "of the user");
  EXPECT_EQ(readFile(target() + "/summary.json"), "one");
  fs::rename(target(), base_.file("runs/two"));
  EXPECT_THROW(late.commit(), std::invalid_argument);
  EXPECT_EQ(readFile(base_.file("runs/two/summary.json")), "one");
}

TEST_F(Directories, AreNamedByTheirLaterNameWhereAFileCannotBeWritten) {
  const RunDirectory directory(target(), Existing::Keep, comm_);
  try {
    writeTextFile("/dev/full", "text", directory.shown("summary.json"));
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()).rfind(target() + "/summary.json: cannot be written (", 0), 0U)
        << error.what();
  }
}
