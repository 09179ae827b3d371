#pragma once

// Sums over the pixels and samples of a sample group for each channel of images, on devices. Slabs of images
// are pixel by pixel, and at each pixel channel by channel; c: channels, p: pixels, s: samples.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/Images.hpp"
#include "kernels/common/Unroll.hpp"
#include "kernels/device/StencilProduct.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>

namespace terrace::resnet::detail::device {

/// Several sums that the lanes of a thread add up together.
template <int count>
struct SumsOf {
  double value[std::size_t(count)] = {};

  KOKKOS_INLINE_FUNCTION SumsOf& operator+=(const SumsOf& other) {
    TERRACE_UNROLL
    for (int k = 0; k < count; ++k) value[k] += other.value[k];
    return *this;
  }
};

/// Threads of a team, each of sampleLanes lanes; on the host a team has one.
template <class Tile>
constexpr int threadsOfTeam = std::is_same_v<typename Tile::Memory, Kokkos::HostSpace> ? 1 : 4;

/// A league of teams of threads with lanes.
template <class Tile>
Kokkos::TeamPolicy<typename Tile::Execution> lanedTeams(const typename Tile::Execution& space, long league) {
  return {space, static_cast<int>(league), threadsOfTeam<Tile>, sampleLanes};
}

inline int groupsOf(int samples) {
  return (samples + samplesOfGroup - 1) / samplesOfGroup;
}

/// `items` pieces of work for each strip of an image and each sample group, dealt to the threads of teams.
struct StripWork {
  int strips;
  int items;
  int together; ///< Items of a team.

  int teams() const { return (items + together - 1) / together; }
  long league(int groups) const { return static_cast<long>(groups) * strips * teams(); }

  struct Place {
    int group, strip, firstItem, endItem;
    KOKKOS_INLINE_FUNCTION long piece(int strips) const { return static_cast<long>(group) * strips + strip; }
  };
  KOKKOS_INLINE_FUNCTION Place of(int team) const {
    const int teamsOfStrip = (items + together - 1) / together, piece = team / teamsOfStrip;
    const int first = team % teamsOfStrip * together;
    return {piece / strips, piece % strips, first, first + together < items ? first + together : items};
  }
};

/// Images of a chunk's samples, from the first sample of a group on.
struct ChunkImages {
  int pixels;
  int channels;
  int samples;

  KOKKOS_INLINE_FUNCTION int strips() const { return (pixels + pixelsOfStrip - 1) / pixelsOfStrip; }
  KOKKOS_INLINE_FUNCTION int samplesOf(int group) const {
    const int left = samples - group * samplesOfGroup;
    return left < samplesOfGroup ? left : samplesOfGroup;
  }
  /// Doubles that sumChannels() needs.
  long workspace(int count) const {
    return static_cast<long>(groupsOf(samples)) * strips() * count * channels;
  }
};

// sums(group, strip, k, c) = sum of the terms k over the pixels of the strip and the samples of the group
//
// Terms: terms(row of the slab, c, group, s, sums) adds to `count` sums in the slab's scalar. A thread has a
// channel, its lanes have samples.
template <class Tile, int count, class Terms>
struct SumChannels {
  using Member = typename Kokkos::TeamPolicy<typename Tile::Execution>::member_type;
  using Scalar = typename Tile::Scalar;

  ChunkImages images;
  StripWork work; ///< Items: channels.
  Terms terms;
  double* sums;

  KOKKOS_INLINE_FUNCTION void operator()(const Member& team) const {
    const auto place = work.of(team.league_rank());
    Kokkos::parallel_for(
        Kokkos::TeamThreadRange(team, place.firstItem, place.endItem), [&](const int channel) {
          SumsOf<count> total;
          Kokkos::parallel_reduce(
              Kokkos::ThreadVectorRange(team, sampleLanes),
              [&](const int lane, SumsOf<count>& sum) { addLane(place, channel, lane, sum); }, total);
          Kokkos::single(Kokkos::PerThread(team), [&]() {
            for (int k = 0; k < count; ++k)
              sums[(place.piece(work.strips) * count + k) * images.channels + channel] = total.value[k];
          });
        });
  }

private:
  KOKKOS_FORCEINLINE_FUNCTION void addLane(const StripWork::Place& place, int channel, int lane,
                                           SumsOf<count>& sum) const {
    const int first = place.strip * pixelsOfStrip;
    const int last = first + pixelsOfStrip < images.pixels ? first + pixelsOfStrip : images.pixels;
    for (int s = lane; s < images.samplesOf(place.group); s += sampleLanes) {
      Scalar ofSample[std::size_t(count)] = {};
      for (int p = first; p < last; ++p)
        terms(p * images.channels + channel, channel, place.group, place.group * samplesOfGroup + s,
              ofSample);
      TERRACE_UNROLL
      for (int k = 0; k < count; ++k) sum.value[k] += static_cast<double>(ofSample[k]);
    }
  }
};

/// \param[out] sums  ChunkImages::workspace(count) doubles.
template <class Tile, int count, class Terms>
void sumChannels(const typename Tile::Execution& space, const std::string& label, const ChunkImages& images,
                 const Terms& terms, double* sums) {
  const StripWork work{images.strips(), images.channels, threadsOfTeam<Tile>};
  Kokkos::parallel_for(label, lanedTeams<Tile>(space, work.league(groupsOf(images.samples))),
                       SumChannels<Tile, count, Terms>{images, work, terms, sums});
}

// derivatives(entry) += factor sum over the strips of sums(group, strip, entry), for each group
//
// This is the rule of sums of all sweeps: the sum of a group does not depend on where it lies.
struct AddGroups {
  double* pieces;
  int groups;
  int strips;
  long entriesOfPiece;
  double factor;
  CompensatedSum* derivatives;

  KOKKOS_INLINE_FUNCTION void operator()(const long entry) const {
    CompensatedSum sum = derivatives[entry];
    for (int group = 0; group < groups; ++group) {
      double ofGroup = 0;
      for (int strip = 0; strip < strips; ++strip)
        ofGroup += pieces[(static_cast<long>(group) * strips + strip) * entriesOfPiece + entry];
      sum.add(factor * ofGroup);
    }
    derivatives[entry] = sum;
  }
};

/// Adds the first \p entries of pieces of \p entriesOfPiece doubles to the derivatives from \p to on.
template <class Tile>
void addGroups(const typename Tile::Execution& space, const AddGroups& operands, long entries) {
  static const std::string label = "terrace::resnet::addGroups";
  Kokkos::parallel_for(
      label, Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(space, 0, entries),
      operands);
}

} // namespace terrace::resnet::detail::device

namespace Kokkos {
/// What the sums of lanes begin with.
template <int count>
struct reduction_identity<terrace::resnet::detail::device::SumsOf<count>> {
  /// Zeros.
  KOKKOS_FORCEINLINE_FUNCTION static terrace::resnet::detail::device::SumsOf<count> sum() { return {}; }
};
} // namespace Kokkos
