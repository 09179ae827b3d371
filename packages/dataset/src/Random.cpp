#include <terrace/dataset/Random.hpp>

#include <cmath>
#include <limits>

namespace terrace::dataset {
namespace {

// One step of SplitMix64 (Steele, Lea & Flood 2014): neighbouring seeds give unrelated results.
std::uint64_t mix(std::uint64_t state) {
  state += 0x9e3779b97f4a7c15U;
  state = (state ^ (state >> 30U)) * 0xbf58476d1ce4e5b9U;
  state = (state ^ (state >> 27U)) * 0x94d049bb133111ebU;
  return state ^ (state >> 31U);
}

} // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream) : engine_(mix(mix(seed) + stream)) {}

double Random::uniform() {
  return static_cast<double>(engine_() >> 11U) * 0x1p-53;
}

double Random::uniform(double lowest, double highest) {
  return lowest + (highest - lowest) * uniform();
}

std::uint64_t Random::below(std::uint64_t bound) {
  // Draws in the last, incomplete run of 0..bound-1 are thrown away.
  constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t limit = largest - largest % bound;
  std::uint64_t draw = engine_();
  while (draw >= limit) draw = engine_();
  return draw % bound;
}

double Random::normal() {
  if (hasSpare_) {
    hasSpare_ = false;
    return spare_;
  }
  double u = 0;
  double v = 0;
  double square = 0;
  do {
    u = uniform(-1, 1);
    v = uniform(-1, 1);
    square = u * u + v * v;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * std::log(square) / square);
  spare_ = v * factor;
  hasSpare_ = true;
  return u * factor;
}

} // namespace terrace::dataset
