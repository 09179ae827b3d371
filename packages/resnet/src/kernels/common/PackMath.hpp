#pragma once

#include "kernels/common/Pack.hpp"

#include <cmath>

namespace terrace::resnet::detail {

/// Constants of the exponential in one precision. The Taylor polynomial of exp(r) - 1 on |r| <= ln(2)/2 is
/// cut where the next term is below a tenth of a unit in the last place (relative to r).
template <class Scalar>
struct ExpConstants;

template <>
struct ExpConstants<double> {
  static constexpr int mantissaBits = 52;
  static constexpr std::uint64_t one = 0x3FF0000000000000u;
  static constexpr std::uint64_t sign = 0x8000000000000000u;
  static constexpr double roundingShift = 6755399441055744.0;   ///< 1.5 * 2^52
  static constexpr double ln2High = 6.93147180369123816490e-01; ///< 33 bits: exact times any n in use.
  static constexpr double ln2Low = 1.90821492927058770002e-10;
  static constexpr int degree = 13;
  static constexpr double underflow = -708.0;
};

template <>
struct ExpConstants<float> {
  static constexpr int mantissaBits = 23;
  static constexpr std::uint32_t one = 0x3F800000u;
  static constexpr std::uint32_t sign = 0x80000000u;
  static constexpr float roundingShift = 12582912.0f; ///< 1.5 * 2^23
  static constexpr float ln2High = 0.693359375f;
  static constexpr float ln2Low = -2.12194440e-4f;
  static constexpr int degree = 7;
  static constexpr float underflow = -87.0f;
};

/// Constants of ExpTwice, whose steps are ln(2)/32: 2^(k/16) / (1 + k/16) - 1 are the roots; from tanhIsOne
/// on tanh rounds to 1.
template <class Scalar>
struct StepConstants {
  static constexpr int bits = 4; ///< 2^bits steps a power of two.
  static constexpr Scalar perUnit = static_cast<Scalar>(46.16624130844683);
  static constexpr Scalar length = static_cast<Scalar>(0.02166084939249829);
  static constexpr Scalar tanhIsOne = sizeof(Scalar) == 8 ? 20 : 10;
  alignas(64) static constexpr Scalar roots[16] = {Scalar(0),
                                                   Scalar(-0.017154087127139915),
                                                   Scalar(-0.030659793186437637),
                                                   Scalar(-0.0410200970469965),
                                                   Scalar(-0.048634307997823145),
                                                   Scalar(-0.053822619372583584),
                                                   Scalar(-0.05684396025381115),
                                                   Scalar(-0.05790918473955289),
                                                   Scalar(-0.05719095841793664),
                                                   Scalar(-0.05483126659872044),
                                                   Scalar(-0.05094718436434411),
                                                   Scalar(-0.045635358844886335),
                                                   Scalar(-0.03897552542432624),
                                                   Scalar(-0.031033290828524424),
                                                   Scalar(-0.02186235391501735),
                                                   Scalar(-0.011506290891794946)};
};

/// 1 / n!
template <class Scalar>
KOKKOS_FORCEINLINE_FUNCTION constexpr Scalar inverseFactorial(int n) {
  double factorial = 1;
  for (int k = 2; k <= n; ++k) factorial *= k;
  return static_cast<Scalar>(1 / factorial);
}

/// exp(x) for x <= 0 to a few units in the last place; 0 where the result would not be a normal number. By
/// x = n ln 2 + r.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value expOfNegative(const typename Pack::Value& x) {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  using Bits = typename Pack::Bits;
  using Constants = ExpConstants<S>;
  const Value lowest = broadcast<Pack>(Constants::underflow);
  const auto vanishes = x < lowest;
  const Value bounded = vanishes ? lowest : x;
  // Adding 1.5 * 2^mantissaBits leaves the nearest integer in the low bits.
  const Value shifted = bounded * static_cast<S>(1.4426950408889634) + Constants::roundingShift;
  const Value whole = shifted - Constants::roundingShift;
  const Value r = (bounded - whole * Constants::ln2High) - whole * Constants::ln2Low;
  const Bits exponent = bitCast<Bits>(shifted) << Constants::mantissaBits;
  const Value power = bitCast<Value>(static_cast<Bits>(exponent + Constants::one));
  Value fraction = broadcast<Pack>(inverseFactorial<S>(Constants::degree));
#pragma GCC unroll 16
  for (int k = Constants::degree - 1; k >= 2; --k) fraction = fraction * r + inverseFactorial<S>(k);
  fraction = r + r * r * fraction;
  const Value result = power + power * fraction;
  return vanishes ? Value{} : result;
}

// What follows works on n packs side by side, statement by statement: each is a long chain of dependent
// operations, and one chain alone leaves the processor waiting.

/// n packs of exp(2x) = power (1 + root) (1 + u) / (1 - u): power is a power of two times 1 + k/16, k = 0 ...
/// 15, so that the bits of a rounded number are those of power; 1 + root, from a table, makes it a root of
/// two, and u = tanh(rest) with |rest| <= ln(2)/64 is an odd polynomial of few terms. Host only.
template <class Pack, int n>
struct ExpTwice {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  using Bits = typename Pack::Bits;
  using Steps = StepConstants<S>;

  Value power[std::size_t(n)], root[std::size_t(n)], u[std::size_t(n)];

  /// \p x as long as power is a normal number. In steps of ln(2)/32 the rest costs least, and has the
  /// relative error of x; in units it takes ln(2) in two parts, and is as good for large x as for small ones.
  template <bool inSteps>
  ExpTwice(const Value (&x)[std::size_t(n)], std::bool_constant<inSteps>) {
    // As in expOfNegative(). The exponent's bias is in the shift too: the low bits are index and biased
    // exponent.
    constexpr int mantissaBits = ExpConstants<S>::mantissaBits;
    constexpr auto bias = ExpConstants<S>::one >> mantissaBits << Steps::bits;
    constexpr S shift = ExpConstants<S>::roundingShift + static_cast<S>(bias);
    Value rest[std::size_t(n)], square[std::size_t(n)];
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA {
      const Value shifted = (inSteps ? x[k] : x[k] * Steps::perUnit) + shift;
      const Value steps = shifted - shift;
      if constexpr (inSteps) {
        rest[k] = x[k] - steps;
      } else {
        constexpr S high = ExpConstants<S>::ln2High / 32, low = ExpConstants<S>::ln2Low / 32;
        rest[k] = (x[k] - steps * high) - steps * low;
      }
      const Bits bits = bitCast<Bits>(shifted);
      root[k] = lookUp<Pack>(Steps::roots, bits);
      power[k] = bitCast<Value>(static_cast<Bits>(bits << (mantissaBits - Steps::bits)));
    });
    // The terms of tanh(unit rest) over rest.
    constexpr S unit = inSteps ? Steps::length : S(1);
    constexpr S cube = unit * unit * unit;
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA { square[k] = rest[k] * rest[k]; });
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA {
      u[k] = broadcast<Pack>(S(-1.0 / 3) * cube);
      if constexpr (sizeof(S) == 8) {
        constexpr S fifth = cube * unit * unit, seventh = fifth * unit * unit;
        u[k] += square[k] * (S(2.0 / 15) * fifth + square[k] * (S(-17.0 / 315) * seventh));
      }
    });
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA { u[k] = rest[k] * (unit + square[k] * u[k]); });
  }
};

/// tanh(x) of n packs, given x times StepConstants::perUnit, in place: (e - 1) / (e + 1) with e = exp(2x). A
/// few units in the last place everywhere, NaN included; the sign of a zero is lost. Host only.
template <class Pack, int n>
KOKKOS_FORCEINLINE_FUNCTION void tanhOfSteps(typename Pack::Value (&x)[std::size_t(n)]) {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  using Steps = StepConstants<S>;
  unrolled<n>([&](auto k)
                  TERRACE_INLINE_LAMBDA { x[k] = clamp<Pack>(x[k], Steps::tanhIsOne * Steps::perUnit); });
  const ExpTwice<Pack, n> e(x, std::true_type());
  unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA {
    // Near x = 0 power is 1 + k/16 or half of it, and root is small: nothing cancels.
    const Value below = e.power[k] * e.root[k] + (e.power[k] - S(1)); // power (1 + root) - 1
    const Value above = below + S(2);
    // |below| <= above, so that the quotient is never beyond 1, and is 1 where they are equal.
    x[k] = (below + above * e.u[k]) / (above + below * e.u[k]);
  });
}

#if defined(__CUDA_ARCH__)
/// tanh(x) on a device, within two units of the last place, without branches. With e^(2 |x|) = 2^n e^(2z),
/// |z| <= ln(2)/4, u = tanh(z) and s = 2^n it is ((s - 1) + u (s + 1)) / ((s + 1) + u (s - 1)): nothing
/// cancels.
__device__ __forceinline__ double tanhOnDevice(double x) {
  const double magnitude = fabs(x);
  const double bounded = magnitude > 20.0 ? 20.0 : magnitude; // beyond it rounds to 1; NaN stays
  constexpr double toInteger = 6755399441055744.0;            // 1.5 2^52: adding it rounds to integers
  const double shifted = fma(bounded, 2.8853900817779268, toInteger);
  const double n = shifted - toInteger;
  double z = fma(n, -0.34657359027997264, bounded); // ln(2)/2 in two parts
  z = fma(n, -1.1595234069231498e-17, z);
  const double v = z * z;
  // (tanh(z)/z - 1)/v, by interpolation at Chebyshev points: relative error of u below 2e-17
  double p = 0.003463892718718997;
  p = fma(p, v, -0.008858934482512643);
  p = fma(p, v, 0.02186942178565187);
  p = fma(p, v, -0.053968253499226744);
  p = fma(p, v, 0.13333333333212694);
  p = fma(p, v, -0.3333333333333328);
  const double u = fma(z * v, p, z);
  const double s = __hiloint2double((1023 + __double2loint(shifted)) << 20, 0);
  const double numerator = fma(u, s + 1.0, s - 1.0), denominator = fma(u, s - 1.0, s + 1.0);
  double reciprocal;
  asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(reciprocal) : "d"(denominator));
  reciprocal = fma(reciprocal, fma(-denominator, reciprocal, 1.0), reciprocal);
  reciprocal = fma(reciprocal, fma(-denominator, reciprocal, 1.0), reciprocal);
  return copysign(numerator * reciprocal, x);
}
__device__ __forceinline__ float tanhOnDevice(float x) {
  return tanhf(x);
}
#endif

/// tanh(x) for n packs in place.
template <class Pack, int n>
KOKKOS_FORCEINLINE_FUNCTION void tanhOf(typename Pack::Value (&x)[std::size_t(n)]) {
  using S = typename Pack::Scalar;
  if constexpr (Pack::lanes == 1) {
#if defined(__CUDA_ARCH__)
    for (int k = 0; k < n; ++k) x[k] = tanhOnDevice(x[k]);
#else
    for (int k = 0; k < n; ++k) x[k] = std::tanh(x[k]);
#endif
  } else {
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA { x[k] *= StepConstants<S>::perUnit; });
    tanhOfSteps<Pack, n>(x);
  }
}

template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value tanhOf(const typename Pack::Value& x) {
  typename Pack::Value value[1] = {x};
  tanhOf<Pack, 1>(value);
  return value[0];
}

/// 1 / (1 + exp(-x)) for n packs in place: a few units in the last place of the result, at large negative x
/// too; 0 where it would not be a normal number, NaN for NaN.
///
/// With exp(|x|) = e (1 + u) / (1 - u) it is (1 - u) or, for positive x, e (1 + u) over their sum.
template <class Pack, int n>
KOKKOS_FORCEINLINE_FUNCTION void sigmoidOf(typename Pack::Value (&x)[std::size_t(n)]) {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  using Bits = typename Pack::Bits;
  if constexpr (Pack::lanes == 1) {
    for (int k = 0; k < n; ++k) {
      const S e = std::exp(x[k] < S(0) ? x[k] : -x[k]);
      x[k] = (x[k] < S(0) ? e : S(1)) / (e + S(1));
    }
  } else {
    const Value lowest = broadcast<Pack>(ExpConstants<S>::underflow);
    const Bits signBit = Bits{} + ExpConstants<S>::sign;
    Value half[std::size_t(n)];
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA {
      const Value magnitude = bitCast<Value>(static_cast<Bits>(bitCast<Bits>(x[k]) & ~signBit));
      half[k] = S(0.5) * (magnitude > -lowest ? -lowest : magnitude);
    });
    const ExpTwice<Pack, n> e(half, std::false_type());
    unrolled<n>([&](auto k) TERRACE_INLINE_LAMBDA {
      const Value rising = e.power[k] * e.root[k] + e.power[k];
      const Value above = rising + rising * e.u[k];
      const Value below = S(1) - e.u[k];
      const Value part = x[k] < Value{} ? below : above;
      x[k] = x[k] < lowest ? Value{} : static_cast<Value>(part / (above + below));
    });
  }
}

template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value sigmoidOf(const typename Pack::Value& x) {
  typename Pack::Value value[1] = {x};
  sigmoidOf<Pack, 1>(value);
  return value[0];
}

} // namespace terrace::resnet::detail
