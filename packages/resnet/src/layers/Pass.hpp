#pragma once

#include "kernels/LayerKernels.hpp"
#include "layers/PackedParameters.hpp"

namespace terrace::resnet::detail {

/// What a forward state is kept for.
enum class Keep {
  Nothing,     ///< The way forward alone.
  Activations, ///< A way back that needs no derivatives by parameters.
  Layers       ///< A way back, or tangents.
};

/// What all layers are told on the way of one chunk of samples through the network.
template <class Tile>
struct Pass {
  const typename Tile::Execution& space;
  const PackedParameters<Tile>* theta;
  int samples;                          ///< Of the chunk.
  const DerivativeSums* sums = nullptr; ///< Of derivatives by the parameters; null: none are wanted.
  const PackedParameters<Tile>* direction =
      nullptr; ///< Of the parameters; null: of the inputs alone, or none.

  /// Adds the derivative by the parameters of a group: factor * sum over samples of mu (x, 1)^T [+ nu z^T].
  ///
  /// The inputs x of every layer and the adjoints mu of its sums meet here and nowhere else: what is to be
  /// known of them beside this sum (their second moments, for a metric) is gathered here, in the same sweep.
  void addDerivative(const LayerPlace& place, int group, double factor,
                     const OuterProductOperands<Tile>& operands) const {
    if (sums == nullptr) return;
    outerProduct(space, operands, *sums, {place.weights(group), place.bias(group), factor}, samples);
  }
};

} // namespace terrace::resnet::detail
