#pragma once

#include "kernels/common/Alignment.hpp"
#include "kernels/common/Panels.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <string>
#include <type_traits>

namespace terrace::resnet::detail {

/// Runs `functor(k)` for 0 <= k < items. For Kokkos::Serial, unless a Kokkos tool wants to know, without a
/// launch: its copies and checks cost some hundred cycles, as much as a few neurons' work.
template <class Execution, class Functor>
void forEachItem(const Execution& space, const std::string& label, int items, const Functor& functor) {
#if defined(KOKKOS_ENABLE_SERIAL)
  if constexpr (std::is_same_v<Execution, Kokkos::Serial>) {
    if (!Kokkos::Tools::profileLibraryLoaded()) {
      for (int item = 0; item < items; ++item) functor(item);
      return;
    }
  }
#endif
  Kokkos::parallel_for(label,
                       Kokkos::RangePolicy<Execution, Kokkos::IndexType<std::size_t>>(
                           space, 0, static_cast<std::size_t>(items)),
                       functor);
}

/// Runs `functor(first sample of the tile)` for the tiles that cover \p samples samples.
template <class Tile, class Functor>
void forEachTile(const typename Tile::Execution& space, const std::string& label, int samples,
                 const Functor& functor) {
  forEachItem(space, label, roundUp(samples, Tile::samples) / Tile::samples, functor);
}

// functor.entry(i, s);  neighbouring work items are neighbouring samples
template <class Functor>
struct EntryByEntry {
  Functor functor;
  int samples;

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    functor.entry(static_cast<int>(item / samples), static_cast<int>(item % samples));
  }
};

/// Runs `functor.entry(i, s)` for all \p rows neurons and \p samples samples.
template <class Tile, class Functor>
void forEachEntry(const typename Tile::Execution& space, const std::string& label, int rows, int samples,
                  const Functor& functor) {
  Kokkos::parallel_for(label,
                       Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(
                           space, 0, static_cast<long>(rows) * samples),
                       EntryByEntry<Functor>{functor, samples});
}

/// Runs a kernel of entries: on the host tile by tile, on a device entry by entry.
template <class Tile, class Functor>
void forEachTileOrEntry(const typename Tile::Execution& space, const std::string& label, int rows,
                        int samples, const Functor& functor) {
  if constexpr (Tile::onHost) {
    forEachTile<Tile>(space, label, samples, functor);
  } else {
    forEachEntry<Tile>(space, label, rows, samples, functor);
  }
}

/// Tiles whose states of one layer a core keeps in its cache while it goes over the weights: a sample group.
template <class Tile>
constexpr int tilesTogether = samplesOfGroup / Tile::samples > 1 ? samplesOfGroup / Tile::samples : 1;

// functor.block<rows of the panel>(first row, first sample) for every panel of rows and tile of samples
//
// On the host; devices multiply by Gemm.hpp. A work item is a run of tiles, which it goes over once for
// each panel.
template <class Tile, class Functor>
struct PanelsByTiles {
  Functor functor;
  Panels<Tile::rows> panels;
  int tiles;

  KOKKOS_INLINE_FUNCTION void operator()(const int item) const {
    const int firstTile = item * tilesTogether<Tile>;
    const int endTile = std::min(firstTile + tilesTogether<Tile>, tiles);
    for (int panel = 0; panel < panels.count(); ++panel) {
      const int first = panels.first(panel);
      withRows<Tile::rows>(panels.first(panel + 1) - first,
                           [&](auto rows) { blocks<decltype(rows)::value>(first, firstTile, endTile); });
    }
  }

  // A function of its own, so that the sums have all registers.
  template <int rows>
  __attribute__((noinline)) KOKKOS_FUNCTION void blocks(int first, int firstTile, int endTile) const {
    for (int tile = firstTile; tile < endTile; ++tile)
      functor.template block<rows>(first, tile * Tile::samples);
  }
};

template <class Tile, class Functor>
void forEachPanelAndTile(const typename Tile::Execution& space, const std::string& label, int rows,
                         int samples, const Functor& functor) {
  const int tiles = roundUp(samples, Tile::samples) / Tile::samples;
  const int items = (tiles + tilesTogether<Tile> - 1) / tilesTogether<Tile>;
  forEachItem(space, label, items, PanelsByTiles<Tile, Functor>{functor, {rows}, tiles});
}

} // namespace terrace::resnet::detail
