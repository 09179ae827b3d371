#include "io/ExitStatus.hpp"

#include <terrace/parameters/OneLine.hpp>

#include <Teuchos_Assert.hpp>
#include <Teuchos_Comm.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <stdexcept>

using namespace terrace::program;

namespace {

int rank() {
  return Tpetra::getDefaultComm()->getRank();
}
int lastRank() {
  return Tpetra::getDefaultComm()->getSize() - 1;
}

// The exit status of work that throws on the last rank only, and what that rank prints.
template <class Error>
std::pair<ExitStatus, std::string> failureOfLastRank(const std::string& message) {
  ::testing::internal::CaptureStderr();
  const ExitStatus status = runToExitStatus([&] {
    if (rank() == lastRank()) throw Error(message);
  });
  return {status, ::testing::internal::GetCapturedStderr()};
}

} // namespace

TEST(ExitStatus, IsTheSameOnAllRanksWhicheverFails) {
  EXPECT_EQ(failureOfLastRank<std::invalid_argument>("wrong").first, badInput);
  EXPECT_EQ(failureOfLastRank<std::runtime_error>("failed").first, failure);
  EXPECT_EQ(runToExitStatus([] {}), success);
}

TEST(ExitStatus, ComesWithOneLineOfOneRank) {
  const std::string line = failureOfLastRank<std::invalid_argument>("a file\n  is wrong").second;
  EXPECT_EQ(line, rank() == lastRank() ? "terrace: a file is wrong\n" : "");
}

TEST(OneLine, KeepsOnlyTheMessageOfATeuchosException) {
  try {
    TEUCHOS_TEST_FOR_EXCEPTION(true, std::runtime_error, "The matrix\nis singular.");
  } catch (const std::exception& error) {
    EXPECT_EQ(terrace::oneLine(error.what()), "The matrix is singular.");
  }
}
