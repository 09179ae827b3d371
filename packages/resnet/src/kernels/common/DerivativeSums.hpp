#pragma once

#include "kernels/common/Tile.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <utility>

namespace terrace::resnet::detail {

/// Where the derivative by one layer's arrays stands in the gradient, and a factor of it; bias < 0 if the
/// layer has none (or it is not wanted).
struct GradientOffsets {
  long weights;
  long bias;
  double factor = 1;
};

/// Factors of the outer products mu x^T + nu z^T, summed over samples; nu and z may be empty.
template <class Tile>
struct OuterProductOperands {
  typename Tile::ConstSlab mu;
  typename Tile::ConstSlab x;
  typename Tile::ConstSlab nu;
  typename Tile::ConstSlab z;
};

/// CompensatedSum::add for a pack of neighbouring sums.
template <int count, int... lane>
KOKKOS_FORCEINLINE_FUNCTION void addPack(CompensatedSum* sums, const double* x,
                                         std::integer_sequence<int, lane...>) {
  using Pack = PackOf<double, count>;
  using Value = typename Pack::Value;
  static_assert(sizeof(CompensatedSum) == 2 * sizeof(double));
  double* pairs = &sums[0].high;
  const Value left = loadPack<Pack>(pairs), right = loadPack<Pack>(pairs + count);
  const Value term = loadPack<Pack>(x);
  const Value high = shuffle<2 * lane...>(left, right);
  Value low = shuffle<(2 * lane + 1)...>(left, right);
  const Value sum = high + term;
  const Value part = sum - high;
  low += (high - (sum - part)) + (term - part);
  storePack<Pack>(pairs, shuffle<(lane / 2 + lane % 2 * count)...>(sum, low));
  storePack<Pack>(pairs + count, shuffle<(count / 2 + lane / 2 + lane % 2 * count)...>(sum, low));
}

/// Adds x(k) to sums[k], k < count, in packs of 8, 4 or 2 as far as there are registers for them.
template <int registerBytes, int count>
KOKKOS_FORCEINLINE_FUNCTION void addToSums(CompensatedSum* sums, const double* x) {
  constexpr int lanes = registerBytes / static_cast<int>(sizeof(double));
  constexpr int most = count < lanes ? count : lanes;
  constexpr int now = most >= 8 ? 8 : most >= 4 ? 4 : most >= 2 ? 2 : 1;
  if constexpr (now >= 2) {
    addPack<now>(sums, x, std::make_integer_sequence<int, now>());
  } else {
    sums->add(*x);
  }
  if constexpr (count > now) addToSums<registerBytes, count - now>(sums + now, x + now);
}

/// Where derivatives are summed: in the compensated sums at once, if a chunk of samples holds whole sample
/// groups; else in a partial sum of the group.
struct DerivativeSums {
  // They own nothing: counting owners at each layer would cost as much as a few neurons' work.
  Kokkos::View<double*, Device, Kokkos::MemoryUnmanaged> partial;
  Kokkos::View<CompensatedSum*, Device, Kokkos::MemoryUnmanaged> sums;
  bool wholeGroups = false;
  /// Workspace of devices: device::workspaceOf().
  Kokkos::View<double*, Device, Kokkos::MemoryUnmanaged> pieces = {};

  /// Adds to neighbouring entries.
  template <int registerBytes, int count>
  void add(long entry, const double* x) const {
    if (wholeGroups) {
      addToSums<registerBytes, count>(sums.data() + entry, x);
    } else {
      for (int k = 0; k < count; ++k) partial(entry + k) += x[k];
    }
  }
  /// Starts to bring neighbouring entries into the cache.
  template <int count>
  void prefetch(long entry) const {
    constexpr int line = 64 / static_cast<int>(sizeof(CompensatedSum));
    for (int k = 0; k < count && wholeGroups; k += line) __builtin_prefetch(sums.data() + entry + k, 1);
  }
};

} // namespace terrace::resnet::detail
