#pragma once

#include <Kokkos_Core.hpp>

#include <type_traits>
#include <utility>

/// After the parameters of a lambda: it is always inlined.
#if defined(__GNUC__)
#define TERRACE_INLINE_LAMBDA __attribute__((always_inline))
#else
#define TERRACE_INLINE_LAMBDA
#endif

/// Before a loop: devices unroll it. Arrays of a thread are in registers only if all their indices are
/// constants.
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
#define TERRACE_UNROLL _Pragma("unroll")
#else
#define TERRACE_UNROLL
#endif

namespace terrace::resnet::detail {

template <class Function, int... k>
KOKKOS_FORCEINLINE_FUNCTION void unrolled(const Function& f, std::integer_sequence<int, k...>) {
  (f(std::integral_constant<int, k>()), ...);
}

/// Calls f(std::integral_constant<int, k>) for k = 0 ... count - 1. Unlike a loop, it leaves arrays that are
/// indexed by k in registers however long f is, if f is a TERRACE_INLINE_LAMBDA.
template <int count, class Function>
KOKKOS_FORCEINLINE_FUNCTION void unrolled(const Function& f) {
  unrolled(f, std::make_integer_sequence<int, count>());
}

} // namespace terrace::resnet::detail
