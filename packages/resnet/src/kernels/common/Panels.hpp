#pragma once

#include <Kokkos_Core.hpp>

#include <type_traits>

namespace terrace::resnet::detail {

/// Cuts \p rows rows into panels of at most \p most rows, as equal as can be.
template <int most>
struct Panels {
  int rows = 0;

  KOKKOS_INLINE_FUNCTION int count() const { return (rows + most - 1) / most; }
  /// First row of a panel; panel count() begins at the end.
  KOKKOS_INLINE_FUNCTION int first(int panel) const {
    const int panels = count();
    const int extra = rows % panels;
    return panel * (rows / panels) + (panel < extra ? panel : extra);
  }
};

/// A matrix in panels of at most \p most rows: the rows of a panel lie side by side, so that the kernels read
/// it from the first entry to the last. It takes as many entries as the matrix.
template <class Scalar, int most>
struct PackedMatrix {
  const Scalar* entries = nullptr;
  int rows = 0;
  int columns = 0;

  KOKKOS_INLINE_FUNCTION Panels<most> panels() const { return {rows}; }
  /// Entry (r, j) of the panel that begins at row `first` is at [j * (rows of the panel) + r].
  KOKKOS_INLINE_FUNCTION const Scalar* panel(int first) const {
    return entries + static_cast<long>(first) * columns;
  }
};

/// Calls f(std::integral_constant<int, rows>) for 1 <= rows <= most. For the host or a device, as f is.
#if defined(__CUDACC__)
#pragma nv_exec_check_disable
#endif
template <int most, class Function>
KOKKOS_FORCEINLINE_FUNCTION void withRows(int rows, const Function& f) {
  if constexpr (most > 1) {
    if (rows < most) return withRows<most - 1>(rows, f);
  }
  f(std::integral_constant<int, most>());
}

// target (r, j) of each panel = scale * A(first + r, j) of each layer;  biases likewise, in their order
//
// A work item is one panel of one layer. The columns are tap by tap of a stencil, which are neighbours in the
// source, or with `flipped` from the last to the first. A matrix has one tap.
template <class Scalar, int most, class Source>
struct PackPanels {
  Source source;
  Scalar* target;
  Panels<most> panels;
  int columns; ///< Of one tap.
  int taps;
  bool flipped;
  long rowStride;    ///< Of A in the source: for a matrix 1 and the columns of the source for its transpose.
  long columnStride; ///< Of A in the source.
  long layerStride;  ///< From one layer to the next, in source and target.
  bool hasBias;      ///< The layer's matrix is followed by its bias.
  double scale;

  KOKKOS_INLINE_FUNCTION void operator()(const std::size_t item) const {
    const int count = panels.count();
    const long layer = static_cast<long>(item) / count * layerStride;
    const int panel = static_cast<int>(static_cast<long>(item) % count);
    const int first = panels.first(panel);
    const int height = panels.first(panel + 1) - first;
    Scalar* to = target + layer + static_cast<long>(first) * columns * taps;
    for (int tap = 0; tap < taps; ++tap) {
      const int from = flipped ? taps - 1 - tap : tap;
      for (int j = 0; j < columns; ++j, to += height)
        for (int r = 0; r < height; ++r)
          to[r] =
              static_cast<Scalar>(scale * source(layer + (first + r) * rowStride + j * columnStride + from));
    }
    const long bias = layer + static_cast<long>(panels.rows) * columns * taps + first;
    for (int r = 0; r < height && hasBias; ++r)
      target[bias + r] = static_cast<Scalar>(scale * source(bias + r));
  }
};

} // namespace terrace::resnet::detail
