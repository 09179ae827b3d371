#pragma once

#include <functional>

namespace terrace::program {

/// Exit statuses of the program.
enum ExitStatus : int {
  success = 0,  ///< done
  failure = 1,  ///< something failed at run time
  badInput = 2, ///< the command line, a deck or a file is wrong
};

/// Runs \p work on every rank and turns exceptions into one line on standard error and an exit status, the
/// same on all ranks: badInput for std::invalid_argument, failure for all others.
///
/// Collective. If several ranks fail, the worst status counts and the lowest rank with it prints. If the
/// other ranks do not arrive within some seconds, because they wait for a rank that failed alone, the job is
/// aborted: an error is never a hang.
ExitStatus runToExitStatus(const std::function<void()>& work);

} // namespace terrace::program
