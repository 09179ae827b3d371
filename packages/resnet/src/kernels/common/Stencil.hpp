#pragma once

// Where a product works: in a dense layer on the neurons of a sample; in a convolution on the channels of
// each pixel, once a tap of the stencil. Pixel p of C channels is the rows pC .. pC + C - 1 of a slab.

#include <Kokkos_Core.hpp>

namespace terrace::resnet::detail {

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

/// An output channel of a pixel.
struct PixelChannel {
  int channel; ///< Row of the matrix.
  int row;     ///< Row of the slab.
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
KOKKOS_FORCEINLINE_FUNCTION int matrixRow(const PixelChannel& i) {
  return i.channel;
}
KOKKOS_FORCEINLINE_FUNCTION int slabRow(const PixelChannel& i) {
  return i.row;
}

/// A dense layer: one pixel, one tap.
struct OnePixel {};

/// A stencil of side x side pixels, side 1 or 3, that moves over an image; zeros are around it.
struct Stencil {
  int height;
  int width;
  int side;

  KOKKOS_INLINE_FUNCTION int taps() const { return side * side; }
  KOKKOS_INLINE_FUNCTION int pixels() const { return height * width; }

  KOKKOS_INLINE_FUNCTION int half() const { return side / 2; }
  /// Whether the pixels a row of the stencil further, dy = -half() .. half(), are in the image.
  KOKKOS_INLINE_FUNCTION bool hasRow(int y, int dy) const { return y + dy >= 0 && y + dy < height; }

  /// The run of row dy of the stencil at a pixel. \param[in] inputs  channels.
  KOKKOS_FORCEINLINE_FUNCTION StencilRun run(int y, int x, int dy, int inputs) const {
    const int left = x < half() ? -x : -half(), right = width - 1 - x < half() ? width - 1 - x : half();
    return {((dy + half()) * side + left + half()) * inputs, (right - left + 1) * inputs,
            ((y + dy) * width + x + left) * inputs};
  }

  /// \param[in] inputs, outputs  channels.
  PixelRow at(int y, int x, int channel, int inputs, int outputs) const {
    PixelRow place{channel, (y * width + x) * outputs + channel, 0, {}};
    for (int dy = -half(); dy <= half(); ++dy)
      if (hasRow(y, dy)) place.run[place.runs++] = run(y, x, dy, inputs);
    return place;
  }
};

} // namespace terrace::resnet::detail
