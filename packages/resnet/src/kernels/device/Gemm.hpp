#pragma once

// How devices do the products of a layer on a chunk of samples: by KokkosKernels, and what follows a product
// in one kernel over all entries (i, s). i, j: neurons, s: samples.

#include "kernels/common/Tile.hpp"

#include <KokkosBlas3_gemm.hpp>
#include <Kokkos_Core.hpp>

#include <string>
#include <utility>

namespace terrace::resnet::detail::device {

/// The columns of the first \p samples samples.
template <class Slab>
auto leadingSamples(const Slab& slab, int samples) {
  return Kokkos::subview(slab, Kokkos::ALL(), std::make_pair(0, samples));
}

/// y = A x, or y += A x;  y may not alias x.
template <class Tile>
void multiply(const typename Tile::Weights& A, const typename Tile::ConstSlab& x,
              const typename Tile::Slab& y, bool accumulate, int samples) {
  using Scalar = typename Tile::Scalar;
  static_assert(Tile::rows == 1, "panels of one row are a matrix in row-major order");
  const typename Tile::ConstSlab matrix(A.entries, static_cast<std::size_t>(A.rows),
                                        static_cast<std::size_t>(A.columns));
  KokkosBlas::gemm("N", "N", Scalar(1), matrix, leadingSamples(x, samples), Scalar(accumulate ? 1 : 0),
                   leadingSamples(y, samples));
}

/// G(i, j) += factor sum_s mu(i, s) x(j, s);  the sums of float products are in double: KokkosKernels' own
/// kernel, not a BLAS.
template <class Tile>
void multiplyTransposed(double factor, const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& x,
                        double* gradient, int samples) {
  using Matrix = Kokkos::View<double**, Kokkos::LayoutRight, typename Tile::Memory, Kokkos::MemoryUnmanaged>;
  KokkosBlas::gemm("N", "T", static_cast<typename Tile::Scalar>(factor), leadingSamples(mu, samples),
                   leadingSamples(x, samples), 1.0, Matrix(gradient, mu.extent(0), x.extent(0)));
}

// functor.entry(i, s);  neighbouring work items are neighbouring samples
template <class Functor>
struct EntryByEntry {
  Functor functor;
  int samples;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    functor.entry(static_cast<int>(item / samples), static_cast<int>(item % samples));
  }
};

/// Runs `functor.entry(i, s)` for all \p rows neurons and \p samples samples.
template <class Tile, class Functor>
void forEachEntry(const typename Tile::Execution& space, const std::string& label, int rows, int samples,
                  const Functor& functor) {
  Kokkos::parallel_for(label,
                       Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(
                           space, 0, static_cast<long>(rows) * samples),
                       EntryByEntry<Functor>{functor, samples});
}

// y(i, s) += b(i)
template <class Tile>
struct AddBias {
  typename Tile::Bias b;
  typename Tile::Slab y;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const { y(i, s) += b(i); }
};

/// Nothing if \p b is empty.
template <class Tile>
void addBias(const typename Tile::Execution& space, const typename Tile::Bias& b,
             const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addBias";
  if (b.extent(0) > 0)
    forEachEntry<Tile>(space, label, static_cast<int>(y.extent(0)), samples, AddBias<Tile>{b, y});
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

template <class Tile>
void addBiasGradient(const typename Tile::Execution& space, double factor, const typename Tile::ConstSlab& mu,
                     double* gradient, int samples) {
  static const std::string label = "terrace::resnet::biasGradient";
  Kokkos::parallel_for(
      label, typename BiasGradient<Tile>::Policy(space, static_cast<int>(mu.extent(0)), Kokkos::AUTO()),
      BiasGradient<Tile>{factor, mu, gradient, samples});
}

} // namespace terrace::resnet::detail::device
