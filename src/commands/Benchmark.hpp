#pragma once

#include "commands/Command.hpp"

#include <iosfwd>
#include <string>

namespace terrace::program {

struct BenchmarkSweepOptions {
  int width = 0;
  int blocks = 0;
  long samples = 0; ///< of all ranks together
  std::string scalar = "double";
  int image = 0;                ///< Pixels of a side of images; 0: a dense network.
  std::string block = "Single"; ///< Of a convolutional network.
};

/// Adds `terrace benchmark` with its command `sweep`.
void addBenchmark(CLI::App& parent, Action& chosen);

/// Times sweeps of a network with 2 features, or images of one channel, 5 classes, a linear lift, tanh and
/// cross entropy on random samples, and prints one line of JSON; collective.
///
/// Times are medians of at least 7 calls of ResNetObjective on the slowest rank. They include everything that
/// a solver waits for, also the communication. \throws std::invalid_argument if a number is not positive or
/// the scalar is unknown.
void benchmarkSweep(const BenchmarkSweepOptions& options, const Communicator& comm, std::ostream& out);

} // namespace terrace::program
