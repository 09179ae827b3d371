#pragma once

// Kernels of convolutional networks on devices: what follows the products, and what works entry by entry.
// Slabs of images are pixel by pixel, and at each pixel channel by channel; c: channels, p: pixels, s:
// samples.

#include "kernels/common/Images.hpp"
#include "kernels/device/LayerKernels.hpp"
#include "kernels/device/StencilProduct.hpp"

#include <string>

namespace terrace::resnet::detail::device {

template <class Tile>
void product(const typename Tile::Execution& space, const Stencil& stencil, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  static const std::string label = "terrace::resnet::product";
  if (b.extent(0) > 0) {
    multiply<Tile>(space, label, stencil, {A, x}, y, accumulate, samples, AddBias<Tile>{b, y});
  } else {
    multiply<Tile>(space, label, stencil, {A, x}, y, accumulate, samples, KeepSum<Tile>{y});
  }
}

template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const Stencil& stencil,
                    const typename Tile::Weights& A, const typename Tile::ConstSlab& x,
                    const typename Tile::Weights& B, const typename Tile::ConstSlab& z,
                    const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addTwoProducts";
  multiply<Tile>(space, label, stencil, {A, x, B, z}, y, true, samples, KeepSum<Tile>{y});
}

template <class Tile, class Sigma>
void eulerStep(const typename Tile::Execution& space, const Stencil& stencil, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  multiply<Tile>(space, label, stencil, {W, q}, a, false, samples,
                 FinishEulerStep<Tile, Sigma>{b, h, q, a, next});
}

template <class Tile, class Sigma, bool two>
void tangentStep(const typename Tile::Execution& space, const Stencil& stencil,
                 const ProductOperands<Tile>& p, typename Tile::Scalar h, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& dnext, int samples) {
  static const std::string label = "terrace::resnet::tangentStep";
  const typename Tile::Scalar hPerUnit = h / Sigma::template unit<typename Tile::Pack>;
  const typename Tile::Slab dz = p.y.extent(0) > 0 ? p.y : dnext;
  Products<Tile> products{p.A, p.x};
  if (two) products = {p.A, p.x, p.B, p.z};
  multiply<Tile>(space, label, stencil, products, dz, false, samples,
                 FinishTangentStep<Tile, Sigma>{p.b, h, hPerUnit, a, p.x, {}, dz, dnext, {}});
}

// a = sigma(sum + b)
template <class Tile, class Sigma>
struct FinishActivatedProduct {
  typename Tile::Bias b;
  typename Tile::Slab a;

  using Read = typename Tile::Scalar;
  KOKKOS_FORCEINLINE_FUNCTION Read read(const PixelChannel& i, int) const { return b(i.channel); }
  KOKKOS_FORCEINLINE_FUNCTION void entry(const PixelChannel& i, int s, typename Tile::Scalar sum,
                                         Read bias) const {
    a(i.row, s) = Sigma::template value<typename Tile::Pack>(sum + bias);
  }
};

template <class Tile, class Sigma>
void activatedProduct(const typename Tile::Execution& space, const Stencil& stencil,
                      const typename Tile::Weights& W, const typename Tile::Bias& b,
                      const typename Tile::ConstSlab& q, const typename Tile::Slab& a, int samples) {
  static const std::string label = "terrace::resnet::activatedProduct";
  multiply<Tile>(space, label, stencil, {W, q}, a, false, samples, FinishActivatedProduct<Tile, Sigma>{b, a});
}

// y = base + factor (sum + b);  base and b may be empty; y may be base
template <class Tile>
struct FinishScaledProduct {
  typename Tile::Bias b;
  typename Tile::Scalar factor;
  typename Tile::ConstSlab base;
  typename Tile::Slab y;

  struct Read {
    typename Tile::Scalar bias, base;
  };
  KOKKOS_FORCEINLINE_FUNCTION Read read(const PixelChannel& i, int s) const {
    using Scalar = typename Tile::Scalar;
    return {b.extent(0) > 0 ? b(i.channel) : Scalar(0), base.extent(0) > 0 ? base(i.row, s) : Scalar(0)};
  }
  KOKKOS_FORCEINLINE_FUNCTION void entry(const PixelChannel& i, int s, typename Tile::Scalar sum,
                                         const Read& r) const {
    y(i.row, s) = r.base + factor * (sum + r.bias);
  }
};

template <class Tile>
void scaledProduct(const typename Tile::Execution& space, const Stencil& stencil,
                   const ProductOperands<Tile>& o, double factor, const typename Tile::ConstSlab& base,
                   int samples) {
  static const std::string label = "terrace::resnet::scaledProduct";
  multiply<Tile>(space, label, stencil, {o.A, o.x, o.B, o.z}, o.y, false, samples,
                 FinishScaledProduct<Tile>{o.b, static_cast<typename Tile::Scalar>(factor), base, o.y});
}

// pixels(p C' + c, s) = channels(c P + p, s) for the C channels of the input, 0 for c = C .. C' - 1
template <class Tile>
struct ChannelsToPixels {
  typename Tile::ConstSlab channels;
  typename Tile::Slab pixels;
  int pixelCount;
  int given; ///< C
  int all;   ///< C'

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int p = row / all, c = row % all;
    pixels(row, s) = c < given ? channels(c * pixelCount + p, s) : typename Tile::Scalar(0);
  }
};

// channels(c P + p, s) = pixels(p C' + c, s), c < C
template <class Tile>
struct PixelsToChannels {
  typename Tile::ConstSlab pixels;
  typename Tile::Slab channels;
  int pixelCount;
  int all; ///< C'

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    channels(row, s) = pixels(row % pixelCount * all + row / pixelCount, s);
  }
};

// means(window, c, s) = mean of x(p, c, s) over the pixels p of the window
template <class Tile>
struct MeansOfWindows {
  Windows windows;
  typename Tile::ConstSlab x;
  typename Tile::Slab means;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int channels = windows.image.channels, width = windows.image.width;
    const int window = row / channels, c = row % channels, across = width / windows.width;
    const int firstY = window / across * windows.height, firstX = window % across * windows.width;
    const auto weight = static_cast<typename Tile::Scalar>(windows.weight());
    typename Tile::Scalar sum = 0;
    for (int y = firstY; y < firstY + windows.height; ++y)
      for (int px = firstX; px < firstX + windows.width; ++px)
        sum += weight * x((y * width + px) * channels + c, s);
    means(row, s) = sum;
  }
};

// x(p, c, s) = mu(window of p, c, s) / pixels of a window
template <class Tile>
struct SpreadOverWindows {
  Windows windows;
  typename Tile::ConstSlab mu;
  typename Tile::Slab x;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const {
    const int channels = windows.image.channels, p = row / channels;
    const int from = windows.rowOf(p / windows.image.width, p % windows.image.width) + row % channels;
    x(row, s) = static_cast<typename Tile::Scalar>(windows.weight()) * mu(from, s);
  }
};

// y = factor x
template <class Tile>
struct Scale {
  typename Tile::Scalar factor;
  typename Tile::ConstSlab x;
  typename Tile::Slab y;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const { y(row, s) = factor * x(row, s); }
};

// y += factor x
template <class Tile>
struct AddMultiple {
  typename Tile::Scalar factor;
  typename Tile::ConstSlab x;
  typename Tile::Slab y;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int row, int s) const { y(row, s) += factor * x(row, s); }
};

} // namespace terrace::resnet::detail::device
