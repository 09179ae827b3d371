#pragma once

#include <Teuchos_RCP.hpp>

#include <iosfwd>
#include <string>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

struct BenchmarkSweepOptions {
  int width = 0;
  int blocks = 0;
  long samples = 0; ///< Of all ranks together.
  std::string scalar = "double";
};

/// `terrace benchmark sweep`: times sweeps of a network with 2 features, 5 classes, a linear lift, tanh and
/// cross entropy on random samples, and prints one line of JSON; collective.
///
/// Times are medians of at least 7 calls of ResNetObjective, of the slowest rank: everything that a solver
/// waits for is in them, also the communication.
/// \throws std::invalid_argument if a number is not positive or the scalar is unknown.
void benchmarkSweep(const BenchmarkSweepOptions& options, const Teuchos::RCP<const Teuchos::Comm<int>>& comm,
                    std::ostream& out);

} // namespace terrace::program
