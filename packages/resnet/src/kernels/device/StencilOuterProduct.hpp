#pragma once

// Weight gradients of convolutions on devices: sums over the pixels and samples of a chunk.

#include "kernels/common/Stencil.hpp"
#include "kernels/device/ChannelSums.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <type_traits>

namespace terrace::resnet::detail::device {

/// A convolution, and how its derivatives are summed.
struct StencilSums {
  Stencil stencil;
  int outputs;
  int inputs;

  KOKKOS_INLINE_FUNCTION long weights() const { return static_cast<long>(outputs) * inputs * stencil.taps(); }
  /// Rows of pixels of a strip: whole rows, of about pixelsOfStrip.
  KOKKOS_INLINE_FUNCTION int rowsOfStrip() const {
    return stencil.width < pixelsOfStrip ? pixelsOfStrip / stencil.width : 1;
  }
  int strips() const { return (stencil.height + rowsOfStrip() - 1) / rowsOfStrip(); }
  ChunkImages images(int samples) const { return {stencil.pixels(), outputs, samples}; }

  /// Sample groups whose sums are in the workspace at a time.
  int groupsTogether(int samples) const {
    constexpr long budget = 1L << 25; // doubles
    const long most = std::max(1L, budget / (weights() * strips()));
    return static_cast<int>(std::min<long>(most, groupsOf(samples)));
  }
  /// Doubles that stencilOuterProduct() needs for chunks of so many samples.
  long workspace(int samples) const {
    return std::max(groupsTogether(samples) * strips() * weights(), images(samples).workspace(1));
  }
};

// pieces(group, strip, i, j, tap) = sum_{p, s} mu(p, i, s) x(p + tap, j, s) + nu(p, i, s) z(p + tap, j, s)
// p: pixels of the strip, s: samples of the group; x and z are 0 outside the image; nu may be empty
//
// A thread has a few rows i and columns j of the weight and one row of its stencil; its lanes have samples,
// with which they go along the rows of pixels. What the stencil covers of x moves through registers.
template <class Tile, int side>
struct StencilOuterProduct {
  using Member = typename Kokkos::TeamPolicy<typename Tile::Execution>::member_type;
  using Scalar = typename Tile::Scalar;
  static constexpr int rows = 4;
  static constexpr int columns = 4;
  static constexpr int count = rows * columns * side;

  OuterProductOperands<Tile> o;
  StencilSums shape;
  StripWork work; ///< Items: the stencil's rows of tiles of the weight.
  int firstGroup;
  int samples;
  double* pieces;

  KOKKOS_INLINE_FUNCTION int across() const { return (shape.inputs + columns - 1) / columns; }
  int items() const { return (shape.outputs + rows - 1) / rows * across() * side; }

  /// Rows from i, columns from j, and a row of the stencil.
  struct Part {
    int i, j, dy;
  };

  KOKKOS_INLINE_FUNCTION void operator()(const Member& team) const {
    const auto place = work.of(team.league_rank());
    Kokkos::parallel_for(Kokkos::TeamThreadRange(team, place.firstItem, place.endItem), [&](const int item) {
      const Part part{item / side / across() * rows, item / side % across() * columns,
                      item % side - side / 2};
      SumsOf<count> total;
      Kokkos::parallel_reduce(
          Kokkos::ThreadVectorRange(team, sampleLanes),
          [&](const int lane, SumsOf<count>& sum) { addLane(place, part, lane, sum); }, total);
      Kokkos::single(Kokkos::PerThread(team), [&]() { store(place, part, total); });
    });
  }

private:
  KOKKOS_FORCEINLINE_FUNCTION void addLane(const StripWork::Place& place, const Part& part, int lane,
                                           SumsOf<count>& sum) const {
    const int first = (firstGroup + place.group) * samplesOfGroup;
    const int last = first + samplesOfGroup < samples ? first + samplesOfGroup : samples;
    for (int s = first + lane; s < last; s += sampleLanes) {
      addSample(o.mu, o.x, place.strip, part, s, sum);
      if (o.nu.extent(0) > 0) addSample(o.nu, o.z, place.strip, part, s, sum);
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void addSample(const typename Tile::ConstSlab& mu,
                                             const typename Tile::ConstSlab& x, int strip, const Part& part,
                                             int s, SumsOf<count>& sum) const {
    if constexpr (std::is_same_v<Scalar, double>) {
      addRows(mu, x, strip, part, s, sum.value);
    } else {
      Scalar ofSample[std::size_t(count)] = {};
      addRows(mu, x, strip, part, s, ofSample);
      TERRACE_UNROLL
      for (int k = 0; k < count; ++k) sum.value[k] += static_cast<double>(ofSample[k]);
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void addRows(const typename Tile::ConstSlab& mu,
                                           const typename Tile::ConstSlab& x, int strip, const Part& part,
                                           int s, Scalar (&sum)[std::size_t(count)]) const {
    const Stencil& stencil = shape.stencil;
    const int firstY = strip * shape.rowsOfStrip();
    for (int y = firstY; y < firstY + shape.rowsOfStrip() && y < stencil.height; ++y) {
      if (!stencil.hasRow(y, part.dy)) continue;
      // x at the pixels left of this one, here, and right of it
      Scalar window[std::size_t(side)][std::size_t(columns)] = {};
      if constexpr (side > 1) load(x, shape.inputs, (y + part.dy) * stencil.width, part.j, s, window[1]);
      for (int px = 0; px < stencil.width; ++px) {
        const int next = px + side / 2; // 1 behind the last pixel: zeros
        load(x, next < stencil.width ? shape.inputs : 0, (y + part.dy) * stencil.width + next, part.j, s,
             window[side - 1]);
        Scalar left[std::size_t(rows)];
        load(mu, shape.outputs, y * stencil.width + px, part.i, s, left);
        addPixel(left, window, sum);
        TERRACE_UNROLL
        for (int dx = 0; dx + 1 < side; ++dx) {
          TERRACE_UNROLL
          for (int l = 0; l < columns; ++l) window[dx][l] = window[dx + 1][l];
        }
      }
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION static void
  addPixel(const Scalar (&left)[std::size_t(rows)],
           const Scalar (&window)[std::size_t(side)][std::size_t(columns)],
           Scalar (&sum)[std::size_t(count)]) {
    TERRACE_UNROLL
    for (int k = 0; k < rows; ++k) {
      TERRACE_UNROLL
      for (int l = 0; l < columns; ++l) {
        TERRACE_UNROLL
        for (int dx = 0; dx < side; ++dx) sum[(k * columns + l) * side + dx] += left[k] * window[dx][l];
      }
    }
  }

  // values(k) = slab(pixel, channel + k, s), 0 behind the last channel
  template <std::size_t size>
  KOKKOS_FORCEINLINE_FUNCTION static void load(const typename Tile::ConstSlab& slab, int channels, int pixel,
                                               int channel, int s, Scalar (&values)[size]) {
    TERRACE_UNROLL
    for (int k = 0; k < static_cast<int>(size); ++k)
      values[k] = channel + k < channels ? slab(pixel * channels + channel + k, s) : Scalar(0);
  }

  KOKKOS_FORCEINLINE_FUNCTION void store(const StripWork::Place& place, const Part& part,
                                         const SumsOf<count>& total) const {
    double* to = pieces + place.piece(work.strips) * shape.weights() + (part.dy + side / 2) * side;
    TERRACE_UNROLL
    for (int k = 0; k < rows; ++k) {
      TERRACE_UNROLL
      for (int l = 0; l < columns; ++l) {
        const int i = part.i + k, j = part.j + l;
        if (i >= shape.outputs || j >= shape.inputs) continue;
        TERRACE_UNROLL
        for (int dx = 0; dx < side; ++dx)
          to[(static_cast<long>(i) * shape.inputs + j) * side * side + dx] =
              total.value[(k * columns + l) * side + dx];
      }
    }
  }
};

// sum of mu
template <class Tile>
struct SumOfMu {
  typename Tile::ConstSlab mu;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int row, int /*channel*/, int /*group*/, int s,
                                              typename Tile::Scalar (&sums)[1]) const {
    sums[0] += mu(row, s);
  }
};

template <class Tile, int side>
void addWeightDerivatives(const typename Tile::Execution& space, const StencilSums& shape,
                          const OuterProductOperands<Tile>& o, double* workspace, double factor,
                          CompensatedSum* derivatives, int samples) {
  static const std::string label = "terrace::resnet::stencilOuterProduct";
  const int groups = groupsOf(samples), together = shape.groupsTogether(samples);
  StencilOuterProduct<Tile, side> kernel{o, shape, {}, 0, samples, workspace};
  kernel.work = {shape.strips(), kernel.items(), threadsOfTeam<Tile>};
  for (; kernel.firstGroup < groups; kernel.firstGroup += together) {
    const int now = std::min(together, groups - kernel.firstGroup);
    Kokkos::parallel_for(label, lanedTeams<Tile>(space, kernel.work.league(now)), kernel);
    addGroups<Tile>(space, {workspace, now, shape.strips(), shape.weights(), factor, derivatives},
                    shape.weights());
  }
}

/// Adds the products of (mu, x) and, if not empty, of (nu, z) at all taps of the stencil to the compensated
/// derivatives at \p offsets; the bias belongs to mu.
template <class Tile>
void stencilOuterProduct(const typename Tile::Execution& space, const StencilSums& shape,
                         const OuterProductOperands<Tile>& o, const DerivativeSums& sums,
                         const GradientOffsets& offsets, int samples) {
  double* workspace = sums.pieces.data();
  CompensatedSum* weights = sums.sums.data() + offsets.weights;
  if (shape.stencil.side > 1) {
    addWeightDerivatives<Tile, 3>(space, shape, o, workspace, offsets.factor, weights, samples);
  } else {
    addWeightDerivatives<Tile, 1>(space, shape, o, workspace, offsets.factor, weights, samples);
  }
  if (offsets.bias < 0) return;
  static const std::string label = "terrace::resnet::biasGradient";
  const ChunkImages images = shape.images(samples);
  sumChannels<Tile, 1>(space, label, images, SumOfMu<Tile>{o.mu}, workspace);
  addGroups<Tile>(space,
                  {workspace, groupsOf(samples), images.strips(), images.channels, offsets.factor,
                   sums.sums.data() + offsets.bias},
                  images.channels);
}

} // namespace terrace::resnet::detail::device
