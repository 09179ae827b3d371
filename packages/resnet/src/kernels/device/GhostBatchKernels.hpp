#pragma once

// Kernels of the normalisation over the samples of a group, on devices: all groups of a chunk at once. Slabs
// of images are pixel by pixel, and at each pixel channel by channel; c: channels.
//
// Numbers of the channels of each group lie group by group, count by count, channel by channel.

#include "kernels/common/GhostBatch.hpp"
#include "kernels/device/ChannelSums.hpp"
#include "kernels/device/NormalizationKernels.hpp"

#include <terrace/resnet/network/Stage.hpp>

#include <cmath>
#include <string>

namespace terrace::resnet::detail::device {

// functor of every entry, with the numbers of its sample group
template <class Functor>
struct EntryOfGroup {
  Functor functor;
  int channels;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    Functor ofGroup = functor;
    ofGroup.shift(s / samplesOfGroup * channels);
    ofGroup(row, row % channels, s);
  }
};

template <class Tile, class Functor>
void forEachEntryOfGroups(const typename Tile::Execution& space, const std::string& label,
                          const ChunkImages& images, const Functor& functor) {
  forEachEntry<Tile>(space, label, images.pixels * images.channels, images.samples,
                     EntryOfGroup<Functor>{functor, images.channels});
}

/// Sums of sumChannels() over the strips of a group, divided by the entries of a channel.
struct GroupMeans {
  ChunkImages images;
  const double* pieces; ///< groups x strips x count x channels
  int count;

  KOKKOS_FORCEINLINE_FUNCTION double of(int group, int k, int c) const {
    double sum = 0;
    for (int strip = 0; strip < images.strips(); ++strip)
      sum += pieces[((static_cast<long>(group) * images.strips() + strip) * count + k) * images.channels + c];
    return sum / (static_cast<double>(images.pixels) * images.samplesOf(group));
  }
};

// mean(group, c) of term 0, along(group, c) of term 1
template <class Scalar>
struct SetMeans {
  GroupMeans means;
  int first; ///< Of the two terms.
  Scalar* mean;
  Scalar* along;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    const int group = static_cast<int>(item) / means.images.channels,
              c = static_cast<int>(item) % means.images.channels;
    mean[item] = static_cast<Scalar>(means.of(group, first, c));
    along[item] = static_cast<Scalar>(means.of(group, first + 1, c));
  }
};

// mean(group, c), in double and in the scalar
template <class Scalar>
struct SetMean {
  GroupMeans means;
  double* exact;
  Scalar* mean;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    exact[item] = means.of(static_cast<int>(item) / means.images.channels, 0,
                           static_cast<int>(item) % means.images.channels);
    mean[item] = static_cast<Scalar>(exact[item]);
  }
};

// r(group, c) = 1 / sqrt(variance + floor)
//
// The squares are about the mean as the scalar has it; what that lacks is taken off.
template <class Scalar>
struct SetFactor {
  GroupMeans squares;
  const double* exactMean;
  const Scalar* mean;
  double* variance;
  Scalar* r;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    const double distance = exactMean[item] - static_cast<double>(mean[item]);
    const double square = squares.of(static_cast<int>(item) / squares.images.channels, 0,
                                     static_cast<int>(item) % squares.images.channels) -
                          distance * distance;
    variance[item] = square > 0 ? square : 0;
    r[item] = static_cast<Scalar>(1 / std::sqrt(variance[item] + varianceFloor));
  }
};

// slope(group, c) = r mean(zn dz)
template <class Scalar>
struct SetSlope {
  const Scalar* r;
  const Scalar* along;
  Scalar* slope;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const { slope[item] = r[item] * along[item]; }
};

// (z - mean of the group)^2
template <class Tile>
struct SquaresInGroup {
  typename Tile::ConstSlab z;
  const typename Tile::Scalar* mean;
  int channels;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int c, int group, int s,
                                              typename Tile::Scalar (&sums)[1]) const {
    const typename Tile::Scalar distance = z(row, s) - mean[group * channels + c];
    sums[0] += distance * distance;
  }
};

// dy, dy zn + y dzn, y, and y zn
template <class Tile>
struct GhostTangentAdjointTerms {
  typename Tile::ConstSlab zn;
  typename Tile::ConstSlab dzn;
  typename Tile::ConstSlab y;
  typename Tile::ConstSlab dy;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*c*/, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[4]) const {
    const typename Tile::Scalar value = y(row, s), tangent = dy(row, s), normalized = zn(row, s);
    sums[0] += tangent;
    sums[1] += tangent * normalized + value * dzn(row, s);
    sums[2] += value;
    sums[3] += value * normalized;
  }
};

// sums of means and of variances, of each channel over the groups, each times the samples of the group
struct AddStatistics {
  ChunkImages images;
  const double* mean;
  const double* variance;
  CompensatedSum* sumsOfMeans;
  CompensatedSum* sumsOfVariances;

  KOKKOS_INLINE_FUNCTION void operator()(const long c) const {
    const int groups = (images.samples + samplesOfGroup - 1) / samplesOfGroup;
    for (int group = 0; group < groups; ++group) {
      sumsOfMeans[c].add(images.samplesOf(group) * mean[group * images.channels + c]);
      sumsOfVariances[c].add(images.samplesOf(group) * variance[group * images.channels + c]);
    }
  }
};

} // namespace terrace::resnet::detail::device
