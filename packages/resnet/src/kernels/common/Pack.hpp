#pragma once

#include "kernels/common/Unroll.hpp"

#include <Kokkos_Core.hpp>

#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__SSE2__) && !defined(__CUDACC__)
#include <immintrin.h>
#endif

namespace terrace::resnet::detail {

/// Bytes of the widest vector register that the translation unit may use.
#if defined(__AVX512F__)
constexpr int vectorBytes = 64;
#elif defined(__AVX__)
constexpr int vectorBytes = 32;
#else
constexpr int vectorBytes = 16;
#endif

template <class Scalar>
struct ScalarBits;
template <>
struct ScalarBits<double> {
  using Type = std::uint64_t;
};
template <>
struct ScalarBits<float> {
  using Type = std::uint32_t;
};

/// A pack: the values of \p size neighbouring samples, handled as one value with the operators of \p S.
///
/// Packs are the vector types of the compiler (g++ and clang++), because loops over small arrays are not
/// reliably kept in registers. A pack of one, as devices use it, is the scalar itself. Comparisons give masks
/// for ?:.
template <class S, int size>
struct PackOf {
  using Scalar = S;
  static constexpr int lanes = size;
  typedef S Value __attribute__((vector_size(size * sizeof(S))));
  typedef typename ScalarBits<S>::Type Bits __attribute__((vector_size(size * sizeof(S))));
  /// A pack wherever it lies in an array of scalars.
  typedef S Unaligned __attribute__((vector_size(size * sizeof(S)), aligned(alignof(S)), may_alias));

  static Scalar lane(const Value& value, int index) { return value[index]; }
  template <class Function>
  static Value map(Value value, Function f) {
    for (int index = 0; index < size; ++index) value[index] = f(value[index]);
    return value;
  }
};

template <class S>
struct PackOf<S, 1> {
  using Scalar = S;
  static constexpr int lanes = 1;
  using Value = S;
  using Bits = typename ScalarBits<S>::Type;
  using Unaligned = S;

  KOKKOS_FORCEINLINE_FUNCTION static Scalar lane(Value value, int) { return value; }
  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION static Value map(Value value, Function f) {
    return f(value);
  }
};

// Not by memcpy: g++ then keeps arrays of packs in memory.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value loadPack(const typename Pack::Scalar* source) {
  return *reinterpret_cast<const typename Pack::Unaligned*>(source);
}

template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION void storePack(typename Pack::Scalar* target, const typename Pack::Value& value) {
  *reinterpret_cast<typename Pack::Unaligned*>(target) = value;
}

/// Keeps a value in a register where it is used several times: left alone, the compiler reads it from memory
/// with every operation. Does nothing off x86 and on devices.
template <class Value>
KOKKOS_FORCEINLINE_FUNCTION void keepInRegister(Value& value) {
#if defined(__AVX__) && !defined(__CUDA_ARCH__) && !defined(__HIP_DEVICE_COMPILE__)
  if constexpr (sizeof(Value) == vectorBytes) asm("" : "+v"(value));
#else
  static_cast<void>(value);
#endif
}

/// All lanes equal. Subtracting the zero pack is exact and costs nothing; adding it would, for the sake of
/// -0.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value broadcast(typename Pack::Scalar scalar) {
  return scalar - typename Pack::Value{};
}

/// The same bits as another type of the same size.
template <class To, class From>
KOKKOS_FORCEINLINE_FUNCTION To bitCast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

/// Lane k of the result is lane from[k] of \p a and, behind it, \p b; host only. For nvcc, which takes the
/// builtin's list of lanes apart wrongly where it depends on a template, one lane after another.
template <int... from, class Value>
inline __attribute__((always_inline)) auto shuffle(const Value& a, const Value& b) {
#if defined(__CUDACC__)
  constexpr int lanes = sizeof(Value) / sizeof(a[0]);
  typedef std::decay_t<decltype(a[0])> Result __attribute__((vector_size(sizeof...(from) * sizeof(a[0]))));
  const int indices[] = {from...};
  Result result = {};
  for (int k = 0; k < static_cast<int>(sizeof...(from)); ++k)
    result[k] = indices[k] < lanes ? a[indices[k]] : b[indices[k] - lanes];
  return result;
#else
  return __builtin_shufflevector(a, b, from...);
#endif
}

/// Lane k of the result is table[the lowest four bits of lane k of \p index]; host only. \p table is aligned
/// to 64 bytes. The permutations of AVX-512 and AVX2 are named: clang++ has no other form for them.
template <class Pack>
typename Pack::Value lookUp(const typename Pack::Scalar (&table)[16], const typename Pack::Bits& index) {
#if defined(__AVX512F__) && !defined(__CUDACC__)
  if constexpr (sizeof(typename Pack::Value) == 64 && Pack::lanes == 8)
    return _mm512_permutex2var_pd(_mm512_load_pd(table), bitCast<__m512i>(index), _mm512_load_pd(table + 8));
  if constexpr (sizeof(typename Pack::Value) == 64 && Pack::lanes == 16)
    return _mm512_maskz_permutexvar_ps(0xFFFF, bitCast<__m512i>(index), _mm512_load_ps(table));
#elif defined(__AVX2__) && !defined(__CUDACC__)
  if constexpr (std::is_same_v<typename Pack::Scalar, float> && Pack::lanes == 8) {
    const auto indices = bitCast<__m256i>(index);
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(_mm256_load_ps(table), indices),
                            _mm256_permutevar8x32_ps(_mm256_load_ps(table + 8), indices),
                            bitCast<__m256>(static_cast<typename Pack::Bits>(index << 28)));
  }
#endif
  typename Pack::Value values = {};
  for (int k = 0; k < Pack::lanes; ++k) values[k] = table[index[k] & 15];
  return values;
}

#if defined(__SSE2__) && !defined(__CUDACC__)
// b where one of the two is NaN; g++ makes two instructions of a < b ? a : b. With masks, since g++ 12 warns
// of the forms without.
inline __m128d lesser(__m128d a, __m128d b) {
  return _mm_min_pd(a, b);
}
inline __m128d greater(__m128d a, __m128d b) {
  return _mm_max_pd(a, b);
}
inline __m128 lesser(__m128 a, __m128 b) {
  return _mm_min_ps(a, b);
}
inline __m128 greater(__m128 a, __m128 b) {
  return _mm_max_ps(a, b);
}
#if defined(__AVX__)
inline __m256d lesser(__m256d a, __m256d b) {
  return _mm256_min_pd(a, b);
}
inline __m256d greater(__m256d a, __m256d b) {
  return _mm256_max_pd(a, b);
}
inline __m256 lesser(__m256 a, __m256 b) {
  return _mm256_min_ps(a, b);
}
inline __m256 greater(__m256 a, __m256 b) {
  return _mm256_max_ps(a, b);
}
#endif
#if defined(__AVX512F__)
inline __m512d lesser(__m512d a, __m512d b) {
  return _mm512_maskz_min_pd(0xFF, a, b);
}
inline __m512d greater(__m512d a, __m512d b) {
  return _mm512_maskz_max_pd(0xFF, a, b);
}
inline __m512 lesser(__m512 a, __m512 b) {
  return _mm512_maskz_min_ps(0xFFFF, a, b);
}
inline __m512 greater(__m512 a, __m512 b) {
  return _mm512_maskz_max_ps(0xFFFF, a, b);
}
#endif
#endif

/// x, but at least -limit and at most limit; NaN for NaN. Host only.
template <class Pack>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value clamp(const typename Pack::Value& x,
                                                       typename Pack::Scalar limit) {
  using Value = typename Pack::Value;
  const Value most = broadcast<Pack>(limit), least = broadcast<Pack>(-limit);
#if defined(__SSE2__) && !defined(__CUDACC__)
  return greater(least, lesser(most, x));
#else
  const Value below = most < x ? most : x;
  return least > below ? least : below;
#endif
}

} // namespace terrace::resnet::detail
