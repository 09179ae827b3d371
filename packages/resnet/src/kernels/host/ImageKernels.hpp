#pragma once

// Kernels of convolutional networks beside the products. Slabs of images are pixel by pixel, and at each
// pixel channel by channel; c: channels, p: pixels, s: samples.

#include "kernels/common/Images.hpp"
#include "kernels/common/Launch.hpp"
#include "kernels/host/Product.hpp"

#include <string>

namespace terrace::resnet::detail::host {

// pixels(p C' + c, s) = channels(c P + p, s) for the C channels of the input, 0 for c = C .. C' - 1
template <class Tile>
struct ChannelsToPixels {
  typename Tile::ConstSlab channels;
  typename Tile::Slab pixels;
  int pixelCount;

  void operator()(const int tile) const {
    const int given = static_cast<int>(channels.extent(0)) / pixelCount;
    const int all = static_cast<int>(pixels.extent(0)) / pixelCount;
    const int s = tile * Tile::samples;
    for (int p = 0; p < pixelCount; ++p)
      for (int c = 0; c < all; ++c)
        for (int u = 0; u < Tile::samples; u += Tile::Pack::lanes)
          storePack<typename Tile::Pack>(
              &pixels(p * all + c, s + u),
              c < given ? loadPack<typename Tile::Pack>(&channels(c * pixelCount + p, s + u))
                        : typename Tile::Value{});
  }
};

/// Inputs, channel by channel, as a state.
template <class Tile>
void channelsToPixels(const typename Tile::Execution& space, const typename Tile::ConstSlab& channels,
                      const typename Tile::Slab& pixels, int pixelCount, int samples) {
  static const std::string label = "terrace::resnet::channelsToPixels";
  forEachTile<Tile>(space, label, samples, ChannelsToPixels<Tile>{channels, pixels, pixelCount});
}

// channels(c P + p, s) = pixels(p C' + c, s), c < C
template <class Tile>
struct PixelsToChannels {
  typename Tile::ConstSlab pixels;
  typename Tile::Slab channels;
  int pixelCount;

  void operator()(const int tile) const {
    const int wanted = static_cast<int>(channels.extent(0)) / pixelCount;
    const int all = static_cast<int>(pixels.extent(0)) / pixelCount;
    const int s = tile * Tile::samples;
    for (int c = 0; c < wanted; ++c)
      for (int p = 0; p < pixelCount; ++p)
        for (int u = 0; u < Tile::samples; u += Tile::Pack::lanes)
          storePack<typename Tile::Pack>(&channels(c * pixelCount + p, s + u),
                                         loadPack<typename Tile::Pack>(&pixels(p * all + c, s + u)));
  }
};

/// The adjoint of channelsToPixels().
template <class Tile>
void pixelsToChannels(const typename Tile::Execution& space, const typename Tile::ConstSlab& pixels,
                      const typename Tile::Slab& channels, int pixelCount, int samples) {
  static const std::string label = "terrace::resnet::pixelsToChannels";
  forEachTile<Tile>(space, label, samples, PixelsToChannels<Tile>{pixels, channels, pixelCount});
}

// means(window, c, s) = mean of x(p, c, s) over the pixels p of the window
template <class Tile>
struct MeansOfWindows {
  Windows windows;
  typename Tile::ConstSlab x;
  typename Tile::Slab means;

  void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int s = tile * Tile::samples, channels = windows.image.channels;
    const auto weight = static_cast<typename Tile::Scalar>(windows.weight());
    for (int row = 0; row < static_cast<int>(means.extent(0)); ++row)
      for (int u = 0; u < Tile::samples; u += Pack::lanes)
        storePack<Pack>(&means(row, s + u), typename Tile::Value{});
    for (int i = 0, p = 0; i < windows.image.height; ++i)
      for (int j = 0; j < windows.image.width; ++j, ++p) {
        const typename Tile::Scalar* from = &x(p * channels, s);
        typename Tile::Scalar* to = &means(windows.rowOf(i, j), s);
        for (int k = 0; k < channels * Tile::samples; k += Pack::lanes)
          storePack<Pack>(to + k, loadPack<Pack>(to + k) + weight * loadPack<Pack>(from + k));
      }
  }
};

template <class Tile>
void meansOfWindows(const typename Tile::Execution& space, const Windows& windows,
                    const typename Tile::ConstSlab& x, const typename Tile::Slab& means, int samples) {
  static const std::string label = "terrace::resnet::meansOfWindows";
  forEachTile<Tile>(space, label, samples, MeansOfWindows<Tile>{windows, x, means});
}

// x(p, c, s) = mu(window of p, c, s) / pixels of a window
template <class Tile>
struct SpreadOverWindows {
  Windows windows;
  typename Tile::ConstSlab mu;
  typename Tile::Slab x;

  void operator()(const int tile) const {
    using Pack = typename Tile::Pack;
    const int s = tile * Tile::samples, channels = windows.image.channels;
    const auto weight = static_cast<typename Tile::Scalar>(windows.weight());
    for (int i = 0, p = 0; i < windows.image.height; ++i)
      for (int j = 0; j < windows.image.width; ++j, ++p) {
        const typename Tile::Scalar* from = &mu(windows.rowOf(i, j), s);
        typename Tile::Scalar* to = &x(p * channels, s);
        for (int k = 0; k < channels * Tile::samples; k += Pack::lanes)
          storePack<Pack>(to + k, weight * loadPack<Pack>(from + k));
      }
  }
};

/// The adjoint of meansOfWindows().
template <class Tile>
void spreadOverWindows(const typename Tile::Execution& space, const Windows& windows,
                       const typename Tile::ConstSlab& mu, const typename Tile::Slab& x, int samples) {
  static const std::string label = "terrace::resnet::spreadOverWindows";
  forEachTile<Tile>(space, label, samples, SpreadOverWindows<Tile>{windows, mu, x});
}

// a = sigma(W * q + b);  W and b in the unit of Sigma
template <class Tile, class Sigma>
struct ActivatedProduct {
  using PreActivation = Product<Tile, Start::Bias>;
  PreActivation preActivation;

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
    preActivation.template sum<rows>(
        i, s, [this](int row, int sample, typename PreActivation::Values& z) TERRACE_INLINE_LAMBDA {
          Sigma::template scaledValues<typename Tile::Pack, Tile::packs>(z);
          PreActivation::store(preActivation.y, row, sample, z);
        });
  }
};

template <class Tile, class Sigma>
void activatedProduct(const typename Tile::Execution& space, const Stencil& stencil,
                      const typename Tile::Weights& W, const typename Tile::Bias& b,
                      const typename Tile::ConstSlab& q, const typename Tile::Slab& a, int samples) {
  static const std::string label = "terrace::resnet::activatedProduct";
  forEachBlock<Tile>(space, label, stencil, W, samples,
                     ActivatedProduct<Tile, Sigma>{{{W, q, a, b, {}, {}}}});
}

// y = base + factor (A * x + B * z + b);  base, B and b may be empty; y may be base
template <class Tile, Start start, bool two>
struct ScaledProduct {
  using Sum = Product<Tile, start, two>;
  Sum product;
  typename Tile::Scalar factor;
  typename Tile::ConstSlab base;

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
    product.template sum<rows>(
        i, s, [this](int row, int sample, typename Sum::Values& sums) TERRACE_INLINE_LAMBDA {
          using Pack = typename Tile::Pack;
          unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA { sums[u] *= factor; });
          if (base.extent(0) > 0) {
            const typename Tile::Scalar* from = &base(row, sample);
            unrolled<Tile::packs>(
                [&](auto u) TERRACE_INLINE_LAMBDA { sums[u] += loadPack<Pack>(from + u * Pack::lanes); });
          }
          Sum::store(product.y, row, sample, sums);
        });
  }
};

template <class Tile>
void scaledProduct(const typename Tile::Execution& space, const Stencil& stencil,
                   const ProductOperands<Tile>& operands, double factor, const typename Tile::ConstSlab& base,
                   int samples) {
  static const std::string label = "terrace::resnet::scaledProduct";
  const auto scale = static_cast<typename Tile::Scalar>(factor);
  const auto launch = [&](const auto& functor) {
    forEachBlock<Tile>(space, label, stencil, operands.A, samples, functor);
  };
  if (operands.b.extent(0) > 0 && operands.z.extent(0) > 0) {
    launch(ScaledProduct<Tile, Start::Bias, true>{{operands}, scale, base});
  } else if (operands.b.extent(0) > 0) {
    launch(ScaledProduct<Tile, Start::Bias, false>{{operands}, scale, base});
  } else if (operands.z.extent(0) > 0) {
    launch(ScaledProduct<Tile, Start::Zero, true>{{operands}, scale, base});
  } else {
    launch(ScaledProduct<Tile, Start::Zero, false>{{operands}, scale, base});
  }
}

} // namespace terrace::resnet::detail::host
