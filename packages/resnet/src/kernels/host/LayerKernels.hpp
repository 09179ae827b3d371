#pragma once

// The steps of a layer forward and backward on a chunk of samples. i, j: neurons, s: samples. Every kernel is
// contract, functor, launcher; they work in register tiles of a few neurons by a tile of samples.

#include "kernels/common/EntryKernels.hpp"
#include "kernels/host/Product.hpp"

namespace terrace::resnet::detail::host {

// a(i, s) = sigma( sum_j W(i, j) q(j, s) + b(i) ),   next(i, s) = q(i, s) + h a(i, s)
// W and b in the unit of the activation; a value alone needs no a: it is written if keepsActivation
template <class Tile, class Sigma, bool keepsActivation>
struct EulerStep {
  using PreActivation = Product<Tile, Start::Bias>;
  PreActivation preActivation; ///< W q + b, in the unit
  typename Tile::Scalar h;
  typename Tile::Slab a;
  typename Tile::Slab next;

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
    const auto finish = [this](int row, int sample, typename PreActivation::Values& z) TERRACE_INLINE_LAMBDA {
      using Pack = typename Tile::Pack;
      Sigma::template scaledValues<Pack, Tile::packs>(z);
      if constexpr (keepsActivation) PreActivation::store(a, row, sample, z);
      const typename Tile::Scalar* state = &preActivation.x(row, sample);
      unrolled<Tile::packs>(
          [&](auto u) TERRACE_INLINE_LAMBDA { z[u] = loadPack<Pack>(state + u * Pack::lanes) + h * z[u]; });
      PreActivation::store(next, row, sample, z);
    };
    if constexpr (keepsActivation) {
      preActivation.template sum<rows>(i, s, finish, Ahead<Tile, rows, 2, 2>({a, next}, i, s));
    } else {
      preActivation.template sum<rows>(i, s, finish);
    }
  }
};

template <class Tile, class Sigma, bool keepsActivation, class Grid = OnePixel>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples,
               const Grid& grid = {}) {
  static const std::string label = "terrace::resnet::eulerStep";
  forEachBlock<Tile>(space, label, grid, W, samples,
                     EulerStep<Tile, Sigma, keepsActivation>{{{W, q, {}, b, {}, {}}}, h, a, next});
}

template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, const std::string& label,
                const ApplySlope<Tile, Sigma>& operands, int samples) {
  forEachTile<Tile>(space, label, samples, operands);
}

// lambda(i, s) += sum_j A(i, j) mu(j, s),   next(i, s) = sigma'(a(i, s)) lambda(i, s)      A = h W^T
template <class Tile, class Sigma>
struct AdjointStep {
  using PullBack = Product<Tile, Start::Sum>;
  PullBack pullBack; ///< lambda + A mu
  typename Tile::ConstSlab a;
  typename Tile::Slab next;
  typename Tile::ConstSlab ahead; ///< Of the shape of a; read by what comes next.

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
    pullBack.template sum<rows>(
        i, s,
        [this](int row, int sample, typename PullBack::Values& lambda) TERRACE_INLINE_LAMBDA {
          using Pack = typename Tile::Pack;
          PullBack::store(pullBack.y, row, sample, lambda);
          const typename Tile::Scalar* value = &a(row, sample);
          unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
            lambda[u] *= Sigma::template slope<Pack>(loadPack<Pack>(value + u * Pack::lanes));
          });
          PullBack::store(next, row, sample, lambda);
        },
        Ahead<Tile, rows, 2, 0>({a, ahead}, i, s));
  }
};

template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& lambda, const typename Tile::Slab& next,
                 const typename Tile::ConstSlab& ahead, int samples) {
  static const std::string label = "terrace::resnet::adjointStep";
  forEachPanelAndTile<Tile>(space, label, A.rows, samples,
                            AdjointStep<Tile, Sigma>{{{A, mu, lambda, {}, {}, {}}}, a, next, ahead});
}

} // namespace terrace::resnet::detail::host
