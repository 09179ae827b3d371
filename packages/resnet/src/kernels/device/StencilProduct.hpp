#pragma once

// Products of convolutions on devices. i: output channels, j: input channels, p: pixels, s: samples.

#include "kernels/device/Gemm.hpp"

#include <Kokkos_Core.hpp>

#include <cstddef>
#include <string>

namespace terrace::resnet::detail::device {

/// Samples that neighbouring work items, or the lanes of a thread, have side by side.
constexpr int sampleLanes = 32;

// sum(p, i, s) = [y(p, i, s)] + sum_{tap, j} A(i, tap, j) x(p + tap, j, s) + B(i, tap, j) z(p + tap, j, s),
// and finish with it: see Gemm.hpp
//
// A work item has the sums of a few channels of a pixel and a few samples in its registers. Neighbouring
// items have neighbouring samples; then come the other channels of the pixel and the pixels beside it, which
// read the same rows of x.
template <class Tile, int rows, class Finish>
struct StencilProduct {
  using Scalar = typename Tile::Scalar;
  static constexpr int columns = 4; ///< Samples of an item, sampleLanes apart.
  static constexpr int samplesOfItems = columns * sampleLanes;

  Products<Tile> products;
  typename Tile::Slab y;
  bool accumulate;
  Stencil stencil;
  int samples;
  Finish finish;

  KOKKOS_INLINE_FUNCTION int tiles() const { return (products.A.rows + rows - 1) / rows; }
  long items() const {
    return static_cast<long>((samples + samplesOfItems - 1) / samplesOfItems) * stencil.pixels() * tiles() *
           sampleLanes;
  }

  KOKKOS_INLINE_FUNCTION void operator()(const long item) const {
    const long panel = item / sampleLanes, ofPixel = panel / tiles();
    const int channel = static_cast<int>(panel % tiles()) * rows;
    const int pixel = static_cast<int>(ofPixel % stencil.pixels());
    const int sample =
        static_cast<int>(ofPixel / stencil.pixels()) * samplesOfItems + static_cast<int>(item % sampleLanes);
    if (sample >= samples) return;
    Scalar sum[std::size_t(rows)][std::size_t(columns)] = {};
    addProduct(products.A, products.x, pixel, channel, sample, sum);
    if (products.B.rows > 0) addProduct(products.B, products.z, pixel, channel, sample, sum);
    TERRACE_UNROLL
    for (int r = 0; r < rows; ++r) {
      TERRACE_UNROLL
      for (int u = 0; u < columns; ++u)
        if (channel + r < products.A.rows && sample + u * sampleLanes < samples)
          end({channel + r, pixel * products.A.rows + channel + r}, sample + u * sampleLanes, sum[r][u]);
    }
  }

private:
  // What lies behind the last channel or sample is computed as they are, and not written.
  KOKKOS_FORCEINLINE_FUNCTION void addProduct(const typename Tile::Weights& A,
                                              const typename Tile::ConstSlab& x, int pixel, int channel,
                                              int sample,
                                              Scalar (&sum)[std::size_t(rows)][std::size_t(columns)]) const {
    const int inputs = A.columns / stencil.taps(), pixelY = pixel / stencil.width;
    const long stride = static_cast<long>(x.stride(0));
    int row[std::size_t(rows)], at[std::size_t(columns)];
    TERRACE_UNROLL
    for (int r = 0; r < rows; ++r) row[r] = (channel + r < A.rows ? channel + r : A.rows - 1) * A.columns;
    TERRACE_UNROLL
    for (int u = 0; u < columns; ++u)
      at[u] = sample + u * sampleLanes < samples ? sample + u * sampleLanes : samples - 1;
    for (int dy = -stencil.half(); dy <= stencil.half(); ++dy) {
      if (!stencil.hasRow(pixelY, dy)) continue;
      const StencilRun run = stencil.run(pixelY, pixel % stencil.width, dy, inputs);
      const Scalar* weights = A.entries + run.column;
      const Scalar* states = x.data() + run.row * stride;
      for (int j = 0; j < run.columns; ++j, states += stride) {
        Scalar values[std::size_t(columns)];
        TERRACE_UNROLL
        for (int u = 0; u < columns; ++u) values[u] = states[at[u]];
        TERRACE_UNROLL
        for (int r = 0; r < rows; ++r) {
          const Scalar weight = weights[row[r] + j];
          TERRACE_UNROLL
          for (int u = 0; u < columns; ++u) sum[r][u] += weight * values[u];
        }
      }
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void end(const PixelChannel& i, int s, Scalar sum) const {
    const auto read = finish.read(i, s);
    finish.entry(i, s, accumulate ? y(i.row, s) + sum : sum, read);
  }
};

/// The products of a convolution, or y plus them, and \p finish with each entry of that sum. \p y and what \p
/// finish writes may not alias a factor.
template <class Tile, class Finish>
void multiply(const typename Tile::Execution& space, const std::string& label, const Stencil& stencil,
              const Products<Tile>& products, const typename Tile::Slab& y, bool accumulate, int samples,
              const Finish& finish) {
  const auto launch = [&](const auto& functor) {
    Kokkos::parallel_for(
        label,
        Kokkos::RangePolicy<typename Tile::Execution, Kokkos::IndexType<long>>(space, 0, functor.items()),
        functor);
  };
  if (products.A.rows > 4) {
    launch(StencilProduct<Tile, 8, Finish>{products, y, accumulate, stencil, samples, finish});
  } else {
    launch(StencilProduct<Tile, 4, Finish>{products, y, accumulate, stencil, samples, finish});
  }
}

} // namespace terrace::resnet::detail::device
