#pragma once

// Kernels of one layer on one block of samples. i, j: neurons, s: samples. Every kernel is contract, functor,
// launcher; a work item is one tile of samples, which it handles in register blocks of a few neurons.

#include <terrace/resnet/detail/Activations.hpp>
#include <terrace/resnet/detail/Launch.hpp>
#include <terrace/resnet/detail/Pack.hpp>

namespace terrace::resnet::detail {

/// A register block: `rows` neurons by the packs of a tile.
template <class Tile, int rows>
struct Block {
  typename Tile::Value value[std::size_t(rows)][std::size_t(Tile::packs)];

  /// value(r, s) = b(i + r), or 0 without a bias.
  KOKKOS_FORCEINLINE_FUNCTION void setToBias(const typename Tile::Bias& b, int i) {
    const bool hasBias = b.extent(0) > 0;
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u)
        value[r][u] = hasBias ? broadcast<typename Tile::Pack>(b(i + r)) : typename Tile::Value{};
  }

  /// value(r, s) += sum_j A(i + r, j) x(j, s)
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A, int i,
                                              const typename Tile::ConstSlab& x, int s) {
    const int inputs = static_cast<int>(A.extent(1));
    for (int j = 0; j < inputs; ++j) {
      typename Tile::Value state[std::size_t(Tile::packs)];
      for (int u = 0; u < Tile::packs; ++u)
        state[u] = loadPack<typename Tile::Pack>(&x(j, s + u * Tile::Pack::lanes));
      for (int r = 0; r < rows; ++r) {
        const typename Tile::Scalar weight = A(i + r, j);
        for (int u = 0; u < Tile::packs; ++u) value[r][u] += weight * state[u];
      }
    }
  }

  /// Calls f(value, row i + r, first sample of the pack) for each pack.
  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION void forEachPack(int i, int s, const Function& f) {
    for (int r = 0; r < rows; ++r)
      for (int u = 0; u < Tile::packs; ++u) f(value[r][u], i + r, s + u * Tile::Pack::lanes);
  }
};

/// Calls functor.block<rows>(i, s) for the register blocks that cover `neurons` neurons of the tile at sample
/// s.
template <class Tile, class Functor>
KOKKOS_FORCEINLINE_FUNCTION void forEachBlock(const Functor& functor, int neurons, int s) {
  int i = 0;
  for (; i + Tile::rows <= neurons; i += Tile::rows) functor.template block<Tile::rows>(i, s);
  for (; i < neurons; ++i) functor.template block<1>(i, s);
}

// y(i, s) = [y(i, s)] + sum_j A(i, j) x(j, s) + b(i)      with accumulate: the bracket; without bias: no b
template <class Tile>
struct Product {
  typename Tile::Weights A;
  typename Tile::Bias b;
  typename Tile::ConstSlab x;
  typename Tile::Slab y;
  bool accumulate;

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
    Block<Tile, rows> z;
    z.setToBias(b, i);
    z.addProduct(A, i, x, s);
    z.forEachPack(i, s, [this](const typename Tile::Value& sum, int row, int sample) {
      auto* target = &y(row, sample);
      using Pack = typename Tile::Pack;
      storePack<Pack>(target,
                      accumulate ? static_cast<typename Tile::Value>(loadPack<Pack>(target) + sum) : sum);
    });
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachBlock<Tile>(*this, static_cast<int>(A.extent(0)), tile * Tile::samples);
  }
};

/// \p y may not alias \p x.
template <class Tile>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  static const std::string label = "terrace::resnet::product";
  forEachTile<Tile>(space, label, samples, Product<Tile>{A, b, x, y, accumulate});
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
template <class Tile, class Sigma>
struct EulerStep {
  typename Tile::Weights W;
  typename Tile::Bias b;
  typename Tile::Scalar h;
  typename Tile::ConstSlab q;
  typename Tile::Slab a;
  typename Tile::Slab next;

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
    Block<Tile, rows> z;
    z.setToBias(b, i);
    z.addProduct(W, i, q, s);
    z.forEachPack(i, s, [this](const typename Tile::Value& sum, int row, int sample) {
      using Pack = typename Tile::Pack;
      const auto activated = Sigma::template value<Pack>(sum);
      storePack<Pack>(&a(row, sample), activated);
      storePack<Pack>(&next(row, sample), loadPack<Pack>(&q(row, sample)) + h * activated);
    });
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    forEachBlock<Tile>(*this, static_cast<int>(W.extent(0)), tile * Tile::samples);
  }
};

/// \p next may not alias \p q.
template <class Tile, class Sigma>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  forEachTile<Tile>(space, label, samples, EulerStep<Tile, Sigma>{W, b, h, q, a, next});
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

} // namespace terrace::resnet::detail
