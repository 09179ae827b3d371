#pragma once

// What the normalisation over the samples of a group does with each entry, a row of a slab and a pack of
// samples. Slabs of images are pixel by pixel, and at each pixel channel by channel; c: channels.
//
// The numbers of the channels (mean, r, ...) are those of one group; shift() moves on to another, whose
// numbers are so many entries behind.

#include "kernels/common/Tile.hpp"

#include <Kokkos_Core.hpp>

namespace terrace::resnet::detail {

// z = (z - mean) r,  to = base + factor (g z + b);  base may be empty
template <class Tile>
struct GhostNormalize {
  const typename Tile::Scalar* mean;
  const typename Tile::Scalar* r;
  typename Tile::Bias g;
  typename Tile::Bias b;
  typename Tile::Scalar factor;
  typename Tile::ConstSlab base;
  typename Tile::Slab z;
  typename Tile::Slab to;

  KOKKOS_FORCEINLINE_FUNCTION void shift(int entries) {
    mean += entries;
    r += entries;
  }

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int s) const {
    using Pack = typename Tile::Pack;
    const typename Tile::Value zn = (loadPack<Pack>(&z(row, s)) - mean[c]) * r[c];
    storePack<Pack>(&z(row, s), zn);
    typename Tile::Value n = factor * (g(c) * zn + b(c));
    if (base.extent(0) > 0) n += loadPack<Pack>(&base(row, s));
    storePack<Pack>(&to(row, s), n);
  }
};

// The adjoint of z -> g zn + b:  y = g r (y - mean y - zn mean(y zn))
template <class Tile>
struct GhostAdjoint {
  typename Tile::Bias g;
  typename Tile::ConstSlab zn;
  const typename Tile::Scalar* r;
  const typename Tile::Scalar* mean;
  const typename Tile::Scalar* along; ///< mean(y zn)
  typename Tile::Slab y;

  KOKKOS_FORCEINLINE_FUNCTION void shift(int entries) {
    r += entries;
    mean += entries;
    along += entries;
  }

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int s) const {
    using Pack = typename Tile::Pack;
    const typename Tile::Scalar factor = g(c) * r[c];
    storePack<Pack>(&y(row, s),
                    factor * (loadPack<Pack>(&y(row, s)) - mean[c] - loadPack<Pack>(&zn(row, s)) * along[c]));
  }
};

// The tangent:  dzn = r (dz - mean dz) - k zn,  k = r mean(zn dz),  dz = dg zn + g dzn + db;  dg and db may
// be empty
template <class Tile>
struct GhostTangent {
  typename Tile::Bias g;
  typename Tile::Bias dg;
  typename Tile::Bias db;
  typename Tile::ConstSlab zn;
  const typename Tile::Scalar* r;
  const typename Tile::Scalar* mean; ///< mean dz
  const typename Tile::Scalar* k;
  typename Tile::Slab dzn;
  typename Tile::Slab dz;

  KOKKOS_FORCEINLINE_FUNCTION void shift(int entries) {
    r += entries;
    mean += entries;
    k += entries;
  }

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int s) const {
    using Pack = typename Tile::Pack;
    using Value = typename Tile::Value;
    const Value normalized = loadPack<Pack>(&zn(row, s));
    const Value tangent = r[c] * (loadPack<Pack>(&dz(row, s)) - mean[c]) - k[c] * normalized;
    storePack<Pack>(&dzn(row, s), tangent);
    Value dn = g(c) * tangent;
    if (dg.extent(0) > 0) dn += dg(c) * normalized + db(c);
    storePack<Pack>(&dz(row, s), dn);
  }
};

// y as GhostAdjoint makes it, and its tangent: with e = y - mean y - zn mean(y zn) of the y before,
// dy = r (dg e + g (dy - mean dy - dzn mean(y zn) - zn mean(dy zn + y dzn))) - k g r e
template <class Tile>
struct GhostTangentAdjoint {
  typename Tile::Bias g;
  typename Tile::Bias dg;
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab dzn;
  const typename Tile::Scalar* r;
  const typename Tile::Scalar* k;
  const typename Tile::Scalar* mean;
  const typename Tile::Scalar* along;
  const typename Tile::Scalar* dmean;
  const typename Tile::Scalar* dalong; ///< mean(dy zn + y dzn)
  typename Tile::Slab y;
  typename Tile::Slab dy;

  KOKKOS_FORCEINLINE_FUNCTION void shift(int entries) {
    r += entries;
    k += entries;
    mean += entries;
    along += entries;
    dmean += entries;
    dalong += entries;
  }

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int s) const {
    using Pack = typename Tile::Pack;
    using Value = typename Tile::Value;
    const Value normalized = loadPack<Pack>(&zn(row, s));
    const Value e = loadPack<Pack>(&y(row, s)) - mean[c] - normalized * along[c];
    const Value de = loadPack<Pack>(&dy(row, s)) - dmean[c] - loadPack<Pack>(&dzn(row, s)) * along[c] -
                     normalized * dalong[c];
    const Value adjoint = g(c) * r[c] * e;
    storePack<Pack>(&y(row, s), adjoint);
    storePack<Pack>(&dy(row, s), r[c] * (dg(c) * e + g(c) * de) - k[c] * adjoint);
  }
};

} // namespace terrace::resnet::detail
