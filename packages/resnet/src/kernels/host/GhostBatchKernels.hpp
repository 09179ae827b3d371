#pragma once

// Kernels of the normalisation over the samples of a group. Slabs of images are pixel by pixel, and at each
// pixel channel by channel; c: channels, p: pixels, s: samples of the group, m: pixels times samples.
//
// The lanes of a tile behind the last sample are left out of all sums. A sum is made tile by tile, in the
// order of the group, so it does not depend on where the group lies.

#include "kernels/common/GhostBatch.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/Tile.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace terrace::resnet::detail::host {

/// The images of one sample group in a chunk.
struct GroupImages {
  int pixels;
  int channels;
  int first;   ///< Sample of the chunk, where a tile begins.
  int samples; ///< Of the group that there are.

  int end() const { return first + samples; }
  double entries() const { return static_cast<double>(pixels) * samples; }
};

/// f(row of the slab, channel, first sample of a pack) for the packs of the group's tiles
template <class Tile, class Function>
void forEachPack(const typename Tile::Execution& space, const std::string& label, const GroupImages& images,
                 const Function& f) {
  forEachTile<Tile>(space, label, images.samples, [&](const int tile) {
    const int s = images.first + tile * Tile::samples;
    for (int p = 0, row = 0; p < images.pixels; ++p)
      for (int c = 0; c < images.channels; ++c, ++row)
        for (int u = 0; u < Tile::samples; u += Tile::Pack::lanes) f(row, c, s + u);
  });
}

/// x = 0 from the last sample of the group to the end of its tile, as derivatives by parameters expect it.
template <class Tile>
void clearPadding(const GroupImages& images, const typename Tile::Slab& x) {
  const int end = images.first + roundUp(images.samples, Tile::samples);
  for (int row = 0; row < images.pixels * images.channels; ++row)
    for (int s = images.end(); s < end; ++s) x(row, s) = 0;
}

/// Sums of `count` terms over the pixels and samples of a group, for each channel: within a tile in its
/// scalar and lane by lane, then in double.
template <class Tile, int count>
class ChannelSums {
public:
  using Value = typename Tile::Value;

  explicit ChannelSums(int channels)
      : channels_(channels), packs_(static_cast<std::size_t>(channels * count * Tile::packs)),
        sums_(static_cast<std::size_t>(channels * count)) {}

  /// Term k of channel c.
  double operator()(int k, int c) const { return sums_[at(c * count + k)]; }

  void clear() { std::fill(sums_.begin(), sums_.end(), 0.0); }

  /// Adds the samples of the tile that begins at \p first. \param terms  terms(row, channel, first sample of
  /// a pack, sums) adds to `count` sums.
  template <class Terms>
  void addTile(const GroupImages& images, int first, const Terms& terms) {
    std::fill(packs_.begin(), packs_.end(), Value{});
    for (int p = 0, row = 0; p < images.pixels; ++p) {
      Value* to = packs_.data();
      for (int c = 0; c < channels_; ++c, ++row)
        for (int u = 0; u < Tile::packs; ++u, to += count) terms(row, c, first + u * lanes, to);
    }
    const int given = std::min(Tile::samples, images.end() - first);
    for (int c = 0; c < channels_; ++c)
      for (int s = 0; s < given; ++s)
        for (int k = 0; k < count; ++k)
          sums_[at(c * count + k)] +=
              static_cast<double>(packs_[at((c * Tile::packs + s / lanes) * count + k)][s % lanes]);
  }

  /// The sums of all tiles of the group.
  template <class Terms>
  void set(const GroupImages& images, const Terms& terms) {
    clear();
    for (int first = images.first; first < images.end(); first += Tile::samples)
      addTile(images, first, terms);
  }

private:
  static constexpr int lanes = Tile::Pack::lanes;
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }

  int channels_;
  std::vector<Value> packs_;
  std::vector<double> sums_;
};

/// Means and variances of the channels over the pixels and samples of a group: those of each tile about its
/// own means, put together as Chan, Golub & LeVeque (Am. Stat. 37, 1983) do.
template <class Tile>
class ChannelMoments {
public:
  explicit ChannelMoments(int channels)
      : sums_(channels), tileMeans_(static_cast<std::size_t>(channels)), means_(tileMeans_.size()),
        squares_(tileMeans_.size()) {}

  void set(const GroupImages& images, const typename Tile::ConstSlab& x) {
    std::fill(means_.begin(), means_.end(), 0.0);
    std::fill(squares_.begin(), squares_.end(), 0.0);
    double before = 0;
    for (int first = images.first; first < images.end(); first += Tile::samples) {
      const double entries =
          static_cast<double>(images.pixels) * std::min(Tile::samples, images.end() - first);
      setTileMeans(images, first, x, entries);
      addTile(images, first, x, before, entries);
      before += entries;
    }
    for (double& square : squares_) square /= before;
  }

  double mean(int c) const { return means_[static_cast<std::size_t>(c)]; }
  double variance(int c) const { return squares_[static_cast<std::size_t>(c)]; }

private:
  using Value = typename Tile::Value;
  using Scalar = typename Tile::Scalar;

  void setTileMeans(const GroupImages& images, int first, const typename Tile::ConstSlab& x, double entries) {
    sums_.clear();
    sums_.addTile(images, first, [&](int row, int, int s, Value* sum) {
      *sum += loadPack<typename Tile::Pack>(&x(row, s));
    });
    for (int c = 0; c < images.channels; ++c)
      tileMeans_[static_cast<std::size_t>(c)] = static_cast<Scalar>(sums_(0, c) / entries);
  }

  void addTile(const GroupImages& images, int first, const typename Tile::ConstSlab& x, double before,
               double entries) {
    sums_.clear();
    sums_.addTile(images, first, [&](int row, int c, int s, Value* sum) {
      const Value distance =
          loadPack<typename Tile::Pack>(&x(row, s)) - tileMeans_[static_cast<std::size_t>(c)];
      *sum += distance * distance;
    });
    for (std::size_t c = 0; c < means_.size(); ++c) {
      const double distance = static_cast<double>(tileMeans_[c]) - means_[c];
      const double share = entries / (before + entries);
      squares_[c] += sums_(0, static_cast<int>(c)) + distance * distance * before * share;
      means_[c] += distance * share;
    }
  }

  ChannelSums<Tile, 1> sums_;
  std::vector<Scalar> tileMeans_;
  std::vector<double> means_;
  std::vector<double> squares_;
};

} // namespace terrace::resnet::detail::host
