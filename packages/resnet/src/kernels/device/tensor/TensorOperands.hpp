#pragma once

#include "kernels/device/fused/FusedOperands.hpp"
#include "kernels/device/tensor/Fragments.hpp"

#include <Kokkos_Core.hpp>

#include <string>

namespace terrace::resnet::detail::tensor {

/// A team of one kernel that takes its samples through all layers and back by matrix units, for layers of at
/// most 8 \p tiles neurons. A warp has 16 samples, whose states stay in its registers.
template <class Scalar, int tiles>
struct Team {
  static constexpr int width = 8 * tiles;
  static constexpr int warps = tiles;
  static constexpr int threads = 32 * warps;
  static constexpr int samples = 16 * warps;

  /// Pairs from a row of weights to the next: no two rows that are read at once begin in the same banks.
  static constexpr int pairStride = 4 * tiles + (tiles % 2 == 0 ? 4 : 0);
  /// Scalars from a sample to the next in shared memory, likewise for the fragments of its rows.
  static constexpr int sampleStride = width + (sizeof(Scalar) == 4 || tiles % 2 == 0 ? 8 : 0);
  /// Where neuron i of sample s lies in its row. Doubles change places in fours for every other pair of
  /// samples: so lanes that read down four samples are out of each other's banks too.
  __device__ static int column(int s, int i) { return sizeof(Scalar) == 8 ? i ^ (s / 2 % 2 * 4) : i; }

  /// Of one layer, as it is brought to shared memory.
  struct Layer {
    WeightPair<Scalar> weights[std::size_t(width * pairStride)];
    alignas(16) Scalar bias[std::size_t(width)];
  };
  /// Shared memory.
  struct Memory {
    Layer layers[2];
    Scalar left[std::size_t(samples * sampleStride)];
    Scalar right[std::size_t(samples * sampleStride)];
    double sums[std::size_t(sumRows * samples)];
  };
};

/// Where the packed parts of the parameters lie.
template <class Scalar, int tiles>
struct PackedNetwork {
  using Layer = typename Team<Scalar, tiles>::Layer;

  const Layer* blocks;                        ///< W_k, b_k
  const Layer* transposedBlocks;              ///< W_k^T
  const WeightPair<Scalar>* lift;             ///< Q: width rows of liftPairs
  const WeightPair<Scalar>* output;           ///< V: outputs rounded up to 8, rows of 4 tiles pairs
  const WeightPair<Scalar>* transposedOutput; ///< V^T: width rows of outputPairs
  int liftPairs;                              ///< 4 for each 8 features.
  int outputPairs;                            ///< 4 for each 8 outputs.
};

/// What the kernels read and write. First index of the arrays: the team.
template <class Space, class Scalar, int tiles>
struct Operands {
  using Memory = typename Space::memory_space;
  using Tile = TileOf<Space, Scalar, 0>;

  explicit Operands(const FusedNetwork<Scalar>& shape) : network(shape) {}

  FusedNetwork<Scalar> network;
  PackedNetwork<Scalar, tiles> packed;
  ConstParameterView theta;
  LossOperands<Tile> loss; ///< As in FusedOperands.
  typename Tile::ConstSlab inputs;
  int firstSample = 0; ///< Of team 0.
  bool hasLoss = true;
  int layersBetweenStates = 1; ///< As in FusedOperands.

  Fragment<Scalar>* activations = nullptr; ///< Teams x layers x warps x tiles x lanes, in halves: see at().
  Fragment<Scalar>* states = nullptr;
  Kokkos::View<Scalar****, Kokkos::LayoutRight, Memory> outputs;   ///< Teams x OutputRow x outputs x samples
  Kokkos::View<double**, Kokkos::LayoutRight, Memory> teamSums;    ///< SumRow x teams
  Kokkos::View<double**, Kokkos::LayoutRight, Memory> derivatives; ///< Teams x parameters
};

// to(layer, i, p) = (A(i, 2p), A(i, 2p + 1)) of a layer's matrix or its transpose, 0 outside
//
// A work item is one pair.
template <class Scalar>
struct PackPairs {
  ConstParameterView theta;
  WeightPair<Scalar>* to;
  MatrixPart part; ///< Of the first layer.
  bool transposed;
  int rows;          ///< Of the target, filled up.
  int pairStride;    ///< From a row of the target to the next.
  long sourceStride; ///< From a layer to the next.
  long targetStride; ///< In pairs.

  KOKKOS_INLINE_FUNCTION double entry(long layer, int row, int column) const {
    const int i = transposed ? column : row, j = transposed ? row : column;
    if (i >= part.rows || j >= part.columns) return 0;
    return theta(part.weights + layer * sourceStride + i * part.rowStride + j);
  }
  __device__ void operator()(const long item) const {
    const long perLayer = static_cast<long>(rows) * pairStride;
    const long layer = item / perLayer;
    const int row = static_cast<int>(item % perLayer / pairStride);
    const int pair = static_cast<int>(item % pairStride);
    setWeights(to[layer * targetStride + row * pairStride + pair],
               static_cast<Scalar>(entry(layer, row, 2 * pair)),
               static_cast<Scalar>(entry(layer, row, 2 * pair + 1)));
  }
};

// to(layer).bias(i) = b(i), 0 outside
template <class Layer>
struct PackBiases {
  ConstParameterView theta;
  Layer* to;
  MatrixPart part;
  int width;
  long sourceStride;

  __device__ void operator()(const long item) const {
    const long layer = item / width;
    const int i = static_cast<int>(item % width);
    using Scalar = std::decay_t<decltype(to->bias[0])>;
    to[layer].bias[i] =
        i < part.rows ? static_cast<Scalar>(theta(part.bias + layer * sourceStride + i)) : Scalar(0);
  }
};

} // namespace terrace::resnet::detail::tensor
