#pragma once

#include "kernels/common/Activations.hpp"
#include "kernels/common/LossKernels.hpp"
#include "kernels/device/fused/FusedTeam.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

namespace terrace::resnet::detail {

/// Rows of FusedOperands::outputs: y, the softmax p, the derivative delta of the loss by y, and dy, then d
/// delta.
enum OutputRow { yRow = 0, pRow = 1, deltaRow = 2, tangentRow = 3, outputRowCount = 4 };

/// An activation that is chosen when a kernel runs; the choice is the same for all threads.
class ChosenActivation {
public:
  explicit ChosenActivation(Activation activation) : activation_(activation) {}

  template <class Scalar>
  KOKKOS_FORCEINLINE_FUNCTION Scalar value(Scalar z) const {
    return apply([z](auto sigma) { return decltype(sigma)::template value<PackOf<Scalar, 1>>(z); });
  }
  template <class Scalar>
  KOKKOS_FORCEINLINE_FUNCTION Scalar slope(Scalar a) const {
    return apply([a](auto sigma) { return decltype(sigma)::template slope<PackOf<Scalar, 1>>(a); });
  }
  template <class Scalar>
  KOKKOS_FORCEINLINE_FUNCTION Scalar curvature(Scalar a) const {
    return apply([a](auto sigma) { return decltype(sigma)::template curvature<PackOf<Scalar, 1>>(a); });
  }

  /// Calls \p f with the type of the activation as a value.
  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION auto apply(const Function& f) const {
    switch (activation_) {
    case Activation::ReLU:
      return f(ReLUActivation());
    case Activation::SmoothReLU:
      return f(SmoothReLUActivation());
    case Activation::Sigmoid:
      return f(SigmoidActivation());
    case Activation::Identity:
      return f(IdentityActivation());
    case Activation::Tanh:
      break;
    }
    return f(TanhActivation());
  }

private:
  Activation activation_;
};

/// What the kernels know of a network of one dense stage: its sizes, and where its layers stand in the vector
/// of parameters.
template <class Scalar>
struct FusedNetwork {
  FusedNetwork(const Network& network, const ParameterLayout& layout)
      : features(network.features()), outputs(network.outputs), width(network.firstShape().size()),
        blocks(network.stages.front().blocks), lift(network.lift), sigma(network.activation),
        crossEntropy(network.loss == LossType::CrossEntropy),
        h(static_cast<Scalar>(network.stages.front().timeStep())), liftWeights(0),
        liftBias(network.lift == Lift::Activated ? layout.lift()->arrays[1].offset : -1),
        firstBlock(layout.blocks(0).offset), blockSize(layout.blocks(0).size),
        outputWeights(layout.output().offset),
        outputBias(layout.output().offset + layout.output().arrays[1].offset) {}

  /// Columns \p first to \p first + most - 1 of the lift, or fewer; the bias comes with the first.
  KOKKOS_INLINE_FUNCTION MatrixPart liftColumns(int first, int most) const {
    const int columns = first + most < features ? most : features - first;
    return {width, columns, liftWeights + first, features, first == 0 ? liftBias : -1};
  }
  KOKKOS_INLINE_FUNCTION MatrixPart block(int k) const {
    const long weights = firstBlock + k * blockSize;
    return {width, width, weights, width, weights + static_cast<long>(width) * width};
  }
  /// Rows \p first to \p first + most - 1 of the output layer, or fewer.
  KOKKOS_INLINE_FUNCTION MatrixPart outputRows(int first, int most) const {
    const int rows = first + most < outputs ? most : outputs - first;
    return {rows, width, outputWeights + static_cast<long>(first) * width, width, outputBias + first};
  }

  int features;
  int outputs;
  int width;
  int blocks;
  Lift lift;
  ChosenActivation sigma;
  bool crossEntropy;
  Scalar h;
  long liftWeights;
  long liftBias; ///< < 0: none.
  long firstBlock;
  long blockSize;
  long outputWeights;
  long outputBias;
};

/// What the fused kernels read and write. First index of the arrays: the team; last: its sample.
template <class Space, class Scalar>
struct FusedOperands {
  using Tile = TileOf<Space, Scalar, 0>;
  using Memory = typename Space::memory_space;
  using Layers = Kokkos::View<Scalar****, Kokkos::LayoutRight, Memory>;

  explicit FusedOperands(const FusedNetwork<Scalar>& shape) : network(shape) {}

  FusedNetwork<Scalar> network;
  ConstParameterView theta;
  ConstParameterView direction; ///< Hessian products only.
  LossOperands<Tile>
      loss; ///< Labels, targets and count are those of all local samples; without y, p, delta, sums.
  typename Tile::ConstSlab inputs;
  int firstSample = 0; ///< Of team 0.
  bool hasLoss = true; ///< Or else outputs alone are wanted.

  /// From one state that is kept to the next: the backward sweep of a gradient takes back the steps between
  /// them, q_k = q_{k+1} - h a_k, and so moves half as much through memory.
  int layersBetweenStates = 1;

  Layers states;                                                   ///< q_k, k = 0, layersBetweenStates, ...
  Layers activations;                                              ///< a_k, k = 0..K-1
  Layers outputs;                                                  ///< OutputRow
  Kokkos::View<double***, Kokkos::LayoutRight, Memory> sampleSums; ///< Rows: SumRow.
  Kokkos::View<double**, Kokkos::LayoutRight, Memory> teamSums;    ///< SumRow x teams.
  Kokkos::View<double**, Kokkos::LayoutRight, Memory>
      derivatives; ///< Teams x parameters; summed over a team.

  Layers tangents;    ///< dq_k, k = 0..K
  Layers preTangents; ///< dz_k, k = 0..K-1, then the lift's
  bool gaussNewton = false;
};

} // namespace terrace::resnet::detail
