// Ranks that wait for each other, on purpose: what the watchdog says is looked at by CMakeLists.txt.
#include <gtest/gtest.h>
#include <mpi.h>

namespace {

void waitForMessage(int from) {
  int number = 0;
  MPI_Recv(&number, 1, MPI_INT, from, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

} // namespace

TEST(Deadlock, IsEndedByTheWatchdog) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  waitForMessage(1 - rank);
}
