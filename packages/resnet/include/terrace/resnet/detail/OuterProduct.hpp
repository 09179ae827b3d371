#pragma once

// Weight gradients: sums over the samples of a block.

#include <terrace/resnet/detail/Execution.hpp>
#include <terrace/resnet/detail/Launch.hpp>
#include <terrace/resnet/detail/Pack.hpp>

namespace terrace::resnet::detail {

/// Where the derivative by one layer's arrays stands in the gradient; bias < 0 if the layer has none (or it
/// is not wanted).
struct GradientOffsets {
  long weights;
  long bias;
};

// G(i, j) += sum_s mu(i, s) x(j, s),   g(i) += sum_s mu(i, s)
//
// On the host: a work item is a few rows i, whose sums over a block of samples stay in registers, in the
// sweep's scalar; they are added to the gradient in double.
template <class Tile>
struct OuterProductByRows {
  using Value = typename Tile::Value;
  static constexpr int columns = 2;

  typename Tile::ConstSlab mu;
  typename Tile::ConstSlab x;
  ParameterView gradient;
  GradientOffsets offsets;
  int samples;

  static double sumOfLanes(const Value& value) {
    double sum = 0;
    for (int lane = 0; lane < Tile::Pack::lanes; ++lane)
      sum += static_cast<double>(Tile::Pack::lane(value, lane));
    return sum;
  }

  template <int r, int c>
  void block(int i, int j) const {
    Value sum[std::size_t(r)][std::size_t(c)] = {};
    for (int s = 0; s < samples; s += Tile::Pack::lanes) {
      Value right[std::size_t(c)];
      for (int column = 0; column < c; ++column)
        right[column] = loadPack<typename Tile::Pack>(&x(j + column, s));
      for (int row = 0; row < r; ++row) {
        const Value left = loadPack<typename Tile::Pack>(&mu(i + row, s));
        for (int column = 0; column < c; ++column) sum[row][column] += left * right[column];
      }
    }
    const long inputs = static_cast<long>(x.extent(0));
    for (int row = 0; row < r; ++row)
      for (int column = 0; column < c; ++column)
        gradient(offsets.weights + (i + row) * inputs + j + column) += sumOfLanes(sum[row][column]);
  }

  template <int r>
  void rows(int i) const {
    const int inputs = static_cast<int>(x.extent(0));
    int j = 0;
    for (; j + columns <= inputs; j += columns) block<r, columns>(i, j);
    for (; j < inputs; ++j) block<r, 1>(i, j);
    for (int row = i; row < i + r && offsets.bias >= 0; ++row) {
      Value sum = {};
      for (int s = 0; s < samples; s += Tile::Pack::lanes) sum += loadPack<typename Tile::Pack>(&mu(row, s));
      gradient(offsets.bias + row) += sumOfLanes(sum);
    }
  }

  void operator()(const int rowBlock) const {
    const int first = rowBlock * Tile::rows;
    const int end = static_cast<int>(mu.extent(0));
    if (first + Tile::rows <= end) return rows<Tile::rows>(first);
    for (int i = first; i < end; ++i) rows<1>(i);
  }
};

// The same sums on a device: a team for each entry (i, j), j = inputs being the bias, reduces over the
// samples.
template <class Tile>
struct OuterProductByTeams {
  using Policy = Kokkos::TeamPolicy<typename Tile::Execution>;

  typename Tile::ConstSlab mu;
  typename Tile::ConstSlab x;
  ParameterView gradient;
  GradientOffsets offsets;
  int samples;

  KOKKOS_INLINE_FUNCTION void operator()(const typename Policy::member_type& team) const {
    const int inputs = static_cast<int>(x.extent(0));
    const int i = team.league_rank() / (inputs + 1);
    const int j = team.league_rank() % (inputs + 1);
    const bool bias = j == inputs;
    if (bias && offsets.bias < 0) return;
    double sum = 0;
    Kokkos::parallel_reduce(
        Kokkos::TeamThreadRange(team, samples),
        [&](const int s, double& partial) {
          partial += static_cast<double>(mu(i, s)) * (bias ? 1.0 : static_cast<double>(x(j, s)));
        },
        sum);
    const long entry = bias ? offsets.bias + i : offsets.weights + static_cast<long>(i) * inputs + j;
    Kokkos::single(Kokkos::PerTeam(team), [&]() { gradient(entry) += sum; });
  }
};

template <class Tile>
void outerProductByTeams(const typename Tile::Execution& space, const typename Tile::ConstSlab& mu,
                         const typename Tile::ConstSlab& x, const ParameterView& gradient,
                         const GradientOffsets& offsets, int samples) {
  static const std::string label = "terrace::resnet::outerProductByTeams";
  using Functor = OuterProductByTeams<Tile>;
  const int league = static_cast<int>(mu.extent(0) * (x.extent(0) + 1));
  Kokkos::parallel_for(label, typename Functor::Policy(space, league, Kokkos::AUTO()),
                       Functor{mu, x, gradient, offsets, samples});
}

/// \p mu must be 0 from the last sample to the end of its tile.
template <class Tile>
void outerProduct(const typename Tile::Execution& space, const typename Tile::ConstSlab& mu,
                  const typename Tile::ConstSlab& x, const ParameterView& gradient,
                  const GradientOffsets& offsets, int samples) {
  if constexpr (Tile::onHost) {
    static const std::string label = "terrace::resnet::outerProductByRows";
    const auto rowBlocks = (mu.extent(0) + Tile::rows - 1) / Tile::rows;
    Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, rowBlocks),
                         OuterProductByRows<Tile>{mu, x, gradient, offsets, roundUp(samples, Tile::samples)});
  } else {
    outerProductByTeams<Tile>(space, mu, x, gradient, offsets, samples);
  }
}

} // namespace terrace::resnet::detail
