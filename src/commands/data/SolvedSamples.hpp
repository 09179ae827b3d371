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

/// The samples of a problem that are solved.
struct SamplingOptions {
  std::size_t trainSamples = 5000; ///< 1..10000000
  std::size_t testSamples = 1000;  ///< 0: no test set
  std::uint64_t seed = 1;
  bool jacobians = false; ///< whether the derivatives of the targets are found too
};

/// \throws std::invalid_argument if a number of samples is out of range.
void requireValid(const SamplingOptions& options);

/// The inputs of a sample, uniform between their ends. Their random stream depends on the seed, the set (0:
/// training, 1: test) and the sample's number alone. So the number of ranks does not matter, and a larger set
/// begins with the samples of a smaller one.
std::vector<double> drawInputs(const std::vector<pde::Input>& inputs, std::uint64_t seed, int set,
                               std::size_t sample);

/// Draws and solves all samples, each rank a part of them; collective.
///
/// \param problem  each rank has its own object.
/// \param done     called on rank 0 with the number of samples solved so far, now and then.
/// \returns on rank 0 the data set with names, units and ranges, without a description; on other ranks a data
/// set
///          without samples.
/// \throws std::invalid_argument if a number of samples is out of range. std::runtime_error on all ranks if a
///         solve fails, with the name of the sample, or after an interrupt (SIGINT, SIGTERM).
dataset::Dataset solveSamples(pde::ParametricProblem& problem, const SamplingOptions& options,
                              const Teuchos::Comm<int>& comm,
                              const std::function<void(std::size_t)>& done = {});

} // namespace terrace::program
