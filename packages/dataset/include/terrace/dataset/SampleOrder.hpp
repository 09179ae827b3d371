#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace terrace::dataset {

/// A random order of the samples 0..samples-1, or its first \p wanted entries (0: all).
///
/// The same on every platform and for any number of ranks. The order for fewer samples is the beginning of
/// the order for more, so leading subsets are nested.
/// \throws std::invalid_argument if \p wanted exceeds \p samples.
std::vector<std::int64_t> sampleOrder(std::size_t samples, std::uint64_t seed, std::size_t wanted = 0);

/// The same for classification, stratified: the first m entries hold each class with less than one sample
/// more or fewer than its share, m times its fraction of all samples, for every m.
///
/// Each class is shuffled; the classes are then merged by Tijdeman's rule for the chairman assignment problem
/// (Discrete Mathematics 32, 1980): of the classes whose next sample is due, that with the earliest deadline
/// is next.
/// \param[in] labels  the class of each sample, not negative.
std::vector<std::int64_t> sampleOrder(const std::vector<int>& labels, std::uint64_t seed,
                                      std::size_t wanted = 0);

/// Draws the samples that become test samples: true for the first of sampleOrder(), a share in (0, 1) of all.
/// \param[in] labels  as above, for a choice stratified by class; empty: there are no classes.
/// \throws std::invalid_argument if the share leaves no test or no training samples.
std::vector<bool> drawTestSamples(std::size_t samples, const std::vector<int>& labels, double share,
                                  std::uint64_t seed);

} // namespace terrace::dataset
