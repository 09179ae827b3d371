#pragma once

// What a team of the fused sweeps does with the matrix of one layer. i, j: neurons, s: samples of the team.

#include "kernels/common/Alignment.hpp"
#include "kernels/common/Unroll.hpp"

#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/SampleGroup.hpp>

#include <Kokkos_Core.hpp>

#include <type_traits>

namespace terrace::resnet::detail {

/// Samples of a team: half of a sample group, so that the same samples are summed together whatever the
/// number of ranks, and few enough for the 48 KiB of scratch that every CUDA device has.
constexpr int teamSamples = samplesOfGroup / 2;
static_assert(samplePadding % teamSamples == 0, "a team reads inputs to the end of its samples");

/// Samples of one thread: on the host, where a team is one thread, all of them.
template <class Space>
constexpr int samplesOfThread =
    std::is_same_v<typename Space::memory_space, Kokkos::HostSpace> ? teamSamples : 1;

/// Part of a layer's matrix A, and its bias, in the vector of parameters.
struct MatrixPart {
  int rows;
  int columns;
  long weights;   ///< Position of A(0, 0).
  long rowStride; ///< From A(i, j) to A(i + 1, j).
  long bias;      ///< Position of b(0); < 0: none.
};

/// A team of \p Space, its scratch and its operations, for layers of at most \p D neurons (a multiple of 4).
///
/// On devices a thread has one sample; on the host, where teams have one thread, the thread has them all. A
/// thread's states are in registers (State); columns that the others are to see lie in scratch.
template <class Space, class Scalar, int D>
class FusedTeam {
public:
  using Member = typename Kokkos::TeamPolicy<Space>::member_type;
  static constexpr int samplesPerThread = samplesOfThread<Space>;
  static constexpr int threads = teamSamples / samplesPerThread;
  static constexpr int rows = 4; ///< Of a register block.

  /// Neurons of a thread's samples.
  struct State {
    Scalar value[std::size_t(samplesPerThread)][std::size_t(D)];
  };

  /// Team scratch in bytes; the sums of the slices of outerProduct() are not needed above 16 neurons.
  static constexpr int scratchBytes() {
    return (D * D + D + 2 * D * stride + (D > 16 ? 0 : sums * teamSamples)) *
               static_cast<int>(sizeof(Scalar)) +
           16;
  }

  KOKKOS_INLINE_FUNCTION explicit FusedTeam(const Member& member)
      : member_(member),
        weights_(static_cast<Scalar*>(member.team_scratch(0).get_shmem_aligned(scratchBytes() - 16, 16))),
        bias_(weights_ + D * D), left_(bias_ + D), right_(left_ + D * stride), sums_(right_ + D * stride) {}

  KOKKOS_INLINE_FUNCTION int rank() const { return member_.league_rank(); }
  KOKKOS_INLINE_FUNCTION void barrier() const { member_.team_barrier(); }
  /// Thread and number of threads, to share out work that is not by samples.
  KOKKOS_INLINE_FUNCTION int thread() const { return member_.team_rank(); }
  KOKKOS_INLINE_FUNCTION int threadCount() const { return member_.team_size(); }

  /// Calls f(u, s) for the thread's samples: s in the team, u in its State.
  template <class Function>
  KOKKOS_FORCEINLINE_FUNCTION void forEachSample(const Function& f) const {
    for (int u = 0; u < samplesPerThread; ++u) f(u, member_.team_rank() * samplesPerThread + u);
  }

  /// Entries (i, s) of the two factors of outerProduct(), i < D.
  KOKKOS_FORCEINLINE_FUNCTION Scalar& left(int i, int s) const { return left_[i * stride + s]; }
  KOKKOS_FORCEINLINE_FUNCTION Scalar& right(int j, int s) const { return right_[j * stride + s]; }

  /// Brings a part of at most D x D into scratch, filled up with zeros. With barriers before and after.
  KOKKOS_INLINE_FUNCTION void stage(const ConstParameterView& parameters, const MatrixPart& part) const {
    barrier();
    for (int entry = thread(); entry < D * D; entry += threadCount()) {
      const int i = entry / D, j = entry % D;
      const bool inside = i < part.rows && j < part.columns;
      weights_[entry] =
          inside ? static_cast<Scalar>(parameters(part.weights + i * part.rowStride + j)) : Scalar(0);
    }
    for (int i = thread(); i < D; i += threadCount())
      bias_[i] = part.bias >= 0 && i < part.rows ? static_cast<Scalar>(parameters(part.bias + i)) : Scalar(0);
    barrier();
  }

  KOKKOS_FORCEINLINE_FUNCTION Scalar weight(int i, int j) const { return weights_[i * D + j]; }
  KOKKOS_FORCEINLINE_FUNCTION Scalar bias(int i) const { return bias_[i]; }

  /// z(r) += sum_j A(i + r, j) state(j)
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(int i, const Scalar (&state)[std::size_t(D)],
                                              Scalar (&z)[std::size_t(rows)]) const {
    TERRACE_UNROLL
    for (int r = 0; r < rows; ++r) {
      const Quad* row = reinterpret_cast<const Quad*>(weights_ + (i + r) * D);
      TERRACE_UNROLL
      for (int quad = 0; quad < D / 4; ++quad) {
        const Quad entries = row[quad];
        TERRACE_UNROLL
        for (int k = 0; k < 4; ++k) z[r] += entries.value[k] * state[4 * quad + k];
      }
    }
  }

  /// state(j) += sum_i A(i, j) column(i, s),  i < rowCount;  column: left() or right()
  KOKKOS_FORCEINLINE_FUNCTION void addTransposedProduct(int rowCount, const Scalar* column,
                                                        Scalar (&state)[std::size_t(D)]) const {
    for (int i = 0; i < rowCount; ++i) {
      const Scalar factor = column[i * stride];
      const Quad* row = reinterpret_cast<const Quad*>(weights_ + i * D);
      TERRACE_UNROLL
      for (int quad = 0; quad < D / 4; ++quad) {
        const Quad entries = row[quad];
        TERRACE_UNROLL
        for (int k = 0; k < 4; ++k) state[4 * quad + k] += entries.value[k] * factor;
      }
    }
  }

  /// G(i, j) = sum_s left(i, s) right(j, s) and, if the part has a bias, g(i) = sum_s left(i, s), at the
  /// part's places in \p derivatives; added to what is there if \p add. Sums over the team's samples, in an
  /// order that does not depend on the number of threads. With a barrier before; left() and right() may be
  /// overwritten after another one.
  template <bool add>
  KOKKOS_INLINE_FUNCTION void outerProduct(double* derivatives, const MatrixPart& part) const {
    const int tilesAcross = (part.columns + rows - 1) / rows;
    const int tiles = (part.rows + rows - 1) / rows * tilesAcross;
    barrier();
    if constexpr (D > 16) {
      for (int tile = thread(); tile < tiles; tile += threadCount()) {
        TileSums tileSums = {};
        sumTile(tile / tilesAcross, tile % tilesAcross, 0, 1, tileSums);
        TERRACE_UNROLL
        for (int v = 0; v < sums; ++v)
          store<add>(derivatives, part, tile / tilesAcross, tile % tilesAcross, v,
                     static_cast<double>(tileSums.value[v]));
      }
    } else {
      // Few tiles: several threads share the samples of one.
      int slices = teamSamples;
      while (slices * tiles > teamSamples) slices /= 2;
      for (int item = thread(); item < tiles * slices; item += threadCount()) {
        const int tile = item / slices;
        TileSums tileSums = {};
        sumTile(tile / tilesAcross, tile % tilesAcross, item % slices, slices, tileSums);
        TERRACE_UNROLL
        for (int v = 0; v < sums; ++v) sums_[v * teamSamples + item] = tileSums.value[v];
      }
      barrier();
      for (int item = thread(); item < tiles * sums; item += threadCount()) {
        const int tile = item % tiles, v = item / tiles;
        double total = 0;
        for (int slice = 0; slice < slices; ++slice)
          total += static_cast<double>(sums_[v * teamSamples + tile * slices + slice]);
        store<add>(derivatives, part, tile / tilesAcross, tile % tilesAcross, v, total);
      }
    }
  }

private:
  /// From one neuron to the next in left and right: no two rows of a tile begin in the same banks of scratch.
  static constexpr int stride = teamSamples + 2;
  /// Of a tile of 4 x 4 entries and 4 of the bias.
  static constexpr int sums = rows * (rows + 1);
  static_assert(D % rows == 0);

  /// Read from scratch as a whole.
  struct alignas(16) Quad {
    Scalar value[4];
  };
  struct TileSums {
    Scalar value[std::size_t(sums)];
  };

  KOKKOS_FORCEINLINE_FUNCTION void sumTile(int rowTile, int columnTile, int slice, int slices,
                                           TileSums& tileSums) const {
    for (int s = slice; s < teamSamples; s += slices) {
      Scalar x[std::size_t(rows)], y[std::size_t(rows)];
      TERRACE_UNROLL
      for (int k = 0; k < rows; ++k) {
        x[k] = left(rowTile * rows + k, s);
        y[k] = right(columnTile * rows + k, s);
      }
      TERRACE_UNROLL
      for (int r = 0; r < rows; ++r) {
        TERRACE_UNROLL
        for (int c = 0; c < rows; ++c) tileSums.value[r * (rows + 1) + c] += x[r] * y[c];
        tileSums.value[r * (rows + 1) + rows] += x[r];
      }
    }
  }

  // Sum v of a tile to its place.
  template <bool add>
  KOKKOS_FORCEINLINE_FUNCTION static void store(double* derivatives, const MatrixPart& part, int rowTile,
                                                int columnTile, int v, double sum) {
    const int i = rowTile * rows + v / (rows + 1);
    const int j = columnTile * rows + v % (rows + 1);
    if (i >= part.rows) return;
    long position = part.weights + i * part.rowStride + j;
    if (v % (rows + 1) == rows) {
      if (columnTile != 0 || part.bias < 0) return;
      position = part.bias + i;
    } else if (j >= part.columns) {
      return;
    }
    derivatives[position] = add ? derivatives[position] + sum : sum;
  }

  const Member& member_;
  Scalar* weights_; ///< D x D
  Scalar* bias_;    ///< D
  Scalar* left_;    ///< D x stride
  Scalar* right_;   ///< D x stride
  Scalar* sums_;    ///< sums x teamSamples
};

} // namespace terrace::resnet::detail
