#pragma once

#include <terrace/resnet/detail/Pack.hpp>

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
  static constexpr double tanhIsOne = 20.0;
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
  static constexpr float tanhIsOne = 10.0f;
};

/// 1 / n!
template <class Scalar>
KOKKOS_FORCEINLINE_FUNCTION constexpr Scalar inverseFactorial(int n) {
  double factorial = 1;
  for (int k = 2; k <= n; ++k) factorial *= k;
  return static_cast<Scalar>(1 / factorial);
}

// The functions work on n packs side by side, statement by statement: each is a long chain of dependent
// operations, and one chain alone leaves the processor waiting.

/// Splits exp(x) = power (1 + fraction) with power = 2^n, x = n ln 2 + r and fraction = exp(r) - 1.
/// Valid for n in the range of the exponent; a NaN stays one in fraction.
template <class Pack, int n>
KOKKOS_FORCEINLINE_FUNCTION void splitExp(const typename Pack::Value (&x)[std::size_t(n)],
                                          typename Pack::Value (&power)[std::size_t(n)],
                                          typename Pack::Value (&fraction)[std::size_t(n)]) {
  using S = typename Pack::Scalar;
  using Constants = ExpConstants<S>;
  using Bits = typename Pack::Bits;
  typename Pack::Value r[std::size_t(n)];
  for (int u = 0; u < n; ++u) {
    // Adding 1.5 * 2^mantissaBits leaves the nearest integer in the low bits.
    const typename Pack::Value shifted = x[u] * static_cast<S>(1.4426950408889634) + Constants::roundingShift;
    const typename Pack::Value whole = shifted - Constants::roundingShift;
    r[u] = (x[u] - whole * Constants::ln2High) - whole * Constants::ln2Low;
    const Bits exponent = bitCast<Bits>(shifted) << Constants::mantissaBits;
    power[u] = bitCast<typename Pack::Value>(static_cast<Bits>(exponent + Constants::one));
  }
  for (int u = 0; u < n; ++u) fraction[u] = broadcast<Pack>(inverseFactorial<S>(Constants::degree));
#pragma GCC unroll 16
  for (int k = Constants::degree - 1; k >= 2; --k)
    for (int u = 0; u < n; ++u) fraction[u] = fraction[u] * r[u] + inverseFactorial<S>(k);
  for (int u = 0; u < n; ++u) fraction[u] = r[u] + r[u] * r[u] * fraction[u];
}

/// exp(x) for x <= 0 to a few units in the last place; 0 where the result would not be a normal number.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value expOfNegative(const typename Pack::Value& x) {
  using S = typename Pack::Scalar;
  const auto lowest = broadcast<Pack>(ExpConstants<S>::underflow);
  const auto vanishes = x < lowest;
  const typename Pack::Value bounded[1] = {vanishes ? lowest : x};
  typename Pack::Value power[1], fraction[1];
  splitExp<Pack, 1>(bounded, power, fraction);
  const typename Pack::Value result = power[0] + power[0] * fraction[0];
  return vanishes ? typename Pack::Value{} : result;
}

/// tanh(x) = sign(x) e / (e + 2) with e = exp(2|x|) - 1, which keeps the relative accuracy at small x: a few
/// units in the last place everywhere, NaN and signed zeros included. In place.
template <class Pack, int n>
KOKKOS_FORCEINLINE_FUNCTION void tanhOf(typename Pack::Value (&x)[std::size_t(n)]) {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  using Bits = typename Pack::Bits;
  using Constants = ExpConstants<S>;
  const Value limit = broadcast<Pack>(Constants::tanhIsOne);
  Value doubled[std::size_t(n)], power[std::size_t(n)], fraction[std::size_t(n)];
  for (int u = 0; u < n; ++u) {
    const Bits bits = bitCast<Bits>(x[u]);
    const Value magnitude =
        bitCast<Value>(static_cast<Bits>(bits & static_cast<Bits>(~(Bits{} + Constants::sign))));
    const Value bounded = magnitude > limit ? limit : magnitude;
    doubled[u] = bounded + bounded;
  }
  splitExp<Pack, n>(doubled, power, fraction);
  for (int u = 0; u < n; ++u) {
    const Bits sign = bitCast<Bits>(x[u]) & Constants::sign;
    const Value e = power[u] * fraction[u] + (power[u] - S(1));
    x[u] = bitCast<Value>(static_cast<Bits>(bitCast<Bits>(static_cast<Value>(e / (e + S(2)))) | sign));
  }
}

template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value tanhOf(const typename Pack::Value& x) {
  typename Pack::Value value[1] = {x};
  tanhOf<Pack, 1>(value);
  return value[0];
}

/// 1 / (1 + exp(-x)), with relative accuracy also at large negative x.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value sigmoidOf(const typename Pack::Value& x) {
  using S = typename Pack::Scalar;
  using Value = typename Pack::Value;
  const auto negative = x < Value{};
  const Value e = expOfNegative<Pack>(negative ? x : static_cast<Value>(-x));
  return (negative ? e : broadcast<Pack>(S(1))) / (e + S(1));
}

} // namespace terrace::resnet::detail
