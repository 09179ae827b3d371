// Entry point of all test programs: MPI, Kokkos and GoogleTest; only rank 0 reports, and every rank's
// failures count (the exit status of mpiexec is the largest of all ranks).
#include "Watchdog.hpp"

#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  ::testing::InitGoogleTest(&argc, argv);
  terrace::test::startWatchdog(Tpetra::getDefaultComm()->getRank());
  if (Tpetra::getDefaultComm()->getRank() != 0) {
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
  return RUN_ALL_TESTS();
}
