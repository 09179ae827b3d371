#pragma once

// Batches of samples in an application's own layout, to and from the sample-contiguous arrays of the kernels.

#include "kernels/common/Launch.hpp"
#include "kernels/common/Tile.hpp"

namespace terrace::resnet::detail {

// to(j, s) = (from(first + s, j) - shift(j)) factor(j) for s < count, 0 for the rest of the last tile;
// without a shift it is 0
template <class Tile>
struct LoadBatch {
  using Columns = Kokkos::View<const double*, typename Tile::Memory, Kokkos::MemoryUnmanaged>;

  ConstBatch from;
  typename Tile::Slab to;
  Columns shift;
  Columns factor;
  int first;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int begin = tile * Tile::samples;
    const int end = begin + Tile::samples;
    const int filled = end < count ? end : count;
    for (int j = 0; j < static_cast<int>(from.extent(1)); ++j) {
      const double origin = shift.extent(0) > 0 ? shift(j) : 0.0;
      typename Tile::Scalar* row = &to(j, begin);
      for (int s = begin; s < filled; ++s)
        row[s - begin] = static_cast<typename Tile::Scalar>((from(first + s, j) - origin) * factor(j));
      for (int s = filled; s < end; ++s) row[s - begin] = 0;
    }
  }
};

template <class Tile>
void loadBatch(const typename Tile::Execution& space, const LoadBatch<Tile>& operands) {
  static const std::string label = "terrace::resnet::loadBatch";
  forEachTile<Tile>(space, label, operands.count, operands);
}

// to(first + s, j) = from(j, s) factor(j) + shift(j), s < count;  without a shift it is 0
template <class Tile>
struct StoreBatch {
  using Columns = typename LoadBatch<Tile>::Columns;

  typename Tile::ConstSlab from;
  Batch to;
  Columns factor;
  Columns shift;
  int first;
  int count;

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int begin = tile * Tile::samples;
    const int end = begin + Tile::samples < count ? begin + Tile::samples : count;
    for (int j = 0; j < static_cast<int>(to.extent(1)); ++j) {
      const double origin = shift.extent(0) > 0 ? shift(j) : 0.0;
      const typename Tile::Scalar* row = &from(j, begin);
      for (int s = begin; s < end; ++s)
        to(first + s, j) = static_cast<double>(row[s - begin]) * factor(j) + origin;
    }
  }
};

template <class Tile>
void storeBatch(const typename Tile::Execution& space, const StoreBatch<Tile>& operands) {
  static const std::string label = "terrace::resnet::storeBatch";
  forEachTile<Tile>(space, label, operands.count, operands);
}

} // namespace terrace::resnet::detail
