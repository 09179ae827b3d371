#include "io/ExitStatus.hpp"

#include <terrace/parameters/OneLine.hpp>

#include <mpi.h>

#include <chrono>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>

namespace terrace::program {
namespace {

struct Outcome {
  ExitStatus status = success;
  std::string message;
};

Outcome outcomeOf(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::invalid_argument& error) {
    return {badInput, error.what()};
  } catch (const std::bad_alloc&) {
    return {failure, "out of memory."};
  } catch (const std::exception& error) {
    return {failure, error.what()};
  }
}

void report(const Outcome& outcome) {
  std::cout.flush();
  std::cerr << "terrace: " + oneLine(outcome.message) + '\n' << std::flush;
}

// Waits for the other ranks; a failed rank gives up after some seconds.
bool arrivesInTime(MPI_Request& request, bool failed) {
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  for (;;) {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return true;
    if (failed && Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

} // namespace

ExitStatus runToExitStatus(const std::function<void()>& work) {
  MPI_Comm comm = MPI_COMM_NULL; // its own: a collective call may have stopped halfway on the world's
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  const Outcome mine = outcomeOf(work);
  struct {
    int status;
    int rank;
  } local{mine.status, 0}, worst{success, 0};
  MPI_Comm_rank(comm, &local.rank);
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(&local, &worst, 1, MPI_2INT, MPI_MAXLOC, comm, &request);
  if (!arrivesInTime(request, mine.status != success)) {
    report(mine);
    MPI_Abort(MPI_COMM_WORLD, mine.status);
  }
  if (worst.status != success && worst.rank == local.rank) report(mine);
  MPI_Comm_free(&comm);
  return static_cast<ExitStatus>(worst.status);
}

} // namespace terrace::program
