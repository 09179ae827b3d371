#pragma once

#include "io/Interrupt.hpp"

#include <filesystem>
#include <string>

namespace terrace::program {

/// The program gnuplot, which draws the figures of a report. Its scripts lie in a temporary folder, which
/// goes with the object; while that lives, a signal ends the next run by an exception instead of the program.
class Gnuplot {
public:
  /// \throws std::runtime_error if gnuplot cannot be started.
  Gnuplot();
  ~Gnuplot();
  Gnuplot(const Gnuplot&) = delete;
  Gnuplot& operator=(const Gnuplot&) = delete;

  /// Runs a script and returns what it writes to standard output.
  /// \throws std::runtime_error with gnuplot's message if it fails, or if the program was interrupted.
  std::string run(const std::string& script) const;

private:
  void requireGoing() const;

  std::filesystem::path folder_;
  InterruptGuard interrupts_;
};

/// \p text as a string constant of gnuplot. Plot commands show a user's text with `noenhanced`.
std::string gnuplotString(const std::string& text);

} // namespace terrace::program
