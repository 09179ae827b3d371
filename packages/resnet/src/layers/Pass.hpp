#pragma once

#include "kernels/LayerKernels.hpp"
#include "layers/PackedParameters.hpp"
#include "metric/FactorLayout.hpp"

namespace terrace::resnet::detail {

/// What a forward state is kept for.
enum class Keep {
  Nothing,     ///< The way forward alone.
  Activations, ///< A way back that needs no derivatives by parameters.
  Layers       ///< A way back, or tangents.
};

/// Where the second moments of a metric are gathered.
struct MomentSums {
  const FactorLayout* layout;
  DerivativeSums sums;
};

/// Where means and variances of Normalization::GhostBatch are summed over the sample groups, each times the
/// samples of the group: in the order of the parameters, a mean at the place of its channel's gain and a
/// variance at that of its bias.
using StatisticSums = Kokkos::View<CompensatedSum*, Device, Kokkos::MemoryUnmanaged>;

/// What all layers are told on the way of one chunk of samples through the network.
template <class Tile>
struct Pass {
  const typename Tile::Execution& space;
  const PackedParameters<Tile>* theta;
  int samples;                          ///< Of the chunk.
  const DerivativeSums* sums = nullptr; ///< Of derivatives by the parameters; null: none are wanted.
  const PackedParameters<Tile>* direction =
      nullptr;                               ///< Of the parameters; null: of the inputs alone, or none.
  const MomentSums* moments = nullptr;       ///< Null: none are wanted. Else \p samples are whole tiles.
  const StatisticSums* statistics = nullptr; ///< Null: none are wanted.

  /// Adds the derivative by the parameters of a group: factor * sum over samples of mu (x, 1)^T [+ nu z^T].
  ///
  /// The inputs x of every layer and the adjoints mu of its sums meet here and nowhere else, so their second
  /// moments for a metric are gathered here, in the same sweep.
  void addDerivative(const LayerPlace& place, int group, double factor,
                     const OuterProductOperands<Tile>& operands) const {
    if (sums == nullptr) return;
    outerProduct(space, operands, *sums, {place.weights(group), place.bias(group), factor}, samples);
    if (moments != nullptr) addMoments(place, group, operands);
  }

private:
  void addMoments(const LayerPlace& place, int group, const OuterProductOperands<Tile>& operands) const {
    const RunFactors& factors = moments->layout->at(place.offset);
    const long ofInputs = factors.first + group * factors.size();
    const long sumsOfInputs = ofInputs + factors.momentsOfInputs();
    if (factors.inputs == Factor::Moments)
      outerProduct<Tile>(space, {operands.x, operands.x, {}, {}}, moments->sums, {ofInputs, sumsOfInputs},
                         samples);
    if (factors.outputs == Factor::Moments)
      outerProduct<Tile>(space, {operands.mu, operands.mu, {}, {}}, moments->sums,
                         {sumsOfInputs + factors.sumsOfInputs(), -1}, samples);
  }
};

} // namespace terrace::resnet::detail
