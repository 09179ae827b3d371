#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace terrace::dataset {

/// Seeded random numbers that are the same on every platform: the standard fixes the generator but not the
/// distributions, so these are ours.
class Random {
public:
  /// \param[in] stream  numbers of different streams of one seed are independent.
  Random(std::uint64_t seed, std::uint64_t stream);

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform();

  /// Uniform in [lowest, highest).
  double uniform(double lowest, double highest);

  /// Uniform among 0..bound-1, without bias; \p bound is positive.
  std::uint64_t below(std::uint64_t bound);

  /// Standard normal, by Marsaglia's polar method.
  double normal();

  /// Fisher-Yates.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

private:
  std::mt19937_64 engine_;
  double spare_ = 0;
  bool hasSpare_ = false;
};

} // namespace terrace::dataset
