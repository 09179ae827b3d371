#pragma once

// Where a product works: in a dense layer on the neurons of a sample; in a convolution on the channels of
// each pixel, once a tap of the stencil. Pixel p of C channels is the rows pC .. pC + C - 1 of a slab.

#include "kernels/common/Launch.hpp"

#include <terrace/resnet/network/Shape.hpp>

#include <algorithm>

namespace terrace::resnet::detail::host {

/// Neighbouring columns of a weight matrix, tap by tap, and neighbouring rows of the slab that they multiply:
/// the pixels under one row of the stencil lie side by side.
struct StencilRun {
  int column;
  int columns;
  int row;
};

/// Output channels of a pixel: the first row of a panel.
struct PixelRow {
  int channel; ///< Of the matrix.
  int row;     ///< Of the slab.
  int runs;
  StencilRun run[3];
};

/// The row of the matrix, and that of the slab, of a dense layer or of a pixel.
KOKKOS_FORCEINLINE_FUNCTION int matrixRow(int i) {
  return i;
}
KOKKOS_FORCEINLINE_FUNCTION int slabRow(int i) {
  return i;
}
KOKKOS_FORCEINLINE_FUNCTION int matrixRow(const PixelRow& i) {
  return i.channel;
}
KOKKOS_FORCEINLINE_FUNCTION int slabRow(const PixelRow& i) {
  return i.row;
}

/// A dense layer: one pixel, one tap.
struct OnePixel {};

/// A stencil of side x side pixels, side 1 or 3, that moves over an image; zeros are around it.
struct Stencil {
  int height;
  int width;
  int side;

  int taps() const { return side * side; }
  int pixels() const { return height * width; }

  /// \param[in] inputs, outputs  channels.
  PixelRow at(int y, int x, int channel, int inputs, int outputs) const {
    const int half = side / 2, pixel = y * width + x;
    const int left = std::max(-half, -x), right = std::min(half, width - 1 - x);
    PixelRow place{channel, pixel * outputs + channel, 0, {}};
    for (int dy = std::max(-half, -y); dy <= std::min(half, height - 1 - y); ++dy)
      place.run[place.runs++] = {((dy + half) * side + left + half) * inputs, (right - left + 1) * inputs,
                                 (pixel + dy * width + left) * inputs};
    return place;
  }
};

// functor.block<rows of the panel>(pixel, first sample) for every tile of samples, row of pixels, panel of
// channels and pixel
//
// A work item is a tile of samples.
template <class Tile, class Functor>
struct PanelsOfPixels {
  Functor functor;
  Stencil stencil;
  Panels<Tile::rows> panels;
  int inputs;

  void operator()(const int item) const {
    const int sample = item * Tile::samples;
    for (int y = 0; y < stencil.height; ++y)
      for (int panel = 0; panel < panels.count(); ++panel) {
        const int first = panels.first(panel);
        withRows<Tile::rows>(panels.first(panel + 1) - first,
                             [&](auto rows) { rowOfPixels<decltype(rows)::value>(y, first, sample); });
      }
  }

  // A function of its own, so that the sums have all registers.
  template <int rows>
  __attribute__((noinline)) void rowOfPixels(int y, int channel, int sample) const {
    for (int x = 0; x < stencil.width; ++x)
      functor.template block<rows>(stencil.at(y, x, channel, inputs, panels.rows), sample);
  }
};

/// Runs a kernel with the products of \p A on a chunk of samples.
template <class Tile, class Functor>
void forEachBlock(const typename Tile::Execution& space, const std::string& label, const OnePixel&,
                  const typename Tile::Weights& A, int samples, const Functor& functor) {
  forEachPanelAndTile<Tile>(space, label, A.rows, samples, functor);
}
template <class Tile, class Functor>
void forEachBlock(const typename Tile::Execution& space, const std::string& label, const Stencil& stencil,
                  const typename Tile::Weights& A, int samples, const Functor& functor) {
  forEachTile<Tile>(space, label, samples,
                    PanelsOfPixels<Tile, Functor>{functor, stencil, {A.rows}, A.columns / stencil.taps()});
}

} // namespace terrace::resnet::detail::host
