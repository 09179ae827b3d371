#pragma once

// Weight gradients: sums over the samples of a chunk.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/common/Unroll.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace terrace::resnet::detail::host {

/// Lane k of the result is the sum of the lanes of values[k]; \p values are overwritten. At each distance 1,
/// 2, 4 ... two vectors become one: the lanes of one where that bit of the lane is 0, of the other where it
/// is 1, each plus its neighbour at the distance.
template <class Pack, int... lane>
KOKKOS_FORCEINLINE_FUNCTION typename Pack::Value
sumsOfLanes(typename Pack::Value (&values)[std::size_t(Pack::lanes)], std::integer_sequence<int, lane...>) {
  constexpr int lanes = Pack::lanes;
  const auto join = [&](auto distance) TERRACE_INLINE_LAMBDA {
    constexpr int d = decltype(distance)::value;
    unrolled<lanes / (2 * d)>([&](auto k) TERRACE_INLINE_LAMBDA {
      const auto left = values[2 * k], right = values[2 * k + 1];
      values[k] = shuffle<((lane & d) != 0 ? lanes + lane : lane)...>(left, right) +
                  shuffle<((lane & d) != 0 ? lanes + lane - d : lane + d)...>(left, right);
    });
  };
  join(std::integral_constant<int, 1>());
  if constexpr (lanes > 2) join(std::integral_constant<int, 2>());
  if constexpr (lanes > 4) join(std::integral_constant<int, 4>());
  if constexpr (lanes > 8) join(std::integral_constant<int, 8>());
  return values[0];
}

// G(i, j) += f sum_s mu(i, s) x(j, s) + nu(i, s) z(j, s),   g(i) += f sum_s mu(i, s)
//
// On the host: a work item is a panel of rows i. The sums of a few columns over a group of samples stay in
// registers, in the sweep's scalar; they are added to the derivatives in double. The second product is left
// out if nu is empty. Where there are registers for it, the bias is summed with the last columns.
template <class Tile>
struct OuterProductByPanels {
  using Pack = typename Tile::Pack;
  using Value = typename Tile::Value;
  static constexpr int bytes = static_cast<int>(sizeof(Value));
  /// A register tile: as many columns as a pack of doubles has lanes where there are registers for it.
  static constexpr bool wide = bytes == 64 && Pack::lanes == 8;
  static constexpr int rows = wide ? 3 : Tile::rows;
  static constexpr int columns = wide ? 8 : Tile::packs;

  typename Tile::ConstSlab mu;
  typename Tile::ConstSlab x;
  typename Tile::ConstSlab nu;
  typename Tile::ConstSlab z;
  DerivativeSums sums;
  GradientOffsets offsets;
  int samples;

  // sum[k c + l] += sum_s left(i + k, s) right(j + l, s),   bias: sum[r c + k] += sum_s left(i + k, s)
  template <int r, int c, bool bias, std::size_t count>
  KOKKOS_FORCEINLINE_FUNCTION static void
  addProduct(Value (&sum)[count], const typename Tile::ConstSlab& left, int i,
             const typename Tile::ConstSlab& right, int j, int first, int end) {
    constexpr int stride = Tile::Slab::rowStride;
    for (int tile = first; tile < end; tile += Tile::samples) {
      const typename Tile::Scalar *rowValues = &left(i, tile), *columnValues = &right(j, tile);
      for (int s = 0; s < Tile::samples; s += Pack::lanes) {
        Value row[std::size_t(r)];
        unrolled<r>([&](auto k) TERRACE_INLINE_LAMBDA {
          row[k] = loadPack<Pack>(rowValues + k * stride + s);
          keepInRegister(row[k]);
          if constexpr (bias) sum[r * c + k] += row[k];
        });
        unrolled<c>([&](auto l) TERRACE_INLINE_LAMBDA {
          Value column = loadPack<Pack>(columnValues + l * stride + s);
          keepInRegister(column);
          unrolled<r>([&](auto k) TERRACE_INLINE_LAMBDA { sum[k * c + l] += row[k] * column; });
        });
      }
    }
  }

  // totals[k] = factor * sum of the lanes of values[k], k < count;  totals are a whole number of packs
  template <int count>
  KOKKOS_FORCEINLINE_FUNCTION void sumLanes(const Value (&values)[std::size_t(count)], double* totals) const {
    unrolled<padded(count) / Pack::lanes>([&](auto group) TERRACE_INLINE_LAMBDA {
      constexpr int first = decltype(group)::value * Pack::lanes;
      Value terms[std::size_t(Pack::lanes)];
      unrolled<Pack::lanes>([&](auto k) TERRACE_INLINE_LAMBDA {
        if constexpr (first + decltype(k)::value < count) {
          terms[k] = values[first + k];
        } else {
          terms[k] = Value{};
        }
      });
      const Value all = sumsOfLanes<Pack>(terms, std::make_integer_sequence<int, Pack::lanes>());
      using Totals = PackOf<double, Pack::lanes>;
      storePack<Totals>(totals + first,
                        offsets.factor * __builtin_convertvector(all, typename Totals::Value));
    });
  }
  static constexpr int padded(int count) { return (count + Pack::lanes - 1) / Pack::lanes * Pack::lanes; }

  template <int r, int c, bool two, bool bias>
  __attribute__((noinline)) void block(int i, int j, int first, int end) const {
    constexpr int count = bias ? r * c + r : r * c;
    const long inputs = static_cast<long>(x.extent(0));
    const long corner = offsets.weights + i * inputs + j;
    for (int k = 0; k < r; ++k) sums.template prefetch<c>(corner + k * inputs);
    Value sum[std::size_t(count)];
    unrolled<count>([&](auto k) TERRACE_INLINE_LAMBDA { sum[k] = Value{}; });
    addProduct<r, c, bias>(sum, mu, i, x, j, first, end);
    if constexpr (two) addProduct<r, c, false>(sum, nu, i, z, j, first, end);
    double totals[std::size_t(padded(count))];
    sumLanes<count>(sum, totals);
    for (int k = 0; k < r; ++k) sums.template add<bytes, c>(corner + k * inputs, totals + k * c);
    if constexpr (bias) sums.template add<bytes, r>(offsets.bias + i, totals + r * c);
  }

  template <int r>
  void biasAlone(int i, int first, int end) const {
    Value sum[std::size_t(r)] = {};
    for (int s = first; s < end; s += Pack::lanes)
      for (int k = 0; k < r; ++k) sum[k] += loadPack<Pack>(&mu(i + k, s));
    double totals[std::size_t(padded(r))];
    sumLanes<r>(sum, totals);
    sums.template add<bytes, r>(offsets.bias + i, totals);
  }

  void operator()(const int panel) const {
    const Panels<rows> rowPanels{static_cast<int>(mu.extent(0))};
    const int inputs = static_cast<int>(x.extent(0));
    const int i = rowPanels.first(panel);
    withRows<rows>(rowPanels.first(panel + 1) - i, [&](auto height) {
      constexpr int r = decltype(height)::value;
      // The groups innermost: their sums meet the same entries in the cache.
      const auto forEachGroup = [&](auto add) {
        for (int first = 0; first < samples; first += samplesOfGroup)
          add(first, std::min(samples, first + samplesOfGroup));
      };
      // Whole blocks first, since sums of other lengths are added one by one.
      for (int j = 0; j < inputs; j += columns) {
        const bool withBias = wide && offsets.bias >= 0 && j + columns >= inputs;
        withRows<columns>(std::min(columns, inputs - j), [&](auto width) {
          constexpr int c = decltype(width)::value;
          withFlags<wide>(nu.extent(0) > 0, withBias, [&](auto two, auto bias) {
            forEachGroup([&](int first, int end) {
              block<r, c, decltype(two)::value, decltype(bias)::value>(i, j, first, end);
            });
          });
        });
      }
      if (!wide && offsets.bias >= 0) forEachGroup([&](int first, int end) { biasAlone<r>(i, first, end); });
    });
  }

private:
  template <bool both, class Function>
  static void withFlags(bool two, bool bias, const Function& f) {
    if constexpr (both) {
      if (bias) return two ? f(std::true_type(), std::true_type()) : f(std::false_type(), std::true_type());
    }
    two ? f(std::true_type(), std::false_type()) : f(std::false_type(), std::false_type());
  }
};

template <class Tile>
void outerProduct(const typename Tile::Execution& space, const OuterProductOperands<Tile>& o,
                  const DerivativeSums& sums, const GradientOffsets& offsets, int samples) {
  static const std::string label = "terrace::resnet::outerProductByPanels";
  const Panels<OuterProductByPanels<Tile>::rows> panels{static_cast<int>(o.mu.extent(0))};
  forEachItem(
      space, label, panels.count(),
      OuterProductByPanels<Tile>{o.mu, o.x, o.nu, o.z, sums, offsets, roundUp(samples, Tile::samples)});
}

} // namespace terrace::resnet::detail::host
