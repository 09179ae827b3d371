#pragma once

// Kernels that work on each entry of neuron x sample arrays by itself. i, j: neurons, s: samples. Hosts take
// them tile by tile, devices entry by entry.

#include "kernels/common/Activations.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/Tile.hpp"
#include "kernels/common/Unroll.hpp"

#include <string>

namespace terrace::resnet::detail {

// q(j, s) = x(j, s) for j < features, 0 for the other neurons
template <class Tile, class Source>
struct Pad {
  Source x;
  typename Tile::Slab q;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int j, int s) const {
    q(j, s) = j < static_cast<int>(x.extent(0)) ? x(j, s) : typename Tile::Scalar(0);
  }

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
  forEachTileOrEntry<Tile>(space, label, static_cast<int>(q.extent(0)), samples, Pad<Tile, Source>{x, q});
}

// q(i, s) = sigma(q(i, s))
template <class Tile, class Sigma>
struct Activate {
  typename Tile::Slab q;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    using Pack = typename Tile::Pack;
    storePack<Pack>(&q(i, s), Sigma::template value<Pack>(loadPack<Pack>(&q(i, s))));
  }

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
  forEachTileOrEntry<Tile>(space, label, static_cast<int>(q.extent(0)), samples, Activate<Tile, Sigma>{q});
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

// mu(i, s)  = sigma'(a) lambda(i, s)
// dmu(i, s) = sigma''(a) dz(i, s) lambda(i, s) / unit + sigma'(a) dlambda(i, s)      dz in the unit
template <class Tile, class Sigma>
struct ApplyCurvature {
  typename Tile::Scalar perUnit; ///< 1 / unit
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab dz;
  typename Tile::ConstSlab lambda;
  typename Tile::ConstSlab dlambda;
  typename Tile::Slab mu;
  typename Tile::Slab dmu;

  /// Neuron i and the packs of samples that begin at s, whose dlambda is \p dadjoint.
  template <int packs>
  KOKKOS_FORCEINLINE_FUNCTION void apply(int i, int s,
                                         const typename Tile::Value (&dadjoint)[std::size_t(packs)]) const {
    using Pack = typename Tile::Pack;
    using Scalar = typename Tile::Scalar;
    const Scalar *values = &a(i, s), *preTangents = &dz(i, s), *adjoints = &lambda(i, s);
    Scalar *first = &mu(i, s), *second = &dmu(i, s);
    unrolled<packs>([&](auto u) TERRACE_INLINE_LAMBDA {
      constexpr int at = decltype(u)::value * Pack::lanes;
      const auto value = loadPack<Pack>(values + at);
      const auto adjoint = loadPack<Pack>(adjoints + at);
      const auto slope = Sigma::template slope<Pack>(value);
      const auto curvature = Sigma::template curvature<Pack>(value);
      const auto dvalue = loadPack<Pack>(preTangents + at) * perUnit;
      storePack<Pack>(second + at, curvature * dvalue * adjoint + slope * dadjoint[u]);
      storePack<Pack>(first + at, slope * adjoint);
    });
  }

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    const typename Tile::Value dadjoint[1] = {loadPack<typename Tile::Pack>(&dlambda(i, s))};
    apply<1>(i, s, dadjoint);
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(mu.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Tile::Pack::lanes) entry(i, s);
  }
};

} // namespace terrace::resnet::detail
