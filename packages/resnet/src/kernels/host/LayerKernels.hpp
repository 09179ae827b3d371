#pragma once

// Kernels of one layer on one block of samples. i, j: neurons, s: samples. Every kernel is contract, functor,
// launcher; they work in register blocks of a few neurons by a tile of samples.

#include "kernels/common/Activations.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/Pack.hpp"
#include "kernels/device/DeviceProducts.hpp"

namespace terrace::resnet::detail {

/// A register block: `rows` neurons by the packs of a tile.
template <class Tile, int rows>
struct Block {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  Value value[std::size_t(rows)][std::size_t(Tile::packs)];

  KOKKOS_FORCEINLINE_FUNCTION void setToZero() {
    forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA { value[r][u] = Value{}; });
  }

  /// value(r, s) = b(i + r)
  KOKKOS_FORCEINLINE_FUNCTION void setToBias(const typename Tile::Bias& b, int i) {
    forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA { value[r][u] = broadcast<Pack>(b(i + r)); });
  }

  /// value(r, s) = y(i + r, s)
  KOKKOS_FORCEINLINE_FUNCTION void setTo(const typename Tile::Slab& y, int i, int s) {
    const typename Tile::Scalar* from = &y(i, s);
    forEach([&](auto r, auto u) TERRACE_INLINE_LAMBDA {
      value[r][u] = loadPack<Pack>(from + r * Tile::Slab::rowStride + u * Pack::lanes);
    });
  }

  /// value(r, s) += sum_j A(i + r, j) x(j, s);  i is the first row of a panel of A. Calls soon(j) with each
  /// j.
  template <class Soon>
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A, int i,
                                              const typename Tile::ConstSlab& x, int s, const Soon& soon) {
    const typename Tile::Scalar* weights = A.panel(i);
    const typename Tile::Scalar* states = &x(0, s);
    for (int j = 0; j < A.columns; ++j, weights += rows, states += Tile::Slab::rowStride) {
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

private:
  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION static void forEach(const Function& f) {
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA {
      unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA { f(r, u); });
    });
  }
};

/// Register blocks of \p count arrays that are wanted soon, brought into the cache line by line along a
/// product: all at once they wait for each other, and the product for them. The last \p written are to be
/// written. All but the first may be empty. Does nothing in narrow networks; in others a block is too short a
/// run for the processor's prefetcher.
template <class Tile, int rows, int count, int written>
class Ahead {
public:
  KOKKOS_FORCEINLINE_FUNCTION Ahead(const typename Tile::ConstSlab (&slabs)[std::size_t(count)], int i,
                                    int s) {
    for (int k = 0; k < count; ++k) blocks_[k] = &slabs[slabs[k].extent(0) > 0 ? k : 0](i, s);
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

/// What a sum of products begins with.
enum class Start { Zero, Bias, Sum };

// sum(i, s) = start + sum_j A(i, j) x(j, s) + sum_j B(i, j) z(j, s)
// start: 0, b(i) or y(i, s); without `two` there is no second product. A template, not a question at run
// time: the sums would leave their registers at each branch.
template <class Tile, Start start, bool two = false>
struct Product {
  using Values = typename Tile::Value[std::size_t(Tile::packs)];

  typename Tile::Weights A;
  typename Tile::ConstSlab x;
  typename Tile::Slab y;
  typename Tile::Bias b;
  typename Tile::Weights B;
  typename Tile::ConstSlab z;

  /// Calls finish(row, s, its sums) for each row of a panel, and soon(j) along the first product.
  template <int rows, class Finish, class Soon = NothingAhead>
  KOKKOS_FORCEINLINE_FUNCTION void sum(int i, int s, const Finish& finish, const Soon& soon = {}) const {
    Block<Tile, rows> sum;
    if constexpr (start == Start::Sum) {
      sum.setTo(y, i, s);
    } else if constexpr (start == Start::Bias) {
      sum.setToBias(b, i);
    } else {
      sum.setToZero();
    }
    sum.addProduct(A, i, x, s, soon);
    if constexpr (two) sum.addProduct(B, i, z, s, NothingAhead());
    unrolled<rows>([&](auto r) TERRACE_INLINE_LAMBDA { finish(i + r, s, sum.value[r]); });
  }

  /// y(i, s) = sum(i, s)
  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
    sum<rows>(i, s, [this](int row, int sample, const Values& values) TERRACE_INLINE_LAMBDA {
      store(y, row, sample, values);
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

/// y = b + A x, or A x if b is empty, or with \p accumulate y + A x, where b must be empty. \p y may not
/// alias \p x.
template <class Tile>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  static const std::string label = "terrace::resnet::product";
  if constexpr (!Tile::onHost) {
    multiply<Tile>(A, x, y, accumulate, samples);
    addBias<Tile>(space, b, y, samples);
  } else {
    const auto launch = [&](const auto& functor) {
      forEachPanelAndTile<Tile>(space, label, A.rows, samples, functor);
    };
    if (accumulate) {
      launch(Product<Tile, Start::Sum>{A, x, y, b, {}, {}});
    } else if (b.extent(0) > 0) {
      launch(Product<Tile, Start::Bias>{A, x, y, b, {}, {}});
    } else {
      launch(Product<Tile, Start::Zero>{A, x, y, b, {}, {}});
    }
  }
}

/// y += A x + B z
template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addTwoProducts";
  if constexpr (Tile::onHost) {
    forEachPanelAndTile<Tile>(space, label, A.rows, samples,
                              Product<Tile, Start::Sum, true>{A, x, y, {}, B, z});
  } else {
    multiply<Tile>(A, x, y, true, samples);
    multiply<Tile>(B, z, y, true, samples);
  }
}

// q(j, s) = x(j, s) for j < features, 0 for the other neurons
template <class Tile, class Source>
struct Pad {
  Source x;
  typename Tile::Slab q;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int first = tile * Tile::samples;
    for (int j = 0; j < static_cast<int>(q.extent(0)); ++j) {
      const bool isFeature = j < static_cast<int>(x.extent(0));
      const typename Tile::Scalar* from = isFeature ? &x(j, first) : nullptr;
      typename Tile::Scalar* to = &q(j, first);
      for (int s = 0; s < Tile::samples; s += Pack::lanes)
        storePack<Pack>(to + s, isFeature ? loadPack<Pack>(from + s) : typename Tile::Value{});
    }
  }
};

template <class Tile, class Source>
void pad(const typename Tile::Execution& space, const Source& x, const typename Tile::Slab& q, int samples) {
  static const std::string label = "terrace::resnet::pad";
  forEachTile<Tile>(space, label, samples, Pad<Tile, Source>{x, q});
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
// W and b in the unit of the activation; a value alone needs no a: it is written if keepsActivation
template <class Tile, class Sigma, bool keepsActivation>
struct EulerStep {
  using PreActivation = Product<Tile, Start::Bias>;
  PreActivation preActivation; ///< W q + b, in the unit
  typename Tile::Scalar h;
  typename Tile::Slab a;
  typename Tile::Slab next;

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
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

// What is left of an Euler step when a holds W q.
template <class Tile, class Sigma>
struct FinishEulerStep {
  typename Tile::Bias b;
  typename Tile::Scalar h;
  typename Tile::ConstSlab q;
  typename Tile::Slab a;
  typename Tile::Slab next;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    const auto value = Sigma::template value<typename Tile::Pack>(a(i, s) + b(i));
    a(i, s) = value;
    next(i, s) = q(i, s) + h * value;
  }
};

/// \p W and \p b are in the unit of Sigma. \p next may not alias \p q; \p a is overwritten on devices also if
/// no activation is kept.
template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  if constexpr (Tile::onHost) {
    forEachPanelAndTile<Tile>(space, label, W.rows, samples,
                              EulerStep<Tile, Sigma, keepsActivation>{{W, q, {}, b, {}, {}}, h, a, next});
  } else {
    multiply<Tile>(W, q, a, false, samples);
    forEachEntry<Tile>(space, label, W.rows, samples, FinishEulerStep<Tile, Sigma>{b, h, q, a, next});
  }
}

// mu(i, s) = sigma'(a(i, s)) lambda(i, s)      sigma' as a function of the value a = sigma(z)
template <class Tile, class Sigma>
struct ApplySlope {
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab lambda;
  typename Tile::Slab mu;

  /// Neuron i and the pack of samples that begins at s.
  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    using Pack = typename Tile::Pack;
    storePack<Pack>(&mu(i, s),
                    Sigma::template slope<Pack>(loadPack<Pack>(&a(i, s))) * loadPack<Pack>(&lambda(i, s)));
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(mu.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Tile::Pack::lanes) entry(i, s);
  }
};

/// \p mu may alias \p lambda.
template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, const typename Tile::ConstSlab& a,
                const typename Tile::ConstSlab& lambda, const typename Tile::Slab& mu, int samples) {
  static const std::string label = "terrace::resnet::applySlope";
  const ApplySlope<Tile, Sigma> operands{a, lambda, mu};
  if constexpr (Tile::onHost) {
    forEachTile<Tile>(space, label, samples, operands);
  } else {
    forEachEntry<Tile>(space, label, static_cast<int>(mu.extent(0)), samples, operands);
  }
}

// lambda(i, s) += sum_j A(i, j) mu(j, s),   next(i, s) = sigma'(a(i, s)) lambda(i, s)      A = h W^T
template <class Tile, class Sigma>
struct AdjointStep {
  using PullBack = Product<Tile, Start::Sum>;
  PullBack pullBack; ///< lambda + A mu
  typename Tile::ConstSlab a;
  typename Tile::Slab next;
  typename Tile::ConstSlab ahead; ///< Of the shape of a; read by what comes next.

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
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

/// \p next may not alias \p mu.
template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& lambda, const typename Tile::Slab& next,
                 const typename Tile::ConstSlab& ahead, int samples) {
  static const std::string label = "terrace::resnet::adjointStep";
  if constexpr (Tile::onHost) {
    forEachPanelAndTile<Tile>(space, label, A.rows, samples,
                              AdjointStep<Tile, Sigma>{{A, mu, lambda, {}, {}, {}}, a, next, ahead});
  } else {
    multiply<Tile>(A, mu, lambda, true, samples);
    applySlope<Tile, Sigma>(space, a, lambda, next, samples);
  }
}

} // namespace terrace::resnet::detail
