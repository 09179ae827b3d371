#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace terrace::program {

/// Shows the progress of long work; for one rank. On a terminal one line is written over. Elsewhere a line is
/// written for each tenth of the work, at most one a second.
class Progress {
public:
  /// \param things  what is counted, in the plural.
  Progress(std::ostream& out, std::string things, std::size_t total, bool terminal);

  /// Clears the line of a terminal.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::size_t done);

private:
  void showOnTerminal(std::size_t done);

  std::ostream& out_;
  std::string things_;
  std::size_t total_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
  double lastShown_ = 0;  ///< seconds since the start
  std::size_t width_ = 0; ///< of the line on the terminal
  std::size_t tenths_ = 0;
};

} // namespace terrace::program
