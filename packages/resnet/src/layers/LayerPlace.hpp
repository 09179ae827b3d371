#pragma once

#include <terrace/resnet/parameters/ParameterRun.hpp>

namespace terrace::resnet::detail {

/// What a sweep asks of a ParameterRun at every layer: a weight and its bias in each group.
struct LayerPlace {
  LayerPlace() = default;
  explicit LayerPlace(const ParameterRun& run)
      : offset(run.offset), size(run.size), biasOffset(run.hasBias() ? run.arrays[1].offset : -1),
        outputs(run.outputs()), inputs(run.inputs()), taps(run.taps()) {}

  long weights(int group) const { return offset + group * size; }
  bool hasBias() const { return biasOffset >= 0; }
  /// -1 if there is none.
  long bias(int group) const { return hasBias() ? weights(group) + biasOffset : -1; }

  long offset = 0; ///< Of the first group in the parameter vector.
  long size = 0;   ///< Entries of a group.
  long biasOffset = -1;
  int outputs = 0;
  int inputs = 0;
  int taps = 1; ///< Of the stencil of a convolution.
};

} // namespace terrace::resnet::detail
