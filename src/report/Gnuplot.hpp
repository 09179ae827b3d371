#pragma once

#include <filesystem>
#include <string>

namespace terrace::program {

/// The program gnuplot, which draws the figures of a report. Scripts lie in a temporary folder while it runs.
class Gnuplot {
public:
  /// \throws std::runtime_error if gnuplot cannot be started.
  Gnuplot();
  ~Gnuplot();
  Gnuplot(const Gnuplot&) = delete;
  Gnuplot& operator=(const Gnuplot&) = delete;

  /// Runs a script and returns what it writes to standard output.
  /// \throws std::runtime_error with gnuplot's message if it fails.
  std::string run(const std::string& script) const;

private:
  std::filesystem::path folder_;
};

/// A string constant of gnuplot. Show it with `noenhanced` if a user named it.
std::string gnuplotString(const std::string& text);

} // namespace terrace::program
