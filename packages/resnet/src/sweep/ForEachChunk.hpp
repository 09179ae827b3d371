#pragma once

#include "kernels/common/Tile.hpp"
#include "layers/Chunk.hpp"

#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>

namespace terrace::resnet::detail {

/// Calls \p onChunk with every chunk of the local samples, in order, and \p onGroupEnd after the last one of
/// each sample group; on a device after every chunk. \param chunkSamples  of detail::chunkSamples().
template <class Tile, class OnChunk, class OnGroup>
void forEachChunk(const SampleSet& samples, int chunkSamples, OnChunk onChunk, OnGroup onGroupEnd) {
  const int all = samples.localCount();
  const int groupSize = Tile::onHost ? std::max(chunkSamples, samplesOfGroup) : chunkSamples;
  int index = 0;
  for (int group = 0; group < all; group += groupSize) {
    const int end = std::min(group + groupSize, all);
    for (int first = group; first < end; first += chunkSamples)
      onChunk(Chunk{&samples, index++, first, std::min(chunkSamples, end - first)});
    onGroupEnd();
  }
}

} // namespace terrace::resnet::detail
