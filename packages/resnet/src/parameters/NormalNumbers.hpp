#pragma once

#include <cmath>
#include <cstdint>
#include <random>

namespace terrace::resnet::detail {

/// Standard normal numbers by Marsaglia's polar method; the same on every platform.
class NormalNumbers {
public:
  explicit NormalNumbers(std::uint64_t seed) : generator_(seed) {}

  double operator()() {
    if (hasSpare_) {
      hasSpare_ = false;
      return spare_;
    }
    double u = 0, v = 0, square = 0;
    do {
      u = uniform();
      v = uniform();
      square = u * u + v * v;
    } while (square >= 1.0 || square == 0.0);
    const double factor = std::sqrt(-2.0 * std::log(square) / square);
    spare_ = v * factor;
    hasSpare_ = true;
    return u * factor;
  }

private:
  // In [-1, 1), a multiple of 2^-52.
  double uniform() { return static_cast<double>(generator_() >> 11) * 0x1p-52 - 1.0; }

  std::mt19937_64 generator_;
  double spare_ = 0;
  bool hasSpare_ = false;
};

} // namespace terrace::resnet::detail
