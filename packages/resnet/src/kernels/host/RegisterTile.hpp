#pragma once

#include "kernels/common/Tile.hpp"
#include "kernels/common/Unroll.hpp"
#include "kernels/host/Stencil.hpp"

#include <Kokkos_Core.hpp>

namespace terrace::resnet::detail::host {

/// A register tile: `rows` neurons by the packs of a tile of samples.
template <class Tile, int rows>
struct RegisterTile {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  Value value[std::size_t(rows)][std::size_t(Tile::packs)];

  KOKKOS_FORCEINLINE_FUNCTION void setToZero() {
    forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA { value[r][u] = Value{}; });
  }

  /// value(r, s) = b(i + r)
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void setToBias(const typename Tile::Bias& b, const Row& i) {
    forEach([&](auto r, auto u)
                TERRACE_INLINE_LAMBDA { value[r][u] = broadcast<Pack>(b(matrixRow(i) + r)); });
  }

  /// value(r, s) = y(i + r, s)
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void setTo(const typename Tile::Slab& y, const Row& i, int s) {
    const typename Tile::Scalar* from = &y(slabRow(i), s);
    forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA {
      value[r][u] = loadPack<Pack>(from + r * Tile::Slab::rowStride + u * Pack::lanes);
    });
  }

  /// value(r, s) += sum_j A(i + r, j) x(j, s);  i is the first row of a panel of A. Calls soon(j) with each
  /// j.
  template <class Soon>
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A, int i,
                                              const typename Tile::ConstSlab& x, int s, const Soon& soon) {
    addColumns(A.panel(i), &x(0, s), A.columns, soon);
  }
  /// The same at a pixel: its runs of the stencil, one after another.
  template <class Soon>
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A, const PixelRow& i,
                                              const typename Tile::ConstSlab& x, int s, const Soon& soon) {
    for (int k = 0; k < i.runs; ++k)
      addColumns(A.panel(i.channel) + static_cast<long>(i.run[k].column) * rows, &x(i.run[k].row, s),
                 i.run[k].columns, soon);
  }

private:
  template <class Soon>
  KOKKOS_FORCEINLINE_FUNCTION void addColumns(const typename Tile::Scalar* weights,
                                              const typename Tile::Scalar* states, int columns,
                                              const Soon& soon) {
    for (int j = 0; j < columns; ++j, weights += rows, states += Tile::Slab::rowStride) {
      soon(j);
      Value state[std::size_t(Tile::packs)];
      unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
        state[u] = loadPack<Pack>(states + u * Pack::lanes);
        keepInRegister(state[u]);
      });
      unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA {
        Value weight = broadcast<Pack>(weights[r]);
        keepInRegister(weight);
        unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA { value[r][u] += weight * state[u]; });
      });
    }
  }

  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION static void forEach(const Function& f) {
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA {
      unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA { f(r, u); });
    });
  }
};

/// Register tiles of \p count arrays that are wanted soon, brought into the cache line by line along a
/// product: all at once they wait for each other, and the product for them. The last \p written are to be
/// written. All but the first may be empty. Does nothing in narrow networks; in others a register tile is too
/// short a run for the processor's prefetcher.
template <class Tile, int rows, int count, int written>
class Ahead {
public:
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION Ahead(const typename Tile::ConstSlab (&slabs)[std::size_t(count)], const Row& i,
                                    int s) {
    for (int k = 0; k < count; ++k) blocks_[k] = &slabs[slabs[k].extent(0) > 0 ? k : 0](slabRow(i), s);
    lines_ = slabs[0].extent(0) > Tile::narrow ? rows * Tile::packs : 0;
  }
  KOKKOS_FORCEINLINE_FUNCTION void operator()(int line) const {
    if (line >= lines_) return;
    unrolled<count>([&](auto k) TERRACE_INLINE_LAMBDA {
      __builtin_prefetch(blocks_[k] + line * Tile::Pack::lanes, decltype(k)::value >= count - written);
    });
  }

private:
  const typename Tile::Scalar* blocks_[std::size_t(count)];
  int lines_;
};

/// For a product along which nothing is brought into the cache.
struct NothingAhead {
  KOKKOS_FORCEINLINE_FUNCTION void operator()(int) const {}
};

} // namespace terrace::resnet::detail::host
