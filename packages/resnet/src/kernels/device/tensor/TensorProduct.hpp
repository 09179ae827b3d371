#pragma once

// Products of layers by matrix units, for layers that do not fit one kernel. i, j: neurons, s: samples.

#include "kernels/common/Tile.hpp"
#include "kernels/device/tensor/Fragments.hpp"
#include "kernels/device/tensor/Launch.hpp"

#include <Kokkos_Core.hpp>

#include <string>

namespace terrace::resnet::detail::tensor {

/// A row-major matrix in device memory.
template <class Scalar>
struct Matrix {
  const Scalar* entries;
  int rows;
  int columns;
  long rowStride;

  /// Whether rows can be copied 16 bytes at a time.
  bool isAligned() const {
    return reinterpret_cast<std::uintptr_t>(entries) % 16 == 0 &&
           rowStride % (16 / static_cast<long>(sizeof(Scalar))) == 0;
  }
};

/// A block of \p rows x \p columns of a matrix in shared memory, by all threads of a team.
///
/// The padding keeps lanes that read at once out of each other's banks: they read pairs along eight rows
/// (\p alongRows), or single entries down four rows of every other pair.
template <class Scalar, int rows, int columns, bool alongRows, int threads>
struct Block {
  static constexpr int stride = columns + (alongRows ? 8 : 16 / static_cast<int>(sizeof(Scalar)));
  alignas(16) Scalar entries[std::size_t(rows) * std::size_t(stride)];

  /// Starts copies of the block that begins at (\p row, \p column); 0 outside.
  __device__ void start(const Matrix<Scalar>& from, int row, int column, bool isAligned) {
    constexpr int scalars = 16 / static_cast<int>(sizeof(Scalar));
    if (isAligned) {
      copy<scalars>(from, row, column);
    } else {
      copy<1>(from, row, column);
    }
  }

private:
  template <int scalars>
  __device__ void copy(const Matrix<Scalar>& from, int row, int column) {
    constexpr int perRow = columns / scalars;
    for (int unit = static_cast<int>(threadIdx.x); unit < rows * perRow; unit += threads) {
      const int i = unit / perRow, j = unit % perRow * scalars;
      const bool inside = row + i < from.rows;
      const int left = inside ? from.columns - column - j : 0;
      const int count = left < 0 ? 0 : (left < scalars ? left : scalars);
      const Scalar* source =
          count > 0 ? from.entries + (row + i) * from.rowStride + column + j : from.entries;
      startPartialCopy<scalars* static_cast<int>(sizeof(Scalar))>(entries + i * stride + j, source,
                                                                  count * static_cast<int>(sizeof(Scalar)));
    }
  }
};

template <class Scalar>
struct ProductShape {
  static constexpr int threads = 256;
  static constexpr int rows = 64;     ///< Neurons of a team: two rows of warps.
  static constexpr int samples = 128; ///< Of a team: four columns of warps.
  static constexpr int depth = 16;    ///< Of a step.
  static constexpr int buffers = 3;

  struct Step {
    Block<Scalar, rows, depth, true, threads> left;
    Block<Scalar, depth, samples, false, threads> right;
  };
  static constexpr int sumStride = samples + 8;

  union Memory {
    Step steps[std::size_t(buffers)];
    Scalar sums[std::size_t(rows * sumStride)]; ///< After the last step.
  };
};

/// y(i, s) = [y(i, s)] + sum_j A(i, j) x(j, s) + sum_j B(i, j) z(j, s), and finish with it: see Gemm.hpp.
template <class Tile, class Finish>
struct ProductOperands {
  using Scalar = typename Tile::Scalar;

  Matrix<Scalar> left[2];
  Matrix<Scalar> right[2];
  bool leftAligned[2];
  bool rightAligned[2];
  int terms;
  bool accumulate;
  typename Tile::Slab y;
  int samples;
  Finish finish;
};

template <class Tile, class Finish>
class Product {
public:
  using Scalar = typename Tile::Scalar;
  using Shape = ProductShape<Scalar>;
  using Operands = ProductOperands<Tile, Finish>;
  using Memory = typename Shape::Memory;

  __device__ Product(const Operands& operands, Memory& memory)
      : o_(operands), memory_(memory), lane_(static_cast<int>(threadIdx.x) % 32),
        row_(static_cast<int>(blockIdx.y) * Shape::rows),
        sample_(static_cast<int>(blockIdx.x) * Shape::samples),
        warpRow_(static_cast<int>(threadIdx.x) / 32 % 2 * 32),
        warpSample_(static_cast<int>(threadIdx.x) / 64 * 32) {}

  __device__ void run() {
    Fragment<Scalar> sums[2][4] = {};
    const int first = stepsOf(0), all = first + (o_.terms > 1 ? stepsOf(1) : 0);
    for (int step = 0; step < Shape::buffers - 1; ++step) start(step, first, all);
    for (int step = 0; step < all; ++step) {
      awaitAllBut<Shape::buffers - 2>();
      __syncthreads();
      start(step + Shape::buffers - 1, first, all);
      multiply(memory_.steps[step % Shape::buffers], sums);
    }
    end(sums);
  }

private:
  __device__ int stepsOf(int term) const { return (o_.left[term].columns + Shape::depth - 1) / Shape::depth; }

  __device__ void start(int step, int first, int all) {
    if (step < all) {
      const int term = step < first ? 0 : 1, at = (step - term * first) * Shape::depth;
      auto& buffer = memory_.steps[step % Shape::buffers];
      buffer.left.start(o_.left[term], row_, at, o_.leftAligned[term]);
      buffer.right.start(o_.right[term], at, sample_, o_.rightAligned[term]);
    }
    endGroup();
  }

  __device__ void multiply(const typename Shape::Step& step, Fragment<Scalar> (&sums)[2][4]) const {
    const int g = lane_ / 4, t = lane_ % 4;
#pragma unroll
    for (int k = 0; k < Shape::depth; k += 8) {
      Factor<Scalar> left[2];
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        const Scalar* first = step.left.entries + (warpRow_ + 16 * m + g) * step.left.stride + k + 2 * t;
        const auto a = *reinterpret_cast<const Pair<Scalar>*>(first);
        const auto b = *reinterpret_cast<const Pair<Scalar>*>(first + 8 * step.left.stride);
        left[m] = toFactor(Fragment<Scalar>{{a.value[0], a.value[1], b.value[0], b.value[1]}});
      }
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        const Scalar* first = step.right.entries + (k + 2 * t) * step.right.stride + warpSample_ + 8 * n + g;
        WeightPair<Scalar> right;
        setWeights(right, first[0], first[step.right.stride]);
#pragma unroll
        for (int m = 0; m < 2; ++m) multiplyAdd(sums[m][n], left[m], right);
      }
    }
  }

  /// The sums pass through shared memory, so that neighbouring lanes have neighbouring samples. A few entries
  /// at a time: first what they need of device memory, then what they write.
  __device__ void end(const Fragment<Scalar> (&sums)[2][4]) {
    const int g = lane_ / 4, t = lane_ % 4;
    __syncthreads();
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
      for (int n = 0; n < 4; ++n) {
        Scalar* first =
            memory_.sums + (warpRow_ + 16 * m + g) * Shape::sumStride + warpSample_ + 8 * n + 2 * t;
        *reinterpret_cast<Pair<Scalar>*>(first) = {{sums[m][n].value[0], sums[m][n].value[1]}};
        *reinterpret_cast<Pair<Scalar>*>(first +
                                         8 * Shape::sumStride) = {{sums[m][n].value[2], sums[m][n].value[3]}};
      }
    __syncthreads();
    constexpr int warps = Shape::threads / 32, together = 2, columns = Shape::samples / 32;
    for (int first = static_cast<int>(threadIdx.x) / 32; first < Shape::rows; first += together * warps) {
      typename Finish::Read read[together][columns];
      Scalar before[together][columns] = {};
      const auto forEach = [&](const auto& f) {
#pragma unroll
        for (int r = 0; r < together; ++r)
#pragma unroll
          for (int c = 0; c < columns; ++c) {
            const int row = first + r * warps, column = lane_ + 32 * c;
            if (row_ + row < o_.left[0].rows && sample_ + column < o_.samples) f(r, c, row, column);
          }
      };
      forEach([&](int r, int c, int row, int column) {
        read[r][c] = o_.finish.read(row_ + row, sample_ + column);
        if (o_.accumulate) before[r][c] = o_.y(row_ + row, sample_ + column);
      });
      forEach([&](int r, int c, int row, int column) {
        o_.finish.entry(row_ + row, sample_ + column,
                        before[r][c] + memory_.sums[row * Shape::sumStride + column], read[r][c]);
      });
    }
  }

  const Operands& o_;
  Memory& memory_;
  int lane_;
  int row_;
  int sample_;
  int warpRow_;
  int warpSample_;
};

template <class Tile, class Finish>
__global__ void __launch_bounds__(ProductShape<typename Tile::Scalar>::threads, 2)
    productKernel(const __grid_constant__ ProductOperands<Tile, Finish> operands) {
  extern __shared__ __align__(16) char memory[];
  using Product = tensor::Product<Tile, Finish>;
  Product(operands, *reinterpret_cast<typename Product::Memory*>(memory)).run();
}

/// Sums over pieces of the samples, in double: G(piece, i, j) = sum_s mu(i, s) x(j, s), and behind them
/// g(piece, i) = sum_s mu(i, s).
template <class Scalar>
struct OuterShape {
  static constexpr int threads = 256;
  static constexpr int rows = 64; ///< And columns.
  static constexpr int depth = 16;
  static constexpr int buffers = 3;

  struct Step {
    Block<Scalar, rows, depth, true, threads> left;
    Block<Scalar, rows, depth, true, threads> right;
  };
  struct Memory {
    Step steps[std::size_t(buffers)];
  };
};

template <class Scalar>
struct OuterOperands {
  Matrix<Scalar> mu;
  Matrix<Scalar> x;
  bool muAligned;
  bool xAligned;
  int samplesOfPiece;
  double* sums; ///< Pieces x entriesOfPiece().

  KOKKOS_INLINE_FUNCTION long entriesOfPiece() const { return static_cast<long>(mu.rows) * (x.rows + 1); }
};

/// The tiles of a warp: 32 rows by 16 columns, and for half of the warps the sums of 16 rows.
template <class Scalar>
struct OuterSums {
  Fragment<Scalar> products[2][2] = {};
  Fragment<Scalar> rows = {};
};

template <class Scalar>
__global__ void __launch_bounds__(OuterShape<Scalar>::threads, 2)
    outerKernel(const __grid_constant__ OuterOperands<Scalar> o) {
  using Shape = OuterShape<Scalar>;
  extern __shared__ __align__(16) char bytes[];
  auto& memory = *reinterpret_cast<typename Shape::Memory*>(bytes);
  const int lane = static_cast<int>(threadIdx.x) % 32, warp = static_cast<int>(threadIdx.x) / 32;
  const int g = lane / 4, t = lane % 4;
  const int row = static_cast<int>(blockIdx.y) * Shape::rows,
            column = static_cast<int>(blockIdx.x) * Shape::rows;
  const int warpRow = warp % 2 * 32, warpColumn = warp / 2 * 16;
  const int rowSums = blockIdx.x == 0 ? warp / 2 : 2; // the rows m whose sums this warp makes: 0, 1 or none
  const int begin = static_cast<int>(blockIdx.z) * o.samplesOfPiece;
  const int left = o.mu.columns - begin, piece = left < o.samplesOfPiece ? left : o.samplesOfPiece;
  const int steps = (piece + Shape::depth - 1) / Shape::depth;
  const auto start = [&](int step) {
    if (step < steps) {
      auto& buffer = memory.steps[step % Shape::buffers];
      buffer.left.start(o.mu, row, begin + step * Shape::depth, o.muAligned);
      buffer.right.start(o.x, column, begin + step * Shape::depth, o.xAligned);
    }
    endGroup();
  };
  OuterSums<Scalar> sums;
  OuterSums<double> totals;
  // Sums of floats go on in double after each sample group.
  const auto move = [&](const Fragment<Scalar>& from, Fragment<double>& to) {
#pragma unroll
    for (int e = 0; e < 4; ++e) to.value[e] += static_cast<double>(from.value[e]);
  };
  const auto moveAll = [&] {
#pragma unroll
    for (int m = 0; m < 2; ++m)
#pragma unroll
      for (int n = 0; n < 2; ++n) move(sums.products[m][n], totals.products[m][n]);
    move(sums.rows, totals.rows);
    sums = {};
  };
  WeightPair<Scalar> ones;
  setWeights(ones, Scalar(1), Scalar(1));
  for (int step = 0; step < Shape::buffers - 1; ++step) start(step);
  for (int step = 0; step < steps; ++step) {
    awaitAllBut<Shape::buffers - 2>();
    __syncthreads();
    start(step + Shape::buffers - 1);
    const auto& now = memory.steps[step % Shape::buffers];
#pragma unroll
    for (int k = 0; k < Shape::depth; k += 8) {
      WeightPair<Scalar> right[2];
#pragma unroll
      for (int n = 0; n < 2; ++n) {
        const auto pair = *reinterpret_cast<const Pair<Scalar>*>(
            now.right.entries + (warpColumn + 8 * n + g) * now.right.stride + k + 2 * t);
        setWeights(right[n], pair.value[0], pair.value[1]);
      }
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        const Scalar* first = now.left.entries + (warpRow + 16 * m + g) * now.left.stride + k + 2 * t;
        const auto a = *reinterpret_cast<const Pair<Scalar>*>(first);
        const auto b = *reinterpret_cast<const Pair<Scalar>*>(first + 8 * now.left.stride);
        const Factor<Scalar> factor =
            toFactor(Fragment<Scalar>{{a.value[0], a.value[1], b.value[0], b.value[1]}});
#pragma unroll
        for (int n = 0; n < 2; ++n) multiplyAdd(sums.products[m][n], factor, right[n]);
        if (m == rowSums) multiplyAdd(sums.rows, factor, ones);
      }
    }
    if (sizeof(Scalar) == 4 && step % 8 == 7) moveAll();
  }
  moveAll();
  double* to = o.sums + static_cast<long>(blockIdx.z) * o.entriesOfPiece();
#pragma unroll
  for (int m = 0; m < 2; ++m)
#pragma unroll
    for (int e = 0; e < 4; ++e) {
      const int i = row + warpRow + 16 * m + 8 * (e / 2) + g;
      if (i >= o.mu.rows) continue;
#pragma unroll
      for (int n = 0; n < 2; ++n) {
        const int j = column + warpColumn + 8 * n + 2 * t + e % 2;
        if (j < o.x.rows) to[static_cast<long>(i) * o.x.rows + j] = totals.products[m][n].value[e];
      }
      if (m == rowSums && t == 0 && e % 2 == 0)
        to[static_cast<long>(o.mu.rows) * o.x.rows + i] = totals.rows.value[e];
    }
}

// weights(i, j) += factor (G(0, i, j) + G(1, i, j) + ...);  bias(i) likewise, unless it is null
template <class Scalar>
struct AddPiecesOfSums {
  OuterOperands<Scalar> operands;
  double* weights;
  double* bias;
  double factor;
  int pieces;

  KOKKOS_INLINE_FUNCTION void operator()(const long entry) const {
    const long products = static_cast<long>(operands.mu.rows) * operands.x.rows;
    double* to = entry < products ? weights + entry : (bias != nullptr ? bias + (entry - products) : nullptr);
    if (to == nullptr) return;
    double sum = 0;
    for (int piece = 0; piece < pieces; ++piece)
      sum += operands.sums[piece * operands.entriesOfPiece() + entry];
    *to += factor * sum;
  }
};

/// Samples that are summed together in derivatives by \p entries weights: few where they are few, to fill the
/// device.
inline int samplesOfPiece(long entries) {
  return entries > 128L * 128 ? 2048 : 512;
}

/// Doubles that multiplyTransposed() needs for a layer and a chunk of samples.
inline long workspaceOf(long outputs, long inputs, int samples) {
  const int together = samplesOfPiece(outputs * inputs);
  return (samples + together - 1) / together * outputs * (inputs + 1);
}

template <class View>
Matrix<typename View::non_const_value_type> matrixOf(const View& view, int columns) {
  return {view.data(), static_cast<int>(view.extent(0)), columns, static_cast<long>(view.stride(0))};
}

/// The second term may be empty.
template <class Tile, class Finish>
void multiply(const typename Tile::Execution& space, const std::string& label,
              const typename Tile::Weights& A, const typename Tile::ConstSlab& x,
              const typename Tile::Weights& B, const typename Tile::ConstSlab& z,
              const typename Tile::Slab& y, bool accumulate, int samples, const Finish& finish) {
  using Shape = ProductShape<typename Tile::Scalar>;
  ProductOperands<Tile, Finish> o{{}, {}, {}, {}, B.rows > 0 ? 2 : 1, accumulate, y, samples, finish};
  const typename Tile::Weights* weights[] = {&A, &B};
  const typename Tile::ConstSlab* slabs[] = {&x, &z};
  for (int term = 0; term < o.terms; ++term) {
    o.left[term] = {weights[term]->entries, weights[term]->rows, weights[term]->columns,
                    weights[term]->columns};
    o.right[term] = matrixOf(*slabs[term], samples);
    o.right[term].rows = weights[term]->columns;
    o.leftAligned[term] = o.left[term].isAligned();
    o.rightAligned[term] = o.right[term].isAligned();
  }
  const dim3 grid(static_cast<unsigned>((samples + Shape::samples - 1) / Shape::samples),
                  static_cast<unsigned>((A.rows + Shape::rows - 1) / Shape::rows));
  launch<Shape>(space, label, productKernel<Tile, Finish>, grid, o);
}

/// weights(i, j) += factor sum_s mu(i, s) x(j, s),  bias(i) += factor sum_s mu(i, s) unless it is null.
/// \param workspace  of workspaceOf() doubles.
template <class Tile>
void multiplyTransposed(const typename Tile::Execution& space, const std::string& label, double factor,
                        const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& x,
                        double* weights, double* bias, double* workspace, int samples) {
  using Scalar = typename Tile::Scalar;
  using Shape = OuterShape<Scalar>;
  OuterOperands<Scalar> o{matrixOf(mu, samples), matrixOf(x, samples), false, false, 0, workspace};
  o.muAligned = o.mu.isAligned();
  o.xAligned = o.x.isAligned();
  o.samplesOfPiece = samplesOfPiece(static_cast<long>(o.mu.rows) * o.x.rows);
  const int pieces = (samples + o.samplesOfPiece - 1) / o.samplesOfPiece;
  const auto blocks = [](int rows) { return static_cast<unsigned>((rows + Shape::rows - 1) / Shape::rows); };
  launch<Shape>(space, label, outerKernel<Scalar>,
                dim3(blocks(o.x.rows), blocks(o.mu.rows), static_cast<unsigned>(pieces)), o);
  Kokkos::parallel_for(
      label,
      Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(space, 0, o.entriesOfPiece()),
      AddPiecesOfSums<Scalar>{o, weights, bias, factor, pieces});
}

} // namespace terrace::resnet::detail::tensor
