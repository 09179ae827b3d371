#pragma once

#include <Teuchos_Comm.hpp>

namespace terrace::program {

/// The seconds on rank 0's clock and whether any rank was interrupted: all ranks have the same answers.
///
/// A run asks between its steps. The ranks talk about it at each row of the history and else a few times a
/// second: short steps do not wait for a message each. With one rank the answers are those of the moment.
class Pulse {
public:
  explicit Pulse(const Teuchos::Comm<int>& comm) : comm_(comm) {}

  /// The run begins, at so many seconds.
  void start(double seconds);

  /// Talks now; collective.
  /// \param seconds      on this rank's clock; rank 0's counts.
  /// \param interrupted  this rank.
  void beat(double seconds, bool interrupted);
  /// Talks if it is time; collective, asked at each step.
  void step(double seconds, bool interrupted);

  /// When the ranks talked last.
  double seconds() const { return seconds_; }
  /// When the ranks talked last.
  bool interrupted() const { return interrupted_; }

private:
  const Teuchos::Comm<int>& comm_;
  double seconds_ = 0;
  bool interrupted_ = false;
  long steps_ = 0;       ///< since the last beat
  long stepsOfBeat_ = 1; ///< between two beats; the same on all ranks
};

} // namespace terrace::program
