#pragma once

// The fused sweep by matrix units. i, j: neurons, s: samples of the team, k: layers.

#include "kernels/common/LossKernels.hpp"
#include "kernels/device/tensor/TensorOperands.hpp"

namespace terrace::resnet::detail::tensor {

/// The way of one team's samples through all layers and back.
template <class Space, class Scalar, int tiles>
class Pass {
public:
  using Team = tensor::Team<Scalar, tiles>;
  using Operands = tensor::Operands<Space, Scalar, tiles>;
  using Memory = typename Team::Memory;
  using Layer = typename Team::Layer;
  using Tile = typename Operands::Tile;
  using State = Fragment<Scalar>[std::size_t(tiles)];

  __device__ Pass(const Operands& operands, Memory& memory)
      : o_(operands), network_(operands.network), memory_(memory), team_(static_cast<int>(blockIdx.x)),
        warp_(static_cast<int>(threadIdx.x) / 32), lane_(static_cast<int>(threadIdx.x) % 32), g_(lane_ / 4),
        t_(lane_ % 4), firstSample_(operands.firstSample + team_ * Team::samples) {}

  /// keeps: activations and some states are stored for backward().
  template <bool keeps>
  __device__ void forward() {
    startLayer(o_.packed.blocks, 0);
    State q;
    lift(q);
    for (int k = 0; k < network_.blocks; ++k) {
      awaitLayer();
      if (k + 1 < network_.blocks) startLayer(o_.packed.blocks, k + 1);
      if (keeps && hasState(k)) storeState(k, q);
      eulerStep<keeps>(k, q);
    }
    output(q);
    if (keeps) setShared(memory_.right, q);
  }

  /// Loss of the outputs, its sums and derivatives. With barriers before and after.
  __device__ void loss() const {
    __syncthreads();
    const LossOperands<Tile> operands = lossOperands();
    if (thread() < Team::samples) {
      for (int row = 0; row < sumRows; ++row) operands.sums(row, thread()) = 0;
      if (network_.crossEntropy) {
        CrossEntropy<Tile>{operands}(thread());
      } else {
        LeastSquares<Tile>{operands}(thread());
      }
    }
    __syncthreads();
    for (int row = warp_; row < sumRows; row += Team::warps) {
      double sum = 0;
      for (int s = lane_; s < Team::samples; s += 32) sum += memory_.sums[row * Team::samples + s];
      for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_xor_sync(~0u, sum, distance);
      if (lane_ == 0) o_.teamSums(row, team_) = sum;
    }
  }

  /// Derivatives of the team's loss; after forward<true>() and loss().
  __device__ void backward() {
    startLayer(o_.packed.transposedBlocks, network_.blocks - 1);
    State lambda, a;
    loadActivations(network_.blocks - 1, a);
    backwardOutput(lambda);
    for (int k = network_.blocks - 1; k >= 0; --k) {
      awaitLayer();
      if (k > 0) startLayer(o_.packed.transposedBlocks, k - 1);
      adjointStep(k, a, lambda);
      if (k > 0) loadActivations(k - 1, a); // they arrive while products are made
      __syncthreads();
      blockDerivatives(network_.block(k));
    }
    if (network_.lift != Lift::Identity) backwardLift(lambda);
  }

private:
  static constexpr int stride = Team::sampleStride;

  __device__ int thread() const { return static_cast<int>(threadIdx.x); }
  __device__ bool hasState(int k) const { return k % o_.layersBetweenStates == 0; }
  __device__ static int tilesOf(int count) { return (count + 7) / 8; }

  /// The layer's buffer in shared memory is free: awaitLayer() was called since it was used.
  __device__ void startLayer(const Layer* layers, int k) const {
    constexpr int units = static_cast<int>(sizeof(Layer)) / 16;
    const char* from = reinterpret_cast<const char*>(layers + k);
    char* to = reinterpret_cast<char*>(&memory_.layers[k % 2]);
    for (int unit = thread(); unit < units; unit += Team::threads)
      startCopy(to + 16 * unit, from + 16 * unit);
  }
  __device__ static void awaitLayer() {
    awaitCopies();
    __syncthreads();
  }

  /// Neuron 2t of tile j in the row of this lane's first sample; the other is 8 rows down.
  __device__ Scalar* shared(Scalar* array, int j) const {
    const int s = 16 * warp_ + g_;
    return array + s * stride + Team::column(s, 8 * j + 2 * t_);
  }
  __device__ Fragment<Scalar> getShared(Scalar* array, int j) const {
    const Scalar* first = shared(array, j);
    const auto a = *reinterpret_cast<const Pair<Scalar>*>(first);
    const auto b = *reinterpret_cast<const Pair<Scalar>*>(first + 8 * stride);
    return {{a.value[0], a.value[1], b.value[0], b.value[1]}};
  }
  __device__ void setShared(Scalar* array, int j, const Fragment<Scalar>& values) const {
    Scalar* first = shared(array, j);
    *reinterpret_cast<Pair<Scalar>*>(first) = {{values.value[0], values.value[1]}};
    *reinterpret_cast<Pair<Scalar>*>(first + 8 * stride) = {{values.value[2], values.value[3]}};
  }
  __device__ void setShared(Scalar* array, const State& values) const {
#pragma unroll
    for (int j = 0; j < tiles; ++j) setShared(array, j, values[j]);
  }

  /// This lane's place of tile j of a layer in an array of fragments: all lanes' first halves lie side by
  /// side, then the others.
  __device__ Pair<Scalar>* at(Fragment<Scalar>* array, int layers, int layer, int j) const {
    const long tile = ((static_cast<long>(team_) * layers + layer) * Team::warps + warp_) * tiles + j;
    return reinterpret_cast<Pair<Scalar>*>(array) + tile * 64 + lane_;
  }
  __device__ static void store(Pair<Scalar>* place, const Fragment<Scalar>& values) {
    place[0] = {{values.value[0], values.value[1]}};
    place[32] = {{values.value[2], values.value[3]}};
  }
  __device__ static Fragment<Scalar> load(const Pair<Scalar>* place) {
    const Pair<Scalar> a = place[0], b = place[32];
    return {{a.value[0], a.value[1], b.value[0], b.value[1]}};
  }
  __device__ Pair<Scalar>* activation(int k, int j) const {
    return at(o_.activations, network_.blocks, k, j);
  }
  __device__ Pair<Scalar>* state(int k, int j) const {
    const int kept = (network_.blocks + o_.layersBetweenStates - 1) / o_.layersBetweenStates;
    return at(o_.states, kept, k / o_.layersBetweenStates, j);
  }
  __device__ void storeState(int k, const State& q) const {
#pragma unroll
    for (int j = 0; j < tiles; ++j) store(state(k, j), q[j]);
  }

  __device__ void loadActivations(int k, State& a) const {
#pragma unroll
    for (int j = 0; j < tiles; ++j) a[j] = load(activation(k, j));
  }

  /// Input of the sample of a lane's row; behind the last sample that of the last.
  __device__ Scalar input(int feature, int s) const {
    if (feature >= network_.features) return 0;
    const int sample = firstSample_ + s, last = o_.loss.count - 1;
    return o_.inputs(feature, sample < last ? sample : last);
  }
  __device__ Fragment<Scalar> inputs(int tile) const {
    const int f = 8 * tile + 2 * t_, s = 16 * warp_ + g_;
    return {{input(f, s), input(f + 1, s), input(f, s + 8), input(f + 1, s + 8)}};
  }
  __device__ Scalar parameter(long position) const {
    return position < 0 ? Scalar(0) : static_cast<Scalar>(o_.theta(position));
  }
  /// Two biases in both rows.
  __device__ static Fragment<Scalar> bothRows(Scalar first, Scalar second) {
    return {{first, second, first, second}};
  }
  __device__ Fragment<Scalar> activated(const Fragment<Scalar>& z) const {
    Fragment<Scalar> a;
    network_.sigma.apply([&](auto sigma) {
#pragma unroll
      for (int e = 0; e < 4; ++e) a.value[e] = decltype(sigma)::template value<PackOf<Scalar, 1>>(z.value[e]);
    });
    return a;
  }

  // q = q_0 = Q x + b, activated if the lift is;  neurons from the width on have no influence
  __device__ void lift(State& q) const {
    if (network_.lift == Lift::Identity) {
#pragma unroll
      for (int j = 0; j < tiles; ++j) q[j] = inputs(j);
      return;
    }
#pragma unroll
    for (int j = 0; j < tiles; ++j) {
      const int i = 8 * j + 2 * t_;
      const bool hasBias = network_.liftBias >= 0;
      const auto bias = [&](int n) {
        return parameter(hasBias && n < network_.width ? network_.liftBias + n : -1);
      };
      q[j] = bothRows(bias(i), bias(i + 1));
    }
    for (int f = 0; f < tilesOf(network_.features); ++f) {
      const Factor<Scalar> x = toFactor(inputs(f));
#pragma unroll
      for (int j = 0; j < tiles; ++j)
        multiplyAdd(q[j], x, o_.packed.lift[(8 * j + g_) * o_.packed.liftPairs + 4 * f + t_]);
    }
    if (network_.lift != Lift::Activated) return;
    setShared(memory_.left, q);
    for (int j = 0; j < tiles; ++j) setShared(memory_.left, j, activated(getShared(memory_.left, j)));
#pragma unroll
    for (int j = 0; j < tiles; ++j) q[j] = getShared(memory_.left, j);
  }

  // a = sigma(W q + b),  q += h a
  template <bool keeps>
  __device__ void eulerStep(int k, State& q) const {
    network_.sigma.apply([&](auto sigma) { eulerStepBy<keeps, decltype(sigma)>(k, q); });
  }

  // The products of the next tiles are made while those before are activated.
  template <bool keeps, class Sigma>
  __device__ void eulerStepBy(int k, State& q) const {
    constexpr int together = tiles % 2 == 0 ? 2 : 1;
    const Layer& layer = memory_.layers[k % 2];
    Factor<Scalar> factors[std::size_t(tiles)];
#pragma unroll
    for (int j = 0; j < tiles; ++j) factors[j] = toFactor(q[j]);
    State a;
    Fragment<Scalar> sums[2][std::size_t(together)];
    const auto multiply = [&](int first, Fragment<Scalar>(&z)[std::size_t(together)]) {
#pragma unroll
      for (int n = 0; n < together; ++n) {
        const auto bias = *reinterpret_cast<const Pair<Scalar>*>(layer.bias + 8 * (first + n) + 2 * t_);
        z[n] = bothRows(bias.value[0], bias.value[1]);
      }
      const WeightPair<Scalar>* row = layer.weights + (8 * first + g_) * Team::pairStride + t_;
#pragma unroll
      for (int i = 0; i < tiles; ++i)
#pragma unroll
        for (int n = 0; n < together; ++n)
          multiplyAdd(z[n], factors[i], row[8 * n * Team::pairStride + 4 * i]);
    };
    multiply(0, sums[0]);
#pragma unroll
    for (int first = 0; first < tiles; first += together) {
      const int turn = first / together % 2;
      if (first + together < tiles) multiply(first + together, sums[1 - turn]);
#pragma unroll
      for (int n = 0; n < together; ++n) {
#pragma unroll
        for (int e = 0; e < 4; ++e)
          a[first + n].value[e] = Sigma::template value<PackOf<Scalar, 1>>(sums[turn][n].value[e]);
        if (keeps) store(activation(k, first + n), a[first + n]);
      }
    }
#pragma unroll
    for (int j = 0; j < tiles; ++j)
#pragma unroll
      for (int e = 0; e < 4; ++e) q[j].value[e] += network_.h * a[j].value[e];
  }

  __device__ Scalar& output(int row, int c, int s) const {
    return o_.outputs(team_, row, c, s);
  }

  // y = V q + c
  __device__ void output(const State& q) const {
    Factor<Scalar> factors[std::size_t(tiles)];
#pragma unroll
    for (int j = 0; j < tiles; ++j) factors[j] = toFactor(q[j]);
    const int s = 16 * warp_ + g_;
#pragma unroll 1
    for (int tile = 0; tile < tilesOf(network_.outputs); ++tile) {
      const int c = 8 * tile + 2 * t_;
      const auto bias = [&](int n) { return parameter(n < network_.outputs ? network_.outputBias + n : -1); };
      Fragment<Scalar> y = bothRows(bias(c), bias(c + 1));
      const WeightPair<Scalar>* row = o_.packed.output + (8 * tile + g_) * 4 * tiles + t_;
#pragma unroll
      for (int i = 0; i < tiles; ++i) multiplyAdd(y, factors[i], row[4 * i]);
#pragma unroll
      for (int e = 0; e < 2; ++e)
        if (c + e < network_.outputs) {
          output(yRow, c + e, s) = y.value[e];
          output(yRow, c + e, s + 8) = y.value[2 + e];
        }
    }
  }

  __device__ LossOperands<Tile> lossOperands() const {
    using Slab = typename Tile::Slab;
    const std::size_t outputs = static_cast<std::size_t>(network_.outputs), samples = Team::samples;
    LossOperands<Tile> team = o_.loss;
    const auto slab = [&](int row) { return Slab(&o_.outputs(team_, row, 0, 0), outputs, samples); };
    team.y = slab(yRow);
    team.p = slab(pRow);
    team.delta = slab(deltaRow);
    team.sums = typename LossOperands<Tile>::Sums(memory_.sums, sumRows, samples);
    const int left = o_.loss.count - firstSample_;
    team.count = left < Team::samples ? left : Team::samples;
    const std::size_t first = static_cast<std::size_t>(firstSample_);
    if (team.labels.extent(0) > 0) {
      team.labels = typename LossOperands<Tile>::Labels(o_.loss.labels.data() + first,
                                                        static_cast<std::size_t>(team.count));
    } else {
      const auto& targets = o_.loss.targets;
      team.targets = typename Tile::ConstSlab(targets.data() + first, targets.extent(0), targets.extent(1));
    }
    return team;
  }

  // lambda = V^T delta;  derivatives by V and c.  right is q_K.
  __device__ void backwardOutput(State& lambda) const {
#pragma unroll
    for (int j = 0; j < tiles; ++j) lambda[j] = bothRows(0, 0);
    const int s = 16 * warp_ + g_;
    for (int first = 0; first < network_.outputs; first += Team::width) {
#pragma unroll 1
      for (int tile = 0; tile < tiles; ++tile) {
        const int c = first + 8 * tile + 2 * t_;
        const auto delta = [&](int n, int sample) {
          return n < network_.outputs ? output(deltaRow, n, sample) : Scalar(0);
        };
        const Fragment<Scalar> value{{delta(c, s), delta(c + 1, s), delta(c, s + 8), delta(c + 1, s + 8)}};
        setShared(memory_.left, tile, value);
        if (first + 8 * tile >= network_.outputs) continue;
        const Factor<Scalar> factor = toFactor(value);
        const WeightPair<Scalar>* column = o_.packed.transposedOutput + first / 2 + 4 * tile + t_;
#pragma unroll
        for (int j = 0; j < tiles; ++j)
          multiplyAdd(lambda[j], factor, column[(8 * j + g_) * o_.packed.outputPairs]);
      }
      __syncthreads();
      derivativesOf(network_.outputRows(first, Team::width));
      __syncthreads();
    }
  }

  // mu = h sigma'(a) lambda (left, and in place of a),  q = q_k (right),  lambda += W^T mu
  __device__ void adjointStep(int k, State& a, State& lambda) const {
    if (hasState(k)) {
#pragma unroll
      for (int j = 0; j < tiles; ++j) setShared(memory_.right, j, load(state(k, j)));
    } else {
#pragma unroll
      for (int j = 0; j < tiles; ++j) {
        Fragment<Scalar> q = getShared(memory_.right, j);
#pragma unroll
        for (int e = 0; e < 4; ++e) q.value[e] -= network_.h * a[j].value[e];
        setShared(memory_.right, j, q);
      }
    }
    network_.sigma.apply([&](auto sigma) {
#pragma unroll
      for (int j = 0; j < tiles; ++j)
#pragma unroll
        for (int e = 0; e < 4; ++e)
          a[j].value[e] = network_.h * decltype(sigma)::template slope<PackOf<Scalar, 1>>(a[j].value[e]) *
                          lambda[j].value[e];
    });
#pragma unroll
    for (int j = 0; j < tiles; ++j) setShared(memory_.left, j, a[j]);
    if (k == 0 && network_.lift == Lift::Identity) return;
    const Layer& layer = memory_.layers[k % 2];
#pragma unroll
    for (int i = 0; i < tiles; ++i) {
      const Factor<Scalar> mu = toFactor(a[i]);
      const WeightPair<Scalar>* column = layer.weights + g_ * Team::pairStride + 4 * i + t_;
#pragma unroll
      for (int j = 0; j < tiles; ++j) multiplyAdd(lambda[j], mu, column[8 * j * Team::pairStride]);
    }
  }

  /// Neurons 16 m to 16 m + 15 of left at the 8 samples from 8 step on.
  __device__ Factor<Scalar> leftFactor(int m, int step) const {
    // Samples t and t + 4 of a step have their neurons at the same places.
    const int s = 8 * step + t_;
    const Scalar* first = memory_.left + s * stride + Team::column(s, 16 * m + g_);
    const bool two = 16 * m + 8 < Team::width;
    return toFactor(Fragment<Scalar>{
        {first[0], first[4 * stride], two ? first[8] : Scalar(0), two ? first[4 * stride + 8] : Scalar(0)}});
  }
  /// Neurons 8 n to 8 n + 7 of right.
  __device__ WeightPair<Scalar> rightFactor(int n, int step) const {
    const int s = 8 * step + t_;
    const Scalar* first = memory_.right + s * stride + Team::column(s, 8 * n + g_);
    WeightPair<Scalar> pair;
    setWeights(pair, first[0], first[4 * stride]);
    return pair;
  }
  __device__ void storeDerivatives(const MatrixPart& part, int m, int n, const Fragment<Scalar>& sums) const {
    double* derivatives = &o_.derivatives(team_, 0);
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      const int i = 16 * m + 8 * (e / 2) + g_, j = 8 * n + 2 * t_ + e % 2;
      if (i < part.rows && j < part.columns)
        derivatives[part.weights + i * part.rowStride + j] = static_cast<double>(sums.value[e]);
    }
  }

  // g(i) = sum_s left(s, i): 8 neurons a warp, 4 lanes each
  __device__ void storeBiasDerivatives(const MatrixPart& part) const {
    if (part.bias < 0) return;
    const int i = 8 * warp_ + lane_ % 8;
    Scalar sum = 0;
#pragma unroll 8
    for (int s = lane_ / 8; s < Team::samples; s += 4) sum += memory_.left[s * stride + Team::column(s, i)];
    sum += __shfl_xor_sync(~0u, sum, 8);
    sum += __shfl_xor_sync(~0u, sum, 16);
    if (lane_ < 8 && i < part.rows) o_.derivatives(team_, part.bias + i) = static_cast<double>(sum);
  }

  // G(i, j) = sum_s left(s, i) right(s, j) over the team's samples, for a square block: each warp has some
  // tiles of one row of them
  __device__ void blockDerivatives(const MatrixPart& part) const {
    constexpr int rowsOfTiles = (tiles + 1) / 2, columns = tiles * rowsOfTiles / Team::warps;
    static_assert(columns * Team::warps == tiles * rowsOfTiles);
    const int m = warp_ % rowsOfTiles, first = warp_ / rowsOfTiles * columns;
    Fragment<Scalar> sums[std::size_t(columns)];
#pragma unroll
    for (int n = 0; n < columns; ++n) sums[n] = bothRows(0, 0);
#pragma unroll 2
    for (int step = 0; step < Team::samples / 8; ++step) {
      const Factor<Scalar> left = leftFactor(m, step);
#pragma unroll
      for (int n = 0; n < columns; ++n) multiplyAdd(sums[n], left, rightFactor(first + n, step));
    }
#pragma unroll
    for (int n = 0; n < columns; ++n) storeDerivatives(part, m, first + n, sums[n]);
    storeBiasDerivatives(part);
  }

  // The same for any part
  __device__ void derivativesOf(const MatrixPart& part) const {
    const int columns = tilesOf(part.columns), all = (part.rows + 15) / 16 * columns;
    for (int tile = warp_; tile < all; tile += Team::warps) {
      Fragment<Scalar> sums = bothRows(0, 0);
      for (int step = 0; step < Team::samples / 8; ++step)
        multiplyAdd(sums, leftFactor(tile / columns, step), rightFactor(tile % columns, step));
      storeDerivatives(part, tile / columns, tile % columns, sums);
    }
    storeBiasDerivatives(part);
  }

  // lambda = sigma'(q_0) lambda if the lift is activated;  derivatives by Q and b.  right is q_0.
  __device__ void backwardLift(const State& lambda) const {
    __syncthreads();
    setShared(memory_.left, lambda);
    for (int j = 0; j < tiles && network_.lift == Lift::Activated; ++j) {
      const Fragment<Scalar> q = getShared(memory_.right, j);
      Fragment<Scalar> mu = getShared(memory_.left, j);
#pragma unroll
      for (int e = 0; e < 4; ++e) mu.value[e] *= network_.sigma.slope(q.value[e]);
      setShared(memory_.left, j, mu);
    }
    for (int first = 0; first < network_.features; first += Team::width) {
      for (int j = 0; j < tiles; ++j) setShared(memory_.right, j, inputs(first / 8 + j));
      __syncthreads();
      derivativesOf(network_.liftColumns(first, Team::width));
      __syncthreads();
    }
  }

  const Operands& o_;
  const FusedNetwork<Scalar>& network_;
  Memory& memory_;
  int team_;
  int warp_;
  int lane_;
  int g_; ///< The sample of a lane in its fragments, and the neuron of its weights.
  int t_; ///< The pair of a lane.
  int firstSample_;
};

/// Outputs; losses if they are wanted.
template <class Space, class Scalar, int tiles>
__global__ void __launch_bounds__(Team<Scalar, tiles>::threads)
    valueKernel(const __grid_constant__ Operands<Space, Scalar, tiles> operands) {
  extern __shared__ __align__(16) char memory[];
  using Pass = tensor::Pass<Space, Scalar, tiles>;
  Pass pass(operands, *reinterpret_cast<typename Pass::Memory*>(memory));
  pass.template forward<false>();
  if (operands.hasLoss) pass.loss();
}

/// Losses, and their derivatives summed over each team.
template <class Space, class Scalar, int tiles>
__global__ void __launch_bounds__(Team<Scalar, tiles>::threads)
    gradientKernel(const __grid_constant__ Operands<Space, Scalar, tiles> operands) {
  extern __shared__ __align__(16) char memory[];
  using Pass = tensor::Pass<Space, Scalar, tiles>;
  Pass pass(operands, *reinterpret_cast<typename Pass::Memory*>(memory));
  pass.template forward<true>();
  pass.loss();
  pass.backward();
}

} // namespace terrace::resnet::detail::tensor
