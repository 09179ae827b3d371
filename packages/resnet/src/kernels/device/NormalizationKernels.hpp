#pragma once

// Kernels of normalisations on devices, where every sample has statistics of its own: see
// kernels/ImageKernels.hpp. Slabs of images are pixel by pixel, and at each pixel channel by channel; c:
// channels, p: pixels, s: samples.
//
// Sums over a group of channels are made strip by strip of the image, a work item for each strip and sample,
// and then added.

#include "kernels/common/Images.hpp"
#include "kernels/device/ChannelSums.hpp"

#include <terrace/resnet/network/Stage.hpp>

#include <cmath>
#include <cstddef>
#include <string>

namespace terrace::resnet::detail::device {

// partial(strip, k, group) = sum of the terms k over the channels of the group and the pixels of the strip
//
// Terms: terms(row of the slab, c, group, s, sums) adds to `count` sums.
template <class Tile, int count, class Terms>
struct SumStrips {
  ChannelGroups groups;
  Terms terms;
  typename Tile::Slab partial;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int strip = row / groups.groups, group = row % groups.groups;
    const int first = group * groups.channelsOfGroup(), last = first + groups.channelsOfGroup();
    const int begin = strip * pixelsOfStrip;
    const int end = begin + pixelsOfStrip < groups.pixels ? begin + pixelsOfStrip : groups.pixels;
    typename Tile::Scalar sums[std::size_t(count)] = {};
    for (int p = begin; p < end; ++p)
      for (int c = first; c < last; ++c) terms(p * groups.channels + c, c, group, s, sums);
    TERRACE_UNROLL
    for (int k = 0; k < count; ++k) partial((strip * count + k) * groups.groups + group, s) = sums[k];
  }
};

// means(row, s) = sum over the strips of partial(strip, row, s) / entries of a group
template <class Tile>
struct AddStrips {
  typename Tile::Slab partial;
  typename Tile::Slab means;
  int strips;
  int rows;
  typename Tile::Scalar share;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    typename Tile::Scalar sum = 0;
    for (int strip = 0; strip < strips; ++strip) sum += partial(strip * rows + row, s);
    means(row, s) = share * sum;
  }
};

/// work.means, from row \p first on: the means of the terms of SumStrips.
template <class Tile, int count, class Terms>
void setMeans(const typename Tile::Execution& space, const std::string& label, const ChannelGroups& groups,
              const Terms& terms, const NormalizationWork<Tile>& work, int first, int samples) {
  const int strips = groups.strips(), rows = count * groups.groups;
  forEachEntry<Tile>(space, label, strips * groups.groups, samples,
                     SumStrips<Tile, count, Terms>{groups, terms, work.partial});
  const typename Tile::Slab means =
      Kokkos::subview(work.means, std::make_pair(first, first + rows), Kokkos::ALL());
  forEachEntry<Tile>(space, label, rows, samples,
                     AddStrips<Tile>{work.partial, means, strips, rows,
                                     static_cast<typename Tile::Scalar>(1 / groups.entries())});
}

template <class Tile>
struct Values {
  typename Tile::ConstSlab z;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*c*/, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[1]) const {
    sums[0] += z(row, s);
  }
};

// (z - mean)^2
template <class Tile>
struct Squares {
  typename Tile::ConstSlab z;
  typename Tile::ConstSlab mean;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*c*/, int group, int s,
                                              typename Tile::Scalar (&sums)[1]) const {
    const typename Tile::Scalar distance = z(row, s) - mean(group, s);
    sums[0] += distance * distance;
  }
};

// r(group, s) = 1 / sqrt(variance(group, s) + floor)
template <class Tile>
struct InverseRoots {
  typename Tile::ConstSlab variance;
  typename Tile::Slab r;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int group, int s) const {
    using Scalar = typename Tile::Scalar;
    r(group, s) = Scalar(1) / std::sqrt(variance(group, s) + Scalar(varianceFloor));
  }
};

// z = (z - mean) r
template <class Tile>
struct Normalize {
  ChannelGroups groups;
  typename Tile::ConstSlab mean;
  typename Tile::ConstSlab r;
  typename Tile::Slab z;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int group = row % groups.channels / groups.channelsOfGroup();
    z(row, s) = (z(row, s) - mean(group, s)) * r(group, s);
  }
};

template <class Tile>
void normalize(const typename Tile::Execution& space, const ChannelGroups& groups,
               const typename Tile::Slab& z, const typename Tile::Slab& r,
               const NormalizationWork<Tile>& work, int samples) {
  static const std::string label = "terrace::resnet::normalize";
  setMeans<Tile, 1>(space, label, groups, Values<Tile>{z}, work, 0, samples);
  setMeans<Tile, 1>(space, label, groups, Squares<Tile>{z, work.means}, work, groups.groups, samples);
  const typename Tile::Slab variance =
      Kokkos::subview(work.means, std::make_pair(groups.groups, 2 * groups.groups), Kokkos::ALL());
  forEachEntry<Tile>(space, label, groups.groups, samples, InverseRoots<Tile>{variance, r});
  forEachEntry<Tile>(space, label, groups.pixels * groups.channels, samples,
                     Normalize<Tile>{groups, work.means, r, z});
}

// dz and zn dz
template <class Tile>
struct TangentTerms {
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab dz;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*c*/, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[2]) const {
    sums[0] += dz(row, s);
    sums[1] += zn(row, s) * dz(row, s);
  }
};

// k(group, s) = r mean(zn dz)
template <class Tile>
struct TangentSlopes {
  typename Tile::ConstSlab means;
  typename Tile::ConstSlab r;
  typename Tile::Slab k;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int group, int s) const {
    k(group, s) = r(group, s) * means(static_cast<int>(k.extent(0)) + group, s);
  }
};

// dz = r (dz - mean dz) - k zn
template <class Tile>
struct NormalizeTangent {
  ChannelGroups groups;
  typename Tile::ConstSlab mean;
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab r;
  typename Tile::ConstSlab k;
  typename Tile::Slab dz;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int group = row % groups.channels / groups.channelsOfGroup();
    dz(row, s) = r(group, s) * (dz(row, s) - mean(group, s)) - k(group, s) * zn(row, s);
  }
};

template <class Tile>
void normalizeTangent(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::ConstSlab& zn, const typename Tile::ConstSlab& r,
                      const typename Tile::Slab& dz, const typename Tile::Slab& k,
                      const NormalizationWork<Tile>& work, int samples) {
  static const std::string label = "terrace::resnet::normalizeTangent";
  setMeans<Tile, 2>(space, label, groups, TangentTerms<Tile>{zn, dz}, work, 0, samples);
  forEachEntry<Tile>(space, label, groups.groups, samples, TangentSlopes<Tile>{work.means, r, k});
  forEachEntry<Tile>(space, label, groups.pixels * groups.channels, samples,
                     NormalizeTangent<Tile>{groups, work.means, zn, r, k, dz});
}

// n and n zn,  n = g y
template <class Tile>
struct AdjointTerms {
  typename Tile::Bias gain;
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab y;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[2]) const {
    const typename Tile::Scalar n = gain(c) * y(row, s);
    sums[0] += n;
    sums[1] += n * zn(row, s);
  }
};

// y = r (n - mean n - zn mean(n zn)),  n = g y
template <class Tile>
struct NormalizeAdjoint {
  ChannelGroups groups;
  typename Tile::ConstSlab means;
  typename Tile::Bias gain;
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab r;
  typename Tile::Slab y;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int c = row % groups.channels, group = c / groups.channelsOfGroup();
    y(row, s) =
        r(group, s) * (gain(c) * y(row, s) - means(group, s) - zn(row, s) * means(groups.groups + group, s));
  }
};

template <class Tile>
void normalizeAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::Bias& gain, const typename Tile::ConstSlab& zn,
                      const typename Tile::ConstSlab& r, const typename Tile::Slab& y,
                      const NormalizationWork<Tile>& work, int samples) {
  static const std::string label = "terrace::resnet::normalizeAdjoint";
  setMeans<Tile, 2>(space, label, groups, AdjointTerms<Tile>{gain, zn, y}, work, 0, samples);
  forEachEntry<Tile>(space, label, groups.pixels * groups.channels, samples,
                     NormalizeAdjoint<Tile>{groups, work.means, gain, zn, r, y});
}

// n, n zn, dn, and dn zn + n dzn,  n = g y,  dn = dg y + g dy
template <class Tile>
struct TangentAdjointTerms {
  NormalizedWithTangent<Tile> o;
  typename Tile::ConstSlab y;
  typename Tile::ConstSlab dy;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[4]) const {
    const typename Tile::Scalar n = o.gain(c) * y(row, s);
    const typename Tile::Scalar dn = o.dgain(c) * y(row, s) + o.gain(c) * dy(row, s);
    const typename Tile::Scalar zn = o.zn(row, s);
    sums[0] += n;
    sums[1] += n * zn;
    sums[2] += dn;
    sums[3] += dn * zn + n * o.dzn(row, s);
  }
};

// y as NormalizeAdjoint, and its tangent
// dy = r (dn - mean dn - dzn mean(n zn) - zn mean(dn zn + n dzn)) - k y
template <class Tile>
struct NormalizeTangentAdjoint {
  ChannelGroups groups;
  typename Tile::ConstSlab means;
  NormalizedWithTangent<Tile> o;
  typename Tile::Slab y;
  typename Tile::Slab dy;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    using Scalar = typename Tile::Scalar;
    const int c = row % groups.channels, group = c / groups.channelsOfGroup();
    const auto mean = [&](int k) { return means(k * groups.groups + group, s); };
    const Scalar n = o.gain(c) * y(row, s), dn = o.dgain(c) * y(row, s) + o.gain(c) * dy(row, s);
    const Scalar zn = o.zn(row, s), adjoint = o.r(group, s) * (n - mean(0) - zn * mean(1));
    y(row, s) = adjoint;
    dy(row, s) =
        o.r(group, s) * (dn - mean(2) - o.dzn(row, s) * mean(1) - zn * mean(3)) - o.k(group, s) * adjoint;
  }
};

template <class Tile>
void normalizeTangentAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                             const NormalizedWithTangent<Tile>& o, const typename Tile::Slab& y,
                             const typename Tile::Slab& dy, const NormalizationWork<Tile>& work,
                             int samples) {
  static const std::string label = "terrace::resnet::normalizeTangentAdjoint";
  setMeans<Tile, 4>(space, label, groups, TangentAdjointTerms<Tile>{o, y, dy}, work, 0, samples);
  forEachEntry<Tile>(space, label, groups.pixels * groups.channels, samples,
                     NormalizeTangentAdjoint<Tile>{groups, work.means, o, y, dy});
}

// mu x + nu z, the latter if nu is not empty; without x mu alone
template <class Tile>
struct ProductTerms {
  OuterProductOperands<Tile> o;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*c*/, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[1]) const {
    typename Tile::Scalar term = o.mu(row, s);
    if (o.x.extent(0) > 0) term *= o.x(row, s);
    if (o.nu.extent(0) > 0) term += o.nu(row, s) * o.z(row, s);
    sums[0] += term;
  }
};

/// Adds the sums of the products over pixels and samples to the compensated derivatives from \p entry on.
template <class Tile>
void addChannelSums(const typename Tile::Execution& space, const OuterProductOperands<Tile>& o, int channels,
                    const DerivativeSums& sums, long entry, int samples) {
  static const std::string label = "terrace::resnet::addChannelSums";
  const ChunkImages images{static_cast<int>(o.mu.extent(0)) / channels, channels, samples};
  double* workspace = sums.pieces.data();
  sumChannels<Tile, 1>(space, label, images, ProductTerms<Tile>{o}, workspace);
  addGroups<Tile>(space,
                  {workspace, groupsOf(samples), images.strips(), channels, 1, sums.sums.data() + entry},
                  channels);
}

} // namespace terrace::resnet::detail::device
