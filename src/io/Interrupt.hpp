#pragma once

namespace terrace::program {

/// Catches interrupts. While an object lives, the first SIGINT, SIGTERM or SIGHUP (the terminal is gone) only
/// sets a flag, so that a run can end in order; the second one ends the program as usual. One object at a
/// time.
class InterruptGuard {
public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Whether this rank has received a signal.
  bool interrupted() const;
};

} // namespace terrace::program
