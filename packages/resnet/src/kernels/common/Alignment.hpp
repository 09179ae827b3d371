#pragma once

#include <cstddef>

namespace terrace::resnet::detail {

/// Sample storage is padded to a multiple of this, which every tile of the kernels divides.
constexpr int samplePadding = 64;

inline int roundUp(int count, int multiple) {
  return (count + multiple - 1) / multiple * multiple;
}

/// Distance between the rows of a neuron x sample array with at least \p samples columns: whole cache lines,
/// and an odd number of them, so that the rows of a tile do not all fall into the same few sets of the cache.
template <class Scalar>
int rowStride(int samples) {
  constexpr int perLine = 64 / static_cast<int>(sizeof(Scalar));
  const int lines = roundUp(samples, perLine) / perLine;
  return (lines % 2 == 0 ? lines + 1 : lines) * perLine;
}

} // namespace terrace::resnet::detail
