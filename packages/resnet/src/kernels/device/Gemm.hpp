#pragma once

// How devices do the products of a layer on a chunk of samples, and what follows them entry by entry: on CUDA
// devices in one kernel, elsewhere by KokkosKernels and a kernel over all entries (i, s). i, j: neurons, s:
// samples.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/Stencil.hpp"
#include "kernels/common/Tile.hpp"
#if defined(KOKKOS_ENABLE_CUDA)
#include "kernels/device/tensor/TensorProduct.hpp"
#endif

#include <KokkosBlas3_gemm.hpp>
#include <Kokkos_Core.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace terrace::resnet::detail::device {

/// The columns of the first \p samples samples.
template <class Slab>
auto leadingSamples(const Slab& slab, int samples) {
  return Kokkos::subview(slab, Kokkos::ALL(), std::make_pair(0, samples));
}

/// y = A x, or y += A x;  y may not alias x.
template <class Tile>
void multiplyByKokkos(const typename Tile::Weights& A, const typename Tile::ConstSlab& x,
                      const typename Tile::Slab& y, bool accumulate, int samples) {
  using Scalar = typename Tile::Scalar;
  static_assert(Tile::rows == 1, "panels of one row are a matrix in row-major order");
  const typename Tile::ConstSlab matrix(A.entries, static_cast<std::size_t>(A.rows),
                                        static_cast<std::size_t>(A.columns));
  KokkosBlas::gemm("N", "N", Scalar(1), matrix, leadingSamples(x, samples), Scalar(accumulate ? 1 : 0),
                   leadingSamples(y, samples));
}

// What follows a product y entry by entry: read(i, s) gives what entry(i, s, sum, read) needs beside the sum,
// so that a kernel can read for several entries before it writes. entry() writes y too. A row i is a neuron,
// or the PixelChannel of a convolution (StencilProduct.hpp).

// y(i, s) = sum + b(i)
template <class Tile>
struct AddBias {
  typename Tile::Bias b;
  typename Tile::Slab y;

  using Read = typename Tile::Scalar;
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION Read read(const Row& i, int) const {
    return b(matrixRow(i));
  }
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void entry(const Row& i, int s, typename Tile::Scalar sum, Read bias) const {
    y(slabRow(i), s) = sum + bias;
  }
};

// y(i, s) = sum
template <class Tile>
struct KeepSum {
  typename Tile::Slab y;

  struct Read {};
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION Read read(const Row&, int) const {
    return {};
  }
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void entry(const Row& i, int s, typename Tile::Scalar sum, Read) const {
    y(slabRow(i), s) = sum;
  }
};

/// A x + B z, or A x where B is empty.
template <class Tile>
struct Products {
  typename Tile::Weights A;
  typename Tile::ConstSlab x;
  typename Tile::Weights B = {};
  typename Tile::ConstSlab z = {};
};

// finish, of the sums in y
template <class Tile, class Finish>
struct FinishSums {
  typename Tile::Slab y;
  Finish finish;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    finish.entry(i, s, y(i, s), finish.read(i, s));
  }
};

/// The products, or y plus them, and \p finish with each entry of that sum. \p y and what \p finish writes
/// may not alias a factor.
template <class Tile, class Finish>
void multiply(const typename Tile::Execution& space, const std::string& label, const Products<Tile>& products,
              const typename Tile::Slab& y, bool accumulate, int samples, const Finish& finish) {
#if defined(KOKKOS_ENABLE_CUDA)
  tensor::multiply<Tile>(space, label, products.A, products.x, products.B, products.z, y, accumulate, samples,
                         finish);
#else
  multiplyByKokkos<Tile>(products.A, products.x, y, accumulate, samples);
  if (products.B.rows > 0) multiplyByKokkos<Tile>(products.B, products.z, y, true, samples);
  if constexpr (!std::is_same_v<Finish, KeepSum<Tile>>)
    forEachEntry<Tile>(space, label, products.A.rows, samples, FinishSums<Tile, Finish>{y, finish});
#endif
}

// g(i) += factor sum_s mu(i, s)
//
// A team for each neuron.
template <class Tile>
struct BiasGradient {
  using Policy = Kokkos::TeamPolicy<typename Tile::Execution>;

  double factor;
  typename Tile::ConstSlab mu;
  double* gradient;
  int samples;

  KOKKOS_INLINE_FUNCTION void operator()(const typename Policy::member_type& team) const {
    const int i = team.league_rank();
    double sum = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, samples),
        [&](const int s, double& partial) { partial += static_cast<double>(mu(i, s)); }, sum);
    Kokkos::single(Kokkos::PerTeam(team), [&]() { gradient[i] += factor * sum; });
  }
};

/// G(i, j) += factor sum_s mu(i, s) x(j, s),  g(i) += factor sum_s mu(i, s) unless \p bias is null;  sums of
/// float products are in double (KokkosKernels' own kernel, not a BLAS).
template <class Tile>
void multiplyTransposed(const typename Tile::Execution& space, double factor,
                        const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& x,
                        double* weights, double* bias, [[maybe_unused]] const DerivativeSums& sums,
                        int samples) {
  static const std::string label = "terrace::resnet::outerProduct";
#if defined(KOKKOS_ENABLE_CUDA)
  tensor::multiplyTransposed<Tile>(space, label, factor, mu, x, weights, bias, sums.pieces.data(), samples);
#else
  using Matrix = Kokkos::View<double**, Kokkos::LayoutRight, typename Tile::Memory, Kokkos::MemoryUnmanaged>;
  KokkosBlas::gemm("N", "T", static_cast<typename Tile::Scalar>(factor), leadingSamples(mu, samples),
                   leadingSamples(x, samples), 1.0, Matrix(weights, mu.extent(0), x.extent(0)));
  if (bias == nullptr) return;
  Kokkos::parallel_for(
      label, typename BiasGradient<Tile>::Policy(space, static_cast<int>(mu.extent(0)), Kokkos::AUTO()),
      BiasGradient<Tile>{factor, mu, bias, samples});
#endif
}

} // namespace terrace::resnet::detail::device
