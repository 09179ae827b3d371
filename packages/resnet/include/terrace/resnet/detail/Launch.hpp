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
// On the host; devices multiply by DeviceProducts. A work item is a run of tiles, which it goes over once for
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
      withRows<Tile::rows>(panels.first(panel + 1) - first, [&](auto rows) {
        for (int tile = firstTile; tile < endTile; ++tile)
          functor.template block<decltype(rows)::value>(first, tile * Tile::samples);
      });
    }
  }
};

template <class Tile, class Functor>
void forEachPanelAndTile(const typename Tile::Execution& space, const std::string& label, int rows,
                         int samples, const Functor& functor) {
  const int tiles = roundUp(samples, Tile::samples) / Tile::samples;
  const auto items = static_cast<std::size_t>((tiles + tilesTogether<Tile> - 1) / tilesTogether<Tile>);
  Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, items),
                       PanelsByTiles<Tile, Functor>{functor, {rows}, tiles});
}

} // namespace terrace::resnet::detail
