#pragma once

// Kernels of one layer on one block of samples. i, j: neurons, s: samples. Every kernel is contract, functor,
// launcher; they work in register blocks of a few neurons by a tile of samples.

#include <terrace/resnet/detail/Activations.hpp>
#include <terrace/resnet/detail/Launch.hpp>
#include <terrace/resnet/detail/Pack.hpp>

namespace terrace::resnet::detail {

/// A register block: `rows` neurons by the packs of a tile.
template <class Tile, int rows>
struct Block {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  Value value[std::size_t(rows)][std::size_t(Tile::packs)];

  /// value(r, s) = b(i + r), or 0 without a bias.
  KOKKOS_FORCEINLINE_FUNCTION void setToBias(const typename Tile::Bias& b, int i) {
    const bool hasBias = b.extent(0) > 0;
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u) value[r][u] = hasBias ? broadcast<Pack>(b(i + r)) : Value{};
  }

  /// value(r, s) = y(i + r, s)
  KOKKOS_FORCEINLINE_FUNCTION void setTo(const typename Tile::Slab& y, int i, int s) {
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u) value[r][u] = loadPack<Pack>(&y(i + r, s + u * Pack::lanes));
  }

  /// value(r, s) += sum_j A(i + r, j) x(j, s);  i is the first row of a panel of A.
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A, int i,
                                              const typename Tile::ConstSlab& x, int s) {
    const typename Tile::Scalar* weights = A.panel(i);
    const typename Tile::Scalar* states = &x(0, s);
    const std::size_t stride = x.extent(1);
    for (int j = 0; j < A.columns; ++j, weights += rows, states += stride) {
      Value state[std::size_t(Tile::packs)];
      for (int u = 0; u < Tile::packs; ++u) {
        state[u] = loadPack<Pack>(states + u * Pack::lanes);
        keepInRegister(state[u]);
      }
      for (int r = 0; r < rows; ++r) {
        Value weight = broadcast<Pack>(weights[r]);
        keepInRegister(weight);
        for (int u = 0; u < Tile::packs; ++u) value[r][u] += weight * state[u];
      }
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void store(const typename Tile::Slab& y, int i, int s) const {
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u) storePack<Pack>(&y(i + r, s + u * Pack::lanes), value[r][u]);
  }
};

/// Calls f(row, first sample of the pack) for each pack of a register block.
template <class Tile, int rows, class Function>
KOKKOS_FORCEINLINE_FUNCTION void forEachPack(int i, int s, const Function& f) {
  for (int r = i; r < i + rows; ++r)
    for (int u = 0; u < Tile::packs; ++u) f(r, s + u * Tile::Pack::lanes);
}

// y(i, s) = b(i) or y(i, s) + sum_j A(i, j) x(j, s) + sum_j B(i, j) z(j, s)
// the sum begins with the bias, 0 without one, or with accumulate y; without B (no columns): no second
// product
template <class Tile>
struct Product {
  typename Tile::Weights A;
  typename Tile::Bias b;
  typename Tile::ConstSlab x;
  typename Tile::Weights B;
  typename Tile::ConstSlab z;
  typename Tile::Slab y;
  bool accumulate;

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION Block<Tile, rows> sum(int i, int s) const {
    Block<Tile, rows> sum;
    if (accumulate) {
      sum.setTo(y, i, s);
    } else {
      sum.setToBias(b, i);
    }
    sum.addProduct(A, i, x, s);
    if (B.columns > 0) sum.addProduct(B, i, z, s);
    return sum;
  }

  // Functions of their own, so that the sums have all registers.
  template <int rows>
  __attribute__((noinline)) KOKKOS_FUNCTION void block(int i, int s) const {
    sum<rows>(i, s).store(y, i, s);
  }
  /// Leaves the sums in \p result instead of y.
  template <int rows>
  __attribute__((noinline)) KOKKOS_FUNCTION void block(int i, int s, Block<Tile, rows>& result) const {
    const Block<Tile, rows> total = sum<rows>(i, s);
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u) result.value[r][u] = total.value[r][u];
  }
};

/// \p y may not alias \p x; \p b must be empty with \p accumulate.
template <class Tile>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  static const std::string label = "terrace::resnet::product";
  forEachPanelAndTile<Tile>(space, label, A.rows, samples,
                            Product<Tile>{A, b, x, {}, typename Tile::ConstSlab(), y, accumulate});
}

/// y += A x + B z
template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addTwoProducts";
  forEachPanelAndTile<Tile>(space, label, A.rows, samples,
                            Product<Tile>{A, typename Tile::Bias(), x, B, z, y, true});
}

// q(j, s) = x(j, s) for j < features, 0 for the other neurons
template <class Tile>
struct Pad {
  typename Tile::ConstSlab x;
  typename Tile::Slab q;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int first = tile * Tile::samples;
    for (int j = 0; j < static_cast<int>(q.extent(0)); ++j)
      for (int s = first; s < first + Tile::samples; s += Pack::lanes)
        storePack<Pack>(&q(j, s), j < static_cast<int>(x.extent(0)) ? loadPack<Pack>(&x(j, s))
                                                                    : typename Tile::Value{});
  }
};

template <class Tile>
void pad(const typename Tile::Execution& space, const typename Tile::ConstSlab& x,
         const typename Tile::Slab& q, int samples) {
  static const std::string label = "terrace::resnet::pad";
  forEachTile<Tile>(space, label, samples, Pad<Tile>{x, q});
}

// q(i, s) = sigma(q(i, s))
template <class Tile, class Sigma>
struct Activate {
  typename Tile::Slab q;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(q.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Pack::lanes)
        storePack<Pack>(&q(i, s), Sigma::template value<Pack>(loadPack<Pack>(&q(i, s))));
  }
};

template <class Tile, class Sigma>
void activate(const typename Tile::Execution& space, const typename Tile::Slab& q, int samples) {
  static const std::string label = "terrace::resnet::activate";
  forEachTile<Tile>(space, label, samples, Activate<Tile, Sigma>{q});
}

// a(i, s) = sigma( sum_j W(i, j) q(j, s) + b(i) ),   next(i, s) = q(i, s) + h a(i, s)
// a value alone needs no a: it is written if keepsActivation
template <class Tile, class Sigma, bool keepsActivation>
struct EulerStep {
  Product<Tile> preActivation; ///< W q + b
  typename Tile::Scalar h;
  typename Tile::ConstSlab q;
  typename Tile::Slab a;
  typename Tile::Slab next;

  template <int rows>
  KOKKOS_INLINE_FUNCTION void block(int i, int s) const {
    using Pack = typename Tile::Pack;
    Block<Tile, rows> z;
    preActivation.block(i, s, z);
    for (int row = 0; row < rows; ++row) {
      Sigma::template values<Pack, Tile::packs>(z.value[row]);
      const typename Tile::Scalar* state = &q(i + row, s);
      typename Tile::Scalar* result = &next(i + row, s);
      for (int u = 0; u < Tile::packs; ++u) {
        const typename Tile::Value value = z.value[row][u];
        if constexpr (keepsActivation) storePack<Pack>(&a(i + row, s + u * Pack::lanes), value);
        storePack<Pack>(result + u * Pack::lanes, loadPack<Pack>(state + u * Pack::lanes) + h * value);
      }
    }
  }
};

/// \p next may not alias \p q.
template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  const Product<Tile> preActivation{W, b, q, {}, typename Tile::ConstSlab(), typename Tile::Slab(), false};
  forEachPanelAndTile<Tile>(space, label, W.rows, samples,
                            EulerStep<Tile, Sigma, keepsActivation>{preActivation, h, q, a, next});
}

// mu(i, s) = h sigma'(a(i, s)) lambda(i, s)      sigma' as a function of the value a = sigma(z)
template <class Tile, class Sigma>
struct ApplySlope {
  typename Tile::Scalar h;
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab lambda;
  typename Tile::Slab mu;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(mu.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Pack::lanes)
        storePack<Pack>(&mu(i, s), h * Sigma::template slope<Pack>(loadPack<Pack>(&a(i, s))) *
                                       loadPack<Pack>(&lambda(i, s)));
  }
};

/// \p mu may alias \p lambda.
template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, typename Tile::Scalar h,
                const typename Tile::ConstSlab& a, const typename Tile::ConstSlab& lambda,
                const typename Tile::Slab& mu, int samples) {
  static const std::string label = "terrace::resnet::applySlope";
  forEachTile<Tile>(space, label, samples, ApplySlope<Tile, Sigma>{h, a, lambda, mu});
}

// lambda(i, s) += sum_j A(i, j) mu(j, s),   next(i, s) = h sigma'(a(i, s)) lambda(i, s)      A = W^T
template <class Tile, class Sigma>
struct AdjointStep {
  Product<Tile> pullBack; ///< Adds A mu to lambda.
  typename Tile::Scalar h;
  typename Tile::ConstSlab a;
  typename Tile::Slab lambda;
  typename Tile::Slab next;

  template <int rows>
  KOKKOS_INLINE_FUNCTION void block(int i, int s) const {
    pullBack.template block<rows>(i, s);
    forEachPack<Tile, rows>(i, s, [this](int row, int sample) {
      using Pack = typename Tile::Pack;
      storePack<Pack>(&next(row, sample), h * Sigma::template slope<Pack>(loadPack<Pack>(&a(row, sample))) *
                                              loadPack<Pack>(&lambda(row, sample)));
    });
  }
};

/// \p next may not alias \p mu.
template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& mu,
                 const typename Tile::ConstSlab& a, const typename Tile::Slab& lambda,
                 const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::adjointStep";
  forEachPanelAndTile<Tile>(
      space, label, A.rows, samples,
      AdjointStep<Tile, Sigma>{
          {A, typename Tile::Bias(), mu, {}, typename Tile::ConstSlab(), lambda, true}, h, a, lambda, next});
}

} // namespace terrace::resnet::detail
