#pragma once

#include <terrace/resnet/detail/Alignment.hpp>

#include <Kokkos_Core.hpp>

#include <string>

namespace terrace::resnet::detail {

/// Runs `functor(first sample of the tile)` for the tiles that cover \p samples samples.
template <class Tile, class Functor>
void forEachTile(const typename Tile::Execution& space, const std::string& label, int samples,
                 const Functor& functor) {
  const auto tiles = static_cast<std::size_t>(roundUp(samples, Tile::samples) / Tile::samples);
  Kokkos::parallel_for(label, Kokkos::RangePolicy<typename Tile::Execution>(space, 0, tiles), functor);
}

} // namespace terrace::resnet::detail
