#pragma once

#include "kernels/common/Activations.hpp"
#include "kernels/common/Tile.hpp"
#include "layers/LayerPlace.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <string>
#include <utility>
#include <vector>

namespace terrace::resnet::detail {

/// The transposes that derivatives need.
enum class Transposes {
  None,      ///< A value.
  AfterLift, ///< Derivatives by the parameters: of all layers but the lift.
  All        ///< Derivatives by the inputs.
};

/// The parameters in the sweep's scalar as the kernels take them: packed weights, their transposes, biases.
/// Blocks of one layer are in the unit of the activation, their transposes times the time step h. Both arrays
/// have the order of ParameterLayout; the transposes have no biases. The weight of a convolution is a matrix
/// with the columns of one tap of the stencil after another; its transpose has the stencil turned round.
template <class Tile>
class PackedParameters {
public:
  using Scalar = typename Tile::Scalar;
  using Weights = typename Tile::Weights;
  using Bias = typename Tile::Bias;

  PackedParameters() = default;
  PackedParameters(const Network& network, const ParameterLayout& layout)
      : network_(network), runs_(layout.runs()),
        values_("terrace::resnet::parameters", static_cast<std::size_t>(layout.size())),
        transposed_("terrace::resnet::transposedParameters", static_cast<std::size_t>(layout.size())) {}

  bool allocated() const { return values_.extent(0) > 0; }

  /// Symmetric blocks have their transposes in any case.
  void set(const typename Tile::Execution& space, const ConstParameterView& source, Transposes transposes) {
    for (const ParameterRun& run : runs_) {
      pack(space, source, run, false);
      const bool wanted = transposes == Transposes::All ||
                          (transposes == Transposes::AfterLift && run.role != ParameterRole::Lift);
      if (wanted || isSymmetric(run)) pack(space, source, run, true);
    }
  }

  Weights weights(const LayerPlace& place, int group = 0) const {
    return {values_.data() + place.weights(group), place.outputs, place.inputs * place.taps};
  }
  Weights transposed(const LayerPlace& place, int group = 0) const {
    return {transposed_.data() + place.weights(group), place.inputs, place.outputs * place.taps};
  }
  /// Empty if the layer has none.
  Bias bias(const LayerPlace& place, int group = 0) const {
    if (!place.hasBias()) return Bias();
    return Bias(values_.data() + place.bias(group), static_cast<std::size_t>(place.outputs));
  }

  /// Of a normalisation; empty if the layer has none.
  Bias gain(const LayerPlace& place, int group = 0) const {
    if (place.gainOffset < 0) return Bias();
    return Bias(values_.data() + place.gain(group), static_cast<std::size_t>(place.outputs));
  }

private:
  StageKind kindOf(const ParameterRun& run) const {
    return network_.stages[static_cast<std::size_t>(run.stage)].kind;
  }
  bool isSymmetric(const ParameterRun& run) const {
    return run.role == ParameterRole::Block && kindOf(run) == StageKind::Symmetric;
  }
  // Whether blocks are one product, then the activation at once.
  bool fusesActivation(const ParameterRun& run) const {
    const StageKind kind = kindOf(run);
    return kind != StageKind::Basic && kind != StageKind::Bottleneck;
  }

  void pack(const typename Tile::Execution& space, const ConstParameterView& source, const ParameterRun& run,
            bool transpose) {
    for (std::size_t a = 0; a < run.arrays.size(); ++a) {
      const ParameterArray& array = run.arrays[a];
      if (array.isWeight()) {
        const bool hasBias = a + 1 < run.arrays.size() && !run.arrays[a + 1].isWeight() && !transpose;
        packWeight(space, source, run, array, transpose, hasBias);
      } else if (array.isGain && !transpose) {
        packGains(space, source, run, array);
      }
    }
  }

  using PackFunctor = PackPanels<Scalar, Tile::rows, ConstParameterView>;

  // A weight and, behind it, its bias.
  void packWeight(const typename Tile::Execution& space, const ConstParameterView& source,
                  const ParameterRun& run, const ParameterArray& array, bool transpose, bool hasBias) {
    PackFunctor functor{};
    functor.panels = {transpose ? array.inputs() : array.outputs()};
    functor.columns = transpose ? array.outputs() : array.inputs();
    functor.taps = array.taps();
    functor.flipped = transpose;
    functor.rowStride = static_cast<long>(array.taps()) * (transpose ? 1 : array.inputs());
    functor.columnStride = static_cast<long>(array.taps()) * (transpose ? array.inputs() : 1);
    functor.hasBias = hasBias;
    functor.scale = scale(run, transpose);
    launch(space, source, run, array, transpose, functor);
  }

  // As the bias of a weight without columns.
  void packGains(const typename Tile::Execution& space, const ConstParameterView& source,
                 const ParameterRun& run, const ParameterArray& array) {
    PackFunctor functor{};
    functor.panels = {array.shape.front()};
    functor.hasBias = true;
    functor.scale = 1;
    launch(space, source, run, array, false, functor);
  }

  void launch(const typename Tile::Execution& space, const ConstParameterView& source,
              const ParameterRun& run, const ParameterArray& array, bool transpose, PackFunctor functor) {
    static const std::string label = "terrace::resnet::packParameters";
    const auto first = static_cast<std::size_t>(run.offset + array.offset);
    functor.source = ConstParameterView(source, std::make_pair(first, source.extent(0)));
    functor.target = (transpose ? transposed_ : values_).data() + first;
    functor.layerStride = run.size;
    const auto items = static_cast<std::size_t>(run.count * functor.panels.count());
    using Range = Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<std::size_t>>;
    Kokkos::parallel_for(label, Range(space, 0, items), functor);
  }

  double scale(const ParameterRun& run, bool transpose) const {
    if (run.role != ParameterRole::Block || !fusesActivation(run)) return 1;
    if (transpose) return network_.stages[static_cast<std::size_t>(run.stage)].timeStep();
    double unit = 1;
    withActivation(network_.activation,
                   [&](auto sigma) { unit = decltype(sigma)::template unit<typename Tile::Pack>; });
    return unit;
  }

  Network network_;
  std::vector<ParameterRun> runs_;
  Kokkos::View<Scalar*, typename Tile::Memory> values_;
  Kokkos::View<Scalar*, typename Tile::Memory> transposed_;
};

} // namespace terrace::resnet::detail
