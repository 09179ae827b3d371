#pragma once

// Products of a warp by the matrix units of CUDA devices ("tensor cores"): 16 samples by 8 neurons at a time.

#include <cstdint>

namespace terrace::resnet::detail::tensor {

/// 16 x 8 values of a warp, samples x neurons. Lane 4 g + t has neurons 2t and 2t + 1 of sample g (value[0],
/// value[1]) and of sample g + 8 (value[2], value[3]). As a factor of a product a lane has the same values:
/// what a layer gives is what the next one takes.
template <class Scalar>
struct Fragment {
  Scalar value[4];
};

/// Two neighbouring scalars, read as a whole.
template <class Scalar>
struct alignas(2 * sizeof(Scalar)) Pair {
  Scalar value[2];
};

/// Two neighbouring weights as the units take them, 16 bytes: floats in two parts of 11 digits each.
template <class Scalar>
struct WeightPair;
template <>
struct alignas(16) WeightPair<double> {
  double value[2];
};
template <>
struct alignas(16) WeightPair<float> {
  float high[2];
  float low[2];
};

/// A fragment as the units take it.
template <class Scalar>
struct Factor;
template <>
struct Factor<double> {
  double value[4];
};
template <>
struct Factor<float> {
  float high[4];
  float low[4];
};

/// The leading 11 digits of \p x.
__device__ __forceinline__ float leadingDigits(float x) {
  std::uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
  return __uint_as_float(bits);
}

__device__ __forceinline__ void setWeights(WeightPair<double>& pair, double first, double second) {
  pair.value[0] = first;
  pair.value[1] = second;
}
__device__ __forceinline__ void setWeights(WeightPair<float>& pair, float first, float second) {
  pair.high[0] = leadingDigits(first);
  pair.high[1] = leadingDigits(second);
  pair.low[0] = leadingDigits(first - pair.high[0]);
  pair.low[1] = leadingDigits(second - pair.high[1]);
}

__device__ __forceinline__ Factor<double> toFactor(const Fragment<double>& a) {
  return {{a.value[0], a.value[1], a.value[2], a.value[3]}};
}
__device__ __forceinline__ Factor<float> toFactor(const Fragment<float>& a) {
  Factor<float> factor;
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    factor.high[k] = leadingDigits(a.value[k]);
    factor.low[k] = leadingDigits(a.value[k] - factor.high[k]);
  }
  return factor;
}

/// c += a B, B(k, n) with k = 2t, 2t + 1 (the pair) and n = g in lane 4 g + t.
__device__ __forceinline__ void multiplyAdd(Fragment<double>& c, const Factor<double>& a,
                                            const WeightPair<double>& b) {
#if __CUDA_ARCH__ >= 900
  asm("mma.sync.aligned.m16n8k8.row.col.f64.f64.f64.f64 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+d"(c.value[0]), "+d"(c.value[1]), "+d"(c.value[2]), "+d"(c.value[3])
      : "d"(a.value[0]), "d"(a.value[2]), "d"(a.value[1]), "d"(a.value[3]), "d"(b.value[0]), "d"(b.value[1]));
#else
#pragma unroll
  for (int k = 0; k < 2; ++k)
#pragma unroll
    for (int half = 0; half < 2; ++half)
      asm("mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%0,%1}, {%2}, {%3}, {%0,%1};"
          : "+d"(c.value[2 * half]), "+d"(c.value[2 * half + 1])
          : "d"(a.value[2 * half + k]), "d"(b.value[k]));
#endif
}

__device__ __forceinline__ void multiplyAddDigits(float (&c)[4], const float (&a)[4], const float (&b)[2]) {
  const auto bits = [](float x) { return __float_as_uint(x); };
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(bits(a[0])), "r"(bits(a[2])), "r"(bits(a[1])), "r"(bits(a[3])), "r"(bits(b[0])), "r"(bits(b[1])));
}

/// The product of the low parts is below the last digit.
__device__ __forceinline__ void multiplyAdd(Fragment<float>& c, const Factor<float>& a,
                                            const WeightPair<float>& b) {
  multiplyAddDigits(c.value, a.low, b.high);
  multiplyAddDigits(c.value, a.high, b.low);
  multiplyAddDigits(c.value, a.high, b.high);
}

/// Starts a copy of 16 bytes from device memory to the team's shared memory; awaitCopies() waits for all.
__device__ __forceinline__ void startCopy(void* shared, const void* global) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(
                   static_cast<unsigned>(__cvta_generic_to_shared(shared))),
               "l"(global)
               : "memory");
}
__device__ __forceinline__ void awaitCopies() {
  asm volatile("cp.async.wait_all;" ::: "memory");
}

/// The same for 4, 8 or 16 \p bytes, of which the first \p count are copied and the others become 0.
template <int bytes>
__device__ __forceinline__ void startPartialCopy(void* shared, const void* global, int count) {
  const auto to = static_cast<unsigned>(__cvta_generic_to_shared(shared));
  if constexpr (bytes == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(global), "r"(count)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %3, %2;" ::"r"(to), "l"(global), "r"(count),
                 "n"(bytes)
                 : "memory");
  }
}
/// The copies started since the last call are a group; awaitAllBut() waits for all groups but the last few.
__device__ __forceinline__ void endGroup() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
template <int groups>
__device__ __forceinline__ void awaitAllBut() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}

} // namespace terrace::resnet::detail::tensor
