#pragma once

// The products of layers on the host, dense or of a convolution: see kernels/common/Stencil.hpp.

#include "kernels/common/Launch.hpp"
#include "kernels/common/Stencil.hpp"

#include <string>

namespace terrace::resnet::detail::host {

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
