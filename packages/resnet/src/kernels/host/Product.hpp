#pragma once

// Products of a layer with a chunk of samples. i, j: neurons, s: samples.

#include "kernels/common/Launch.hpp"
#include "kernels/common/ProductOperands.hpp"
#include "kernels/host/RegisterTile.hpp"
#include "kernels/host/Stencil.hpp"

#include <string>

namespace terrace::resnet::detail::host {

// sum(i, s) = start + sum_j A(i, j) x(j, s) + sum_j B(i, j) z(j, s)
// start: 0, b(i) or y(i, s); without `two` there is no second product. A template, not a question at run
// time: the sums would leave their registers at each branch.
template <class Tile, Start start, bool two = false>
struct Product : ProductOperands<Tile> {
  using Values = typename Tile::Value[std::size_t(Tile::packs)];

  /// Calls finish(row, s, its sums) for each row of a panel, and soon(j) along the first product. \p i is the
  /// first row of a dense layer, or a PixelRow.
  template <int rows, class Row, class Finish, class Soon = NothingAhead>
  KOKKOS_FORCEINLINE_FUNCTION void sum(const Row& i, int s, const Finish& finish,
                                       const Soon& soon = {}) const {
    RegisterTile<Tile, rows> sum;
    if constexpr (start == Start::Sum) {
      sum.setTo(this->y, i, s);
    } else if constexpr (start == Start::Bias) {
      sum.setToBias(this->b, i);
    } else {
      sum.setToZero();
    }
    sum.addProduct(this->A, i, this->x, s, soon);
    if constexpr (two) sum.addProduct(this->B, i, this->z, s, NothingAhead());
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA { finish(slabRow(i) + r, s, sum.value[r]); });
  }

  /// y(i, s) = sum(i, s)
  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
    sum<rows>(i, s, [this](int row, int sample, const Values& values) TERRACE_INLINE_LAMBDA {
      store(this->y, row, sample, values);
    });
  }

  KOKKOS_FORCEINLINE_FUNCTION static void store(const typename Tile::Slab& y, int row, int s,
                                                const Values& values) {
    typename Tile::Scalar* to = &y(row, s);
    unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
      storePack<typename Tile::Pack>(to + u * Tile::Pack::lanes, values[u]);
    });
  }
};

/// See kernels/LayerKernels.hpp. \p grid: OnePixel, or a Stencil.
template <class Tile, class Grid = OnePixel>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples, const Grid& grid = {}) {
  static const std::string label = "terrace::resnet::product";
  const auto launch = [&](const auto& functor) {
    forEachBlock<Tile>(space, label, grid, A, samples, functor);
  };
  if (accumulate) {
    launch(Product<Tile, Start::Sum>{{A, x, y, b, {}, {}}});
  } else if (b.extent(0) > 0) {
    launch(Product<Tile, Start::Bias>{{A, x, y, b, {}, {}}});
  } else {
    launch(Product<Tile, Start::Zero>{{A, x, y, b, {}, {}}});
  }
}

/// See kernels/LayerKernels.hpp.
template <class Tile, class Grid = OnePixel>
void addTwoProducts(const typename Tile::Execution& space, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples,
                    const Grid& grid = {}) {
  static const std::string label = "terrace::resnet::addTwoProducts";
  forEachBlock<Tile>(space, label, grid, A, samples, Product<Tile, Start::Sum, true>{{A, x, y, {}, B, z}});
}

} // namespace terrace::resnet::detail::host
