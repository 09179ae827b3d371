#pragma once

#include <terrace/multilevel/run/Checkpoints.hpp>
#include <terrace/multilevel/run/IterationObserver.hpp>
#include <terrace/multilevel/run/Validation.hpp>

#include <ROL_Ptr.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace terrace {

/// Objects a caller passes to a run: observer, clock, checkpoints.
template <class Real>
struct SolverContext {
  /// Called after each iteration; may be null.
  ROL::Ptr<IterationObserver<Real>> observer;
  /// Seconds since the start of the run, the same number on all ranks: with a clock of its own each rank
  /// might decide differently. Needed by the time limit; may be empty without one.
  std::function<double()> elapsedSeconds;
  /// Asked between steps; true ends the run as a limit does. The same answer on all ranks; may be empty.
  std::function<bool()> interrupted;
  /// Told each decision of the multilevel method, before it is acted upon: its name and its outcome, which
  /// has to be the same on all ranks (DecisionComparison says whether it is). May be empty.
  std::function<void(const char*, double)> decided;
  /// Calls its argument while the clock stands, for evaluations that only inform the reader. Collective. May
  /// be empty: these then count as time.
  std::function<void(const std::function<void()>&)> untimed;
  /// Seed of all random choices for which the parameters give no seed of their own.
  std::uint64_t seed = 1;
  /// Judges every iterate of the finest level; ends the run by Status Test > "Patience"; may be null.
  ROL::Ptr<Validation<Real>> validation;
  /// Keeps states to resume from, and gives the one to resume; may be null. For algorithms, not for steps.
  ROL::Ptr<Checkpoints<Real>> checkpoints;
  /// Receives a sentence for each name or value of the parameters that has no effect (checkSolverLists()); if
  /// it is empty, rank 0 prints them on standard error.
  std::function<void(const std::string&)> warn;
  /// Receives one sentence when a status test of ours ends the run; may be null.
  ROL::Ptr<std::string> stopReason;
};

} // namespace terrace
