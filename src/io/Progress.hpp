#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace terrace::program {

/// Shows how far long work has got: one line that is written over on a terminal, a line for each
/// tenth, if that takes a second or more, elsewhere. For one rank.
class Progress {
public:
  /// \p things: what is counted, in the plural.
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
