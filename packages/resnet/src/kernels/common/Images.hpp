#pragma once

// What kernels of convolutional networks work on. Slabs of images are pixel by pixel, and at each pixel
// channel by channel; c: channels, p: pixels, s: samples.

#include "kernels/common/Tile.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <Kokkos_Core.hpp>

namespace terrace::resnet::detail {

/// Windows of height x width pixels that cover an image.
struct Windows {
  Shape image;
  int height;
  int width;

  /// Row of the slab of means for a pixel of the image, channel 0.
  KOKKOS_INLINE_FUNCTION int rowOf(int y, int x) const {
    return (y / height * (image.width / width) + x / width) * image.channels;
  }
  KOKKOS_INLINE_FUNCTION double weight() const { return 1.0 / (height * width); }
  Shape means() const { return {image.channels, image.height / height, image.width / width}; }
};

/// Pixels that devices sum together first: a part of an image, whatever the number of samples.
constexpr int pixelsOfStrip = 128;

/// Groups of neighbouring channels of an image.
struct ChannelGroups {
  int pixels = 1;
  int channels = 1;
  int groups = 1;

  KOKKOS_INLINE_FUNCTION int channelsOfGroup() const { return channels / groups; }
  int strips() const { return (pixels + pixelsOfStrip - 1) / pixelsOfStrip; }
  KOKKOS_INLINE_FUNCTION double entries() const { return static_cast<double>(channelsOfGroup()) * pixels; }
};

/// Where devices make sums over groups of channels: `mostSums` of each group in each sample. Empty on the
/// host.
template <class Tile>
struct NormalizationWork {
  static constexpr int mostSums = 4;

  typename Tile::Slab partial; ///< Rows: strips x mostSums x groups.
  typename Tile::Slab means;   ///< Rows: mostSums x groups.
};

/// What the tangent of normalizeAdjoint() works on.
template <class Tile>
struct NormalizedWithTangent {
  typename Tile::Bias gain;
  typename Tile::Bias dgain;
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab r;
  typename Tile::ConstSlab dzn;
  typename Tile::ConstSlab k;
};

// y = base + factor (g x + h z + b), per channel;  base, z with h, and b may be empty; y may be any of the
// slabs
template <class Tile>
struct ChannelMap {
  typename Tile::Bias g;
  typename Tile::ConstSlab x;
  typename Tile::Bias h;
  typename Tile::ConstSlab z;
  typename Tile::Bias b;
  typename Tile::Scalar factor;
  typename Tile::ConstSlab base;
  typename Tile::Slab y;

  /// A row and the pack of samples that begins at s.
  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    using Pack = typename Tile::Pack;
    const auto c = static_cast<std::size_t>(row % static_cast<int>(g.extent(0)));
    typename Tile::Value sum = g(c) * loadPack<Pack>(&x(row, s));
    if (z.extent(0) > 0) sum += h(c) * loadPack<Pack>(&z(row, s));
    if (b.extent(0) > 0) sum += b(c);
    sum *= factor;
    if (base.extent(0) > 0) sum += loadPack<Pack>(&base(row, s));
    storePack<Pack>(&y(row, s), sum);
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    for (int row = 0; row < static_cast<int>(y.extent(0)); ++row)
      for (int s = tile * Tile::samples; s < (tile + 1) * Tile::samples; s += Tile::Pack::lanes)
        entry(row, s);
  }
};

} // namespace terrace::resnet::detail
