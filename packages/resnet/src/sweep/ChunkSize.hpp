#pragma once

#include "kernels/common/Alignment.hpp"
#include "kernels/common/Tile.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <algorithm>

namespace terrace::resnet::detail {

/// Numbers that a sweep keeps of a block for a sample: its state and what is inside.
inline long numbersOfBlock(const Stage& stage) {
  const long size = stage.shape.size(), inner = size / bottleneckFactor;
  const long copies = stage.normalization == Normalization::None ? 1 : 2; // n and the normalised z
  switch (stage.kind) {
  case StageKind::Dense:
  case StageKind::Single:
  case StageKind::Symmetric:
    break;
  case StageKind::Basic:
    return size + copies * size + (copies - 1) * size;
  case StageKind::Bottleneck:
    return size + 2 * copies * inner + (copies - 1) * size;
  }
  return 2 * size;
}

/// Bytes of a sample's states and activations of all stages, and of the adjoints and tangents that each stage
/// after the first works with.
template <class Tile>
long bytesPerSample(const Network& network) {
  long scalars = 0;
  long work = 0;
  for (const Stage& stage : network.stages) {
    scalars += stage.blocks * numbersOfBlock(stage) + (1 + work) * stage.shape.size();
    work = 6;
  }
  return scalars * static_cast<long>(sizeof(typename Tile::Scalar));
}

/// Samples of a chunk such that bytesPerSample() stay within 24 MiB (the share of a core in the last cache;
/// on a device 2 GiB): on the host at most a sample group, or two where the weights of a layer leave the
/// second cache. Whole tiles, at least one.
template <class Tile>
int defaultChunkSamples(const Network& network) {
  constexpr long budget = Tile::onHost ? 24L << 20 : 1L << 31;
  const long widest = network.isConvolutional() ? 0 : network.widest();
  const long weights = widest * widest;
  const long host = (weights > (1L << 16) ? 2 : 1) * samplesOfGroup;
  const long most = Tile::onHost ? host : 1L << 20;
  const long samples = std::min(budget / bytesPerSample<Tile>(network), most);
  return std::max(Tile::samples, static_cast<int>(samples) / Tile::samples * Tile::samples);
}

/// Whole sample groups, or equal parts of one, so that a group is summed in one order wherever it lies; whole
/// groups, at least one, where the samples of a group depend on each other. A device is filled by as many
/// samples as it holds instead, in whole groups if the network is convolutional. \param wanted  0:
/// defaultChunkSamples().
template <class Tile>
int chunkSamples(const Network& network, int wanted) {
  const int samples =
      std::max(wanted > 0 ? wanted : defaultChunkSamples<Tile>(network), network.samplesTogether());
  if (!Tile::onHost) return roundUp(samples, network.isConvolutional() ? samplesOfGroup : Tile::samples);
  if (samples >= samplesOfGroup) return roundUp(samples, samplesOfGroup);
  const int chunks = (samplesOfGroup + samples - 1) / samples;
  return roundUp((samplesOfGroup + chunks - 1) / chunks, Tile::samples);
}

/// Chunks whose activations and adjoints are kept from one Hessian product to the next: as many as leave a
/// sweep, with its states and tangents, within 60 MiB (on a device one chunk); none of narrow networks, which
/// compute layers as fast as they read them.
template <class Tile>
int keptChunks(const Network& network, int samplesOfChunk) {
  constexpr long budget = Tile::onHost ? 60L << 20 : 3L << 31;
  if (network.widest() <= Tile::narrow) return 0;
  const long chunk = bytesPerSample<Tile>(network) * samplesOfChunk;
  return static_cast<int>(std::max(0L, budget / chunk - 2)); // 2: the states and the tangents
}

} // namespace terrace::resnet::detail
