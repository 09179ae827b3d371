#pragma once

#include <terrace/multilevel/run/Checkpoints.hpp>
#include <terrace/multilevel/run/IterationObserver.hpp>
#include <terrace/multilevel/run/Validation.hpp>

#include <ROL_Ptr.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace terrace {

/// What surrounds a run and no deck can say.
template <class Real>
struct SolverContext {
  /// Called after each iteration; may be null.
  ROL::Ptr<IterationObserver<Real>> observer;
  /// Seconds since the start of the run, the same number on all ranks (a rank's own clock would let ranks
  /// decide differently). Needed by the time limit; may be empty without one.
  std::function<double()> elapsedSeconds;
  /// Asked between steps: true ends the run as a limit does. The same answer on all ranks; may be empty.
  std::function<bool()> interrupted;
  /// Runs what only informs the reader outside of the clock; collective. Empty: it is just run.
  std::function<void(const std::function<void()>&)> untimed;
  /// Seed of the random choices whose own seed the parameters leave at 0.
  std::uint64_t seed = 1;
  /// Judges every iterate of the finest level; ends the run by Status Test > "Patience"; may be null.
  ROL::Ptr<Validation<Real>> validation;
  /// Keeps states to go on from, and gives that to start with; may be null. For algorithms, not for steps.
  ROL::Ptr<Checkpoints<Real>> checkpoints;
  /// Receives one sentence when a status test of ours ends the run; may be null.
  ROL::Ptr<std::string> stopReason;
};

} // namespace terrace
