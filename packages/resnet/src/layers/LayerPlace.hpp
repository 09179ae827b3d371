#pragma once

#include <terrace/resnet/parameters/ParameterRun.hpp>

namespace terrace::resnet::detail {

/// What a sweep asks of a ParameterRun at every layer: a weight, its bias and its gains in each group.
struct LayerPlace {
  LayerPlace() = default;
  /// \param[in] layer  of the layers of a group.
  explicit LayerPlace(const ParameterRun& run, int layer = 0) : offset(run.offset), size(run.size) {
    std::size_t at = run.weightOf(layer);
    const ParameterArray& weight = run.arrays[at];
    weightOffset = weight.offset;
    outputs = weight.outputs();
    inputs = weight.inputs();
    taps = weight.taps();
    for (++at; at < run.arrays.size() && !run.arrays[at].isWeight(); ++at)
      (run.arrays[at].isGain ? gainOffset : biasOffset) = run.arrays[at].offset;
  }

  long weights(int group) const { return offset + group * size + weightOffset; }
  bool hasBias() const { return biasOffset >= 0; }
  /// -1 if there is none.
  long bias(int group) const { return hasBias() ? offset + group * size + biasOffset : -1; }
  long gain(int group) const { return gainOffset >= 0 ? offset + group * size + gainOffset : -1; }

  long offset = 0; ///< Of the first group in the parameter vector.
  long size = 0;   ///< Entries of a group.
  long weightOffset = 0;
  long biasOffset = -1;
  long gainOffset = -1;
  int outputs = 0;
  int inputs = 0;
  int taps = 1; ///< Of the stencil of a convolution.
};

} // namespace terrace::resnet::detail
