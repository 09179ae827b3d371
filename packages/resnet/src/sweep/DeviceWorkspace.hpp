#pragma once

#include "kernels/device/StencilOuterProduct.hpp"
#if defined(KOKKOS_ENABLE_CUDA)
#include "kernels/device/tensor/TensorProduct.hpp"
#endif

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>

namespace terrace::resnet::detail::device {

/// The image whose pixels the weights of a run of a convolutional network move over.
inline Shape imageOf(const Network& network, const ParameterRun& run) {
  switch (run.role) {
  case ParameterRole::Lift:
    return network.input;
  case ParameterRole::Output:
    return {network.lastShape().channels, 1, 1};
  default:
    return network.stages[static_cast<std::size_t>(run.stage)].shape;
  }
}

/// Doubles that the derivatives of a device need for chunks of so many samples: DerivativeSums::pieces.
inline long workspaceOf(const Network& network, const ParameterLayout& layout, int chunkSamples) {
  long largest = 0;
  for (const ParameterRun& run : layout.runs()) {
#if defined(KOKKOS_ENABLE_CUDA)
    if (!network.isConvolutional())
      largest = std::max(largest, tensor::workspaceOf(run.outputs(), run.inputs(), chunkSamples));
#endif
    if (!network.isConvolutional()) continue;
    const Shape image = imageOf(network, run);
    for (const ParameterArray& array : run.arrays) {
      if (!array.isWeight()) continue;
      const Stencil stencil{image.height, image.width, array.taps() == 1 ? 1 : 3};
      largest =
          std::max(largest, StencilSums{stencil, array.outputs(), array.inputs()}.workspace(chunkSamples));
    }
  }
  return largest;
}

} // namespace terrace::resnet::detail::device
