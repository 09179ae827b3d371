#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace terrace {

/// Uniform among 0 .. bound-1: the standard fixes the generator but not its distributions.
inline std::uint64_t below(std::uint64_t bound, std::mt19937_64& generator) {
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = largest - largest % bound;
  std::uint64_t draw = generator();
  while (draw >= limit) draw = generator();
  return draw % bound;
}

/// The generator of an epoch, which does not depend on earlier ones.
inline std::mt19937_64 generatorOf(std::uint64_t seed, long epoch) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                         static_cast<std::uint32_t>(epoch)};
  return std::mt19937_64(sequence);
}

inline void shuffle(std::vector<long>& values, std::mt19937_64& generator) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i, generator)]);
}

} // namespace terrace
