#pragma once

#include <terrace/resnet/samples/SampleSet.hpp>

namespace terrace::resnet::detail {

/// Samples that a sweep works on at a time: positions first .. first + count - 1 of the local samples.
struct Chunk {
  const SampleSet* samples;
  int index; ///< Of the set's chunks.
  int first;
  int count;
};

} // namespace terrace::resnet::detail
