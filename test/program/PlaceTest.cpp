// Where a run is put: what would lose it is found before the work.
#include "TemporaryDirectory.hpp"
#include "io/OutputFile.hpp"
#include "run/RunDirectory.hpp"

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

class Places : public ::testing::Test {
protected:
  std::string complaint(const std::string& target, Existing existing = Existing::Keep) const {
    try {
      RunDirectory(target, existing, comm_);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "no error";
  }

  const Teuchos::Comm<int>& comm_ = *Tpetra::getDefaultComm();
  TemporaryDirectory base_;
};

} // namespace

TEST_F(Places, ALinkToNothingIsNoPlace) {
  fs::create_directory_symlink(base_.file("gone"), base_.file("link"));
  EXPECT_NE(complaint(base_.file("link")).find("is a link to " + base_.file("gone")), std::string::npos);
}

TEST_F(Places, OfARunThatIsGoingOnAreInUse) {
  const std::string target = base_.file("runs/one");
  {
    const RunDirectory first(target, Existing::Keep, comm_);
    EXPECT_NE(complaint(target).find("is in use by process " + std::to_string(getpid())), std::string::npos);
    EXPECT_NE(complaint(target, Existing::Replace).find("is in use"), std::string::npos);
  }
  EXPECT_EQ(complaint(target), "no error");
}

TEST_F(Places, OfAProcessThatWasKilledAreFreeAgain) {
  const std::string target = base_.file("runs/one");
  const pid_t child = fork();
  if (child == 0) {
    const RunDirectory killed(target, Existing::Keep, comm_);
    _exit(0); // without destructors
  }
  waitpid(child, nullptr, 0);
  ASSERT_TRUE(fs::exists(target + ".partial-" + std::to_string(child)));
  EXPECT_EQ(complaint(target), "no error");
  EXPECT_FALSE(fs::exists(target + ".partial-" + std::to_string(child)));
}

TEST_F(Places, ThatExistStayTheSameDirectory) {
  fs::create_directory(base_.file("here"));
  const fs::path before = fs::current_path();
  fs::current_path(base_.file("here"));
  {
    RunDirectory run(".", Existing::Keep, comm_);
    std::ofstream(run.file("summary.json")) << "one";
    run.commit();
  }
  EXPECT_EQ(readFile("summary.json"), "one") << "the current directory is still the run's";
  {
    RunDirectory run(".", Existing::Replace, comm_);
    std::ofstream("notes.txt") << "of the user";
    std::ofstream(run.file("summary.json")) << "two";
    std::ofstream(run.file("model.h5")) << "model";
    run.commit();
  }
  EXPECT_EQ(readFile("summary.json"), "two");
  EXPECT_EQ(readFile("notes.txt"), "of the user");
  EXPECT_EQ(std::distance(fs::directory_iterator("."), fs::directory_iterator()), 3);
  fs::current_path(before);
}

TEST_F(Places, OfARunWithoutAModelDoNotKeepTheOldModel) {
  const std::string target = base_.file("run");
  fs::create_directory(target);
  std::ofstream(target + "/summary.json") << "old";
  std::ofstream(target + "/model.h5") << "old";
  RunDirectory run(target, Existing::Replace, comm_);
  std::ofstream(run.file("summary.json")) << "failed";
  run.commit();
  EXPECT_FALSE(fs::exists(target + "/model.h5"));
}

TEST_F(Places, OfOutputFilesLeaveNoFoldersOfWorkThatFailed) {
  { const OutputPlace place(base_.file("a/b/out.h5")); }
  EXPECT_FALSE(fs::exists(base_.file("a")));
  {
    OutputPlace place(base_.file("a/b/out.h5"));
    place.keep();
  }
  EXPECT_TRUE(fs::exists(base_.file("a/b")));
}
