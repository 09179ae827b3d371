#pragma once

#include <terrace/resnet/detail/Alignment.hpp>
#include <terrace/resnet/detail/Panels.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <string>

namespace terrace::resnet::detail {

/// Runs `functor(first sample of the tile)` for the tiles that cover \p samples samples.
template <class Tile, class Functor>
void forEachTile(const typename Tile::Execution& space, const std::string& label, int samples,
                 const Functor& functor) {
  const auto tiles = static_cast<std::size_t>(roundUp(samples, Tile::samples) / Tile::samples);
  Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, tiles), functor);
}

/// Tiles whose states of one layer a core keeps in its cache while it goes over the weights: 128 samples.
template <class Tile>
constexpr int tilesTogether = 128 / Tile::samples > 1 ? 128 / Tile::samples : 1;

// functor.block<rows of the panel>(first row, first sample) for every panel of rows and tile of samples
//
// A work item is on the host a run of tiles, which it goes over once for each panel; on a device one panel
// and one tile.
template <class Tile, class Functor>
struct PanelsByTiles {
  Functor functor;
  Panels<Tile::rows> panels;
  int tiles;

  KOKKOS_FORCEINLINE_FUNCTION void run(int panel, int firstTile, int endTile) const {
    const int first = panels.first(panel);
    withRows<Tile::rows>(panels.first(panel + 1) - first, [&](auto rows) {
      for (int tile = firstTile; tile < endTile; ++tile)
        functor.template block<decltype(rows)::value>(first, tile * Tile::samples);
    });
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int item) const {
    const int count = panels.count();
    if constexpr (Tile::onHost) {
      const int firstTile = item * tilesTogether<Tile>;
      const int endTile = std::min(firstTile + tilesTogether<Tile>, tiles);
      for (int panel = 0; panel < count; ++panel) run(panel, firstTile, endTile);
    } else {
      run(item / tiles, item % tiles, item % tiles + 1);
    }
  }
};

template <class Tile, class Functor>
void forEachPanelAndTile(const typename Tile::Execution& space, const std::string& label, int rows,
                         int samples, const Functor& functor) {
  const int tiles = roundUp(samples, Tile::samples) / Tile::samples;
  const Panels<Tile::rows> panels{rows};
  const int all =
      Tile::onHost ? (tiles + tilesTogether<Tile> - 1) / tilesTogether<Tile> : panels.count() * tiles;
  const auto items = static_cast<std::size_t>(all);
  Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, items),
                       PanelsByTiles<Tile, Functor>{functor, panels, tiles});
}

} // namespace terrace::resnet::detail
