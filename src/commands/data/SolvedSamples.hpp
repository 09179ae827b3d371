#pragma once

#include <terrace/dataset/Dataset.hpp>
#include <terrace/pde/ParametricProblem.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace Teuchos {
template <typename Ordinal>
class Comm;
}

namespace terrace::program {

/// Which samples of a problem are solved.
struct SamplingOptions {
  std::size_t trainSamples = 5000; ///< 1..10000000
  std::size_t testSamples = 1000;  ///< 0: no test set
  std::uint64_t seed = 1;
};

/// \throws std::invalid_argument if a number of samples is out of range.
void requireValid(const SamplingOptions& options);

/// Inputs of a sample: uniform between the ends, from a random stream of the seed, the set (0: training, 1:
/// test) and the sample's number alone. So they depend neither on the number of ranks nor on the number of
/// samples, and the first samples of a larger set are those of a smaller one.
std::vector<double> drawInputs(const std::vector<pde::Input>& inputs, std::uint64_t seed, int set,
                               std::size_t sample);

/// Draws and solves all samples, each rank its own; collective.
///
/// \param problem  an object of its own on each rank.
/// \param done     called on rank 0 with the number of samples solved so far, now and then.
/// \returns on rank 0 the data set with names, units and ranges, without a description; on the others one
///         without samples.
/// \throws std::invalid_argument if a number of samples is out of range, std::runtime_error, on all ranks,
///         that names the sample if a solve fails, or after an interrupt (SIGINT, SIGTERM).
dataset::Dataset solveSamples(pde::ParametricProblem& problem, const SamplingOptions& options,
                              const Teuchos::Comm<int>& comm,
                              const std::function<void(std::size_t)>& done = {});

} // namespace terrace::program
