#pragma once

// Weight gradients: sums over the samples of a block.

#include <terrace/resnet/SampleSet.hpp>
#include <terrace/resnet/detail/CompensatedSum.hpp>
#include <terrace/resnet/detail/Execution.hpp>
#include <terrace/resnet/detail/Launch.hpp>
#include <terrace/resnet/detail/Pack.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace terrace::resnet::detail {

/// Where the derivative by one layer's arrays stands in the gradient; bias < 0 if the layer has none (or it
/// is not wanted).
struct GradientOffsets {
  long weights;
  long bias;
};

/// Adds x(k) to sums[k], k < count; in vectors where the pairs fill a register or a part of it.
template <int registerBytes, int count, int... lane>
void addToSums(CompensatedSum* sums, const double* x, std::integer_sequence<int, lane...>) {
  constexpr int bytes = count * static_cast<int>(sizeof(CompensatedSum));
  if constexpr (bytes > 16 && bytes <= registerBytes && (count & (count - 1)) == 0) {
    using Pack = PackOf<double, count>;
    using Pairs = PackOf<double, 2 * count>;
    static_assert(sizeof(CompensatedSum) == 2 * sizeof(double));
    const auto pairs = loadPack<Pairs>(&sums[0].high);
    const typename Pack::Value term = loadPack<Pack>(x);
    const typename Pack::Value high = __builtin_shufflevector(pairs, pairs, 2 * lane...);
    typename Pack::Value low = __builtin_shufflevector(pairs, pairs, (2 * lane + 1)...);
    // CompensatedSum::add
    const typename Pack::Value sum = high + term;
    const typename Pack::Value part = sum - high;
    low += (high - (sum - part)) + (term - part);
    const auto result = __builtin_shufflevector(sum, low, (lane / 2 + lane % 2 * count)...,
                                                (count / 2 + lane / 2 + lane % 2 * count)...);
    storePack<Pairs>(&sums[0].high, result);
  } else {
    for (int k = 0; k < count; ++k) sums[k].add(x[k]);
  }
}

/// Where derivatives are summed: in the compensated sums at once, if a block of samples holds whole groups
/// that were dealt together; else in a partial sum of the group.
struct DerivativeSums {
  ParameterView partial;
  CompensatedView sums;
  bool wholeGroups = false;

  /// Adds to neighbouring entries.
  template <int registerBytes, int count>
  void add(long entry, const double* x) const {
    if (wholeGroups) {
      addToSums<registerBytes, count>(sums.data() + entry, x, std::make_integer_sequence<int, count>());
    } else {
      for (int k = 0; k < count; ++k) partial(entry + k) += x[k];
    }
  }
  /// Starts to bring an entry into the cache.
  void prefetch(long entry) const {
    if (wholeGroups) __builtin_prefetch(sums.data() + entry, 1);
  }
};

/// Lane k of the result is the sum of the lanes of values[k]; \p values are overwritten.
template <class Pack, std::size_t... lane>
typename Pack::Value sumsOfLanes(typename Pack::Value* values, std::index_sequence<lane...>) {
  for (int count = Pack::lanes / 2; count > 0; count /= 2)
    for (int k = 0; k < count; ++k) {
      const auto left = values[2 * k], right = values[2 * k + 1];
      values[k] = __builtin_shufflevector(left, right, static_cast<int>(2 * lane)...) +
                  __builtin_shufflevector(left, right, static_cast<int>(2 * lane + 1)...);
    }
  return values[0];
}

// G(i, j) += sum_s mu(i, s) x(j, s) + nu(i, s) z(j, s),   g(i) += sum_s mu(i, s)
//
// On the host: a work item is a panel of rows i. The sums of a few columns over a group of samples stay in
// registers, in the sweep's scalar; they are added to the derivatives in double. The second product is left
// out if nu is empty.
template <class Tile>
struct OuterProductByPanels {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  static constexpr int columns = Tile::packs;
  static constexpr int bytes = static_cast<int>(sizeof(Value));

  typename Tile::ConstSlab mu;
  typename Tile::ConstSlab x;
  typename Tile::ConstSlab nu;
  typename Tile::ConstSlab z;
  DerivativeSums sums;
  GradientOffsets offsets;
  int samples;

  template <int r, int c>
  static void addProduct(Value (&sum)[std::size_t(r)][std::size_t(c)], const typename Tile::ConstSlab& left,
                         int i, const typename Tile::ConstSlab& right, int j, int first, int end) {
    const typename Tile::Scalar* rows = &left(i, 0);
    const typename Tile::Scalar* others = &right(j, 0);
    const std::size_t rowStride = left.extent(1), otherStride = right.extent(1);
    for (int s = first; s < end; s += Pack::lanes) {
      Value other[std::size_t(c)];
      for (std::size_t k = 0; k < c; ++k) {
        other[k] = loadPack<Pack>(others + k * otherStride + s);
        keepInRegister(other[k]);
      }
      for (std::size_t k = 0; k < r; ++k) {
        Value row = loadPack<Pack>(rows + k * rowStride + s);
        keepInRegister(row);
        for (std::size_t l = 0; l < c; ++l) sum[k][l] += row * other[l];
      }
    }
  }

  // totals[k] = sum of the lanes of values[k], k < count;  totals are a whole number of packs
  template <int count>
  static void sumLanes(const Value* values, double* totals) {
    for (int first = 0; first < count; first += Pack::lanes) {
      Value group[std::size_t(Pack::lanes)];
      for (int k = 0; k < Pack::lanes; ++k) group[k] = first + k < count ? values[first + k] : Value{};
      const Value all = sumsOfLanes<Pack>(group, std::make_index_sequence<std::size_t(Pack::lanes)>());
      for (int k = 0; k < Pack::lanes; ++k) totals[first + k] = static_cast<double>(Pack::lane(all, k));
    }
  }
  static constexpr std::size_t padded(int count) {
    return static_cast<std::size_t>((count + Pack::lanes - 1) / Pack::lanes * Pack::lanes);
  }

  template <int r, int c>
  __attribute__((noinline)) void block(int i, int j, int first, int end) const {
    const long inputs = static_cast<long>(x.extent(0));
    const long corner = offsets.weights + i * inputs + j;
    for (int k = 0; k < r; ++k) sums.prefetch(corner + k * inputs);
    Value sum[std::size_t(r)][std::size_t(c)] = {};
    addProduct<r, c>(sum, mu, i, x, j, first, end);
    if (nu.extent(0) > 0) addProduct<r, c>(sum, nu, i, z, j, first, end);
    double totals[padded(r * c)];
    sumLanes<r * c>(&sum[0][0], totals);
    for (int k = 0; k < r; ++k) sums.template add<bytes, c>(corner + k * inputs, totals + k * c);
  }

  template <int r>
  void bias(int i, int first, int end) const {
    Value sum[std::size_t(r)] = {};
    for (int s = first; s < end; s += Pack::lanes)
      for (int k = 0; k < r; ++k) sum[k] += loadPack<Pack>(&mu(i + k, s));
    double totals[padded(r)];
    sumLanes<r>(sum, totals);
    sums.template add<bytes, r>(offsets.bias + i, totals);
  }

  void operator()(const int panel) const {
    const Panels<Tile::rows> rowPanels{static_cast<int>(mu.extent(0))};
    const Panels<columns> columnPanels{static_cast<int>(x.extent(0))};
    const int i = rowPanels.first(panel);
    withRows<Tile::rows>(rowPanels.first(panel + 1) - i, [&](auto height) {
      constexpr int r = decltype(height)::value;
      // The groups innermost: their sums meet the same entries in the cache.
      const auto forEachGroup = [&](auto add) {
        for (int first = 0; first < samples; first += SampleSet::dealtTogether)
          add(first, std::min(samples, first + SampleSet::dealtTogether));
      };
      for (int q = 0; q < columnPanels.count(); ++q) {
        const int j = columnPanels.first(q);
        withRows<columns>(columnPanels.first(q + 1) - j, [&](auto width) {
          forEachGroup([&](int first, int end) { block<r, decltype(width)::value>(i, j, first, end); });
        });
      }
      if (offsets.bias >= 0) forEachGroup([&](int first, int end) { bias<r>(i, first, end); });
    });
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

/// Adds the products of (mu, x) and, if not empty, of (nu, z); the bias is that of mu. \p mu and \p nu must
/// be 0 from the last sample to the end of its tile.
template <class Tile>
void outerProduct(const typename Tile::Execution& space, const typename Tile::ConstSlab& mu,
                  const typename Tile::ConstSlab& x, const typename Tile::ConstSlab& nu,
                  const typename Tile::ConstSlab& z, const DerivativeSums& sums,
                  const GradientOffsets& offsets, int samples) {
  if constexpr (Tile::onHost) {
    static const std::string label = "terrace::resnet::outerProductByPanels";
    const Panels<Tile::rows> panels{static_cast<int>(mu.extent(0))};
    const auto items = static_cast<std::size_t>(panels.count());
    Kokkos::parallel_for(
        label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, items),
        OuterProductByPanels<Tile>{mu, x, nu, z, sums, offsets, roundUp(samples, Tile::samples)});
  } else {
    outerProductByTeams<Tile>(space, mu, x, sums.partial, offsets, samples);
    if (nu.extent(0) > 0)
      outerProductByTeams<Tile>(space, nu, z, sums.partial, GradientOffsets{offsets.weights, -1}, samples);
  }
}

} // namespace terrace::resnet::detail
