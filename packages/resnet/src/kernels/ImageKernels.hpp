#pragma once

// The kernels of convolutional networks on a chunk of samples, on the host or on a device, beside those of
// kernels/LayerKernels.hpp. Slabs of images are pixel by pixel, and at each pixel channel by channel; c:
// channels, p: pixels, s: samples.

#include "kernels/LayerKernels.hpp"
#include "kernels/device/ImageKernels.hpp"
#include "kernels/device/NormalizationKernels.hpp"
#include "kernels/device/StencilOuterProduct.hpp"
#include "kernels/host/ImageKernels.hpp"
#include "kernels/host/NormalizationKernels.hpp"
#include "kernels/host/StencilOuterProduct.hpp"

#include <string>

namespace terrace::resnet::detail {

/// y = b + A * x, or A * x if b is empty, or with \p accumulate y + A * x, where b must be empty. \p y may
/// not alias \p x.
template <class Tile>
void product(const typename Tile::Execution& space, const Stencil& stencil, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  if constexpr (Tile::onHost) {
    host::product<Tile>(space, A, b, x, y, accumulate, samples, stencil);
  } else {
    device::product<Tile>(space, stencil, A, b, x, y, accumulate, samples);
  }
}

/// y += A * x + B * z
template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const Stencil& stencil,
                    const typename Tile::Weights& A, const typename Tile::ConstSlab& x,
                    const typename Tile::Weights& B, const typename Tile::ConstSlab& z,
                    const typename Tile::Slab& y, int samples) {
  if constexpr (Tile::onHost) {
    host::addTwoProducts<Tile>(space, A, x, B, z, y, samples, stencil);
  } else {
    device::addTwoProducts<Tile>(space, stencil, A, x, B, z, y, samples);
  }
}

/// a = sigma(W * q + b),  next = q + h a: see eulerStep() of a dense layer.
template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const Stencil& stencil, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  if constexpr (Tile::onHost) {
    host::eulerStep<Tile, Sigma, keepsActivation>(space, W, b, h, q, a, next, samples, stencil);
  } else {
    device::eulerStep<Tile, Sigma>(space, stencil, W, b, h, q, a, next, samples);
  }
}

/// dz = W * dq + dW * q + db,  dnext = dq + h sigma'(a) dz: see tangentStep() of a dense layer.
template <class Tile, class Sigma, Start start, bool two>
void tangentStep(const typename Tile::Execution& space, const Stencil& stencil,
                 const ProductOperands<Tile>& preActivation, typename Tile::Scalar h,
                 const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext, int samples) {
  if constexpr (Tile::onHost) {
    host::tangentStep<Tile, Sigma, false, start, two>(space, preActivation, h, a, dnext, {}, samples,
                                                      stencil);
  } else {
    device::tangentStep<Tile, Sigma, two>(space, stencil, preActivation, h, a, dnext, samples);
  }
}

/// a = sigma(W * q + b);  W and b in the unit of Sigma.
template <class Tile, class Sigma>
void activatedProduct(const typename Tile::Execution& space, const Stencil& stencil,
                      const typename Tile::Weights& W, const typename Tile::Bias& b,
                      const typename Tile::ConstSlab& q, const typename Tile::Slab& a, int samples) {
  if constexpr (Tile::onHost) {
    host::activatedProduct<Tile, Sigma>(space, stencil, W, b, q, a, samples);
  } else {
    device::activatedProduct<Tile, Sigma>(space, stencil, W, b, q, a, samples);
  }
}

/// y = base + factor (A * x + B * z + b);  base, B and b may be empty; y may be base, and not a factor.
template <class Tile>
void scaledProduct(const typename Tile::Execution& space, const Stencil& stencil,
                   const ProductOperands<Tile>& operands, double factor, const typename Tile::ConstSlab& base,
                   int samples) {
  if constexpr (Tile::onHost) {
    host::scaledProduct<Tile>(space, stencil, operands, factor, base, samples);
  } else {
    device::scaledProduct<Tile>(space, stencil, operands, factor, base, samples);
  }
}

/// Inputs, channel by channel, as a state: channels that it has more than they are 0.
template <class Tile>
void channelsToPixels(const typename Tile::Execution& space, const typename Tile::ConstSlab& channels,
                      const typename Tile::Slab& pixels, int pixelCount, int samples) {
  if constexpr (Tile::onHost) {
    host::channelsToPixels<Tile>(space, channels, pixels, pixelCount, samples);
  } else {
    static const std::string label = "terrace::resnet::channelsToPixels";
    const int rows = static_cast<int>(pixels.extent(0));
    forEachEntry<Tile>(space, label, rows, samples,
                       device::ChannelsToPixels<Tile>{channels, pixels, pixelCount,
                                                      static_cast<int>(channels.extent(0)) / pixelCount,
                                                      rows / pixelCount});
  }
}

/// The adjoint of channelsToPixels().
template <class Tile>
void pixelsToChannels(const typename Tile::Execution& space, const typename Tile::ConstSlab& pixels,
                      const typename Tile::Slab& channels, int pixelCount, int samples) {
  if constexpr (Tile::onHost) {
    host::pixelsToChannels<Tile>(space, pixels, channels, pixelCount, samples);
  } else {
    static const std::string label = "terrace::resnet::pixelsToChannels";
    forEachEntry<Tile>(space, label, static_cast<int>(channels.extent(0)), samples,
                       device::PixelsToChannels<Tile>{pixels, channels, pixelCount,
                                                      static_cast<int>(pixels.extent(0)) / pixelCount});
  }
}

/// means(window, c, s) = mean of x(p, c, s) over the pixels p of the window.
template <class Tile>
void meansOfWindows(const typename Tile::Execution& space, const Windows& windows,
                    const typename Tile::ConstSlab& x, const typename Tile::Slab& means, int samples) {
  if constexpr (Tile::onHost) {
    host::meansOfWindows<Tile>(space, windows, x, means, samples);
  } else {
    static const std::string label = "terrace::resnet::meansOfWindows";
    forEachEntry<Tile>(space, label, static_cast<int>(means.extent(0)), samples,
                       device::MeansOfWindows<Tile>{windows, x, means});
  }
}

/// The adjoint of meansOfWindows().
template <class Tile>
void spreadOverWindows(const typename Tile::Execution& space, const Windows& windows,
                       const typename Tile::ConstSlab& mu, const typename Tile::Slab& x, int samples) {
  if constexpr (Tile::onHost) {
    host::spreadOverWindows<Tile>(space, windows, mu, x, samples);
  } else {
    static const std::string label = "terrace::resnet::spreadOverWindows";
    forEachEntry<Tile>(space, label, static_cast<int>(x.extent(0)), samples,
                       device::SpreadOverWindows<Tile>{windows, mu, x});
  }
}

/// y = factor x
template <class Tile>
void scale(const typename Tile::Execution& space, double factor, const typename Tile::ConstSlab& x,
           const typename Tile::Slab& y, int samples) {
  if constexpr (Tile::onHost) {
    host::scale<Tile>(space, factor, x, y, samples);
  } else {
    static const std::string label = "terrace::resnet::scale";
    forEachEntry<Tile>(space, label, static_cast<int>(y.extent(0)), samples,
                       device::Scale<Tile>{static_cast<typename Tile::Scalar>(factor), x, y});
  }
}

/// y += factor x
template <class Tile>
void addMultiple(const typename Tile::Execution& space, double factor, const typename Tile::ConstSlab& x,
                 const typename Tile::Slab& y, int samples) {
  if constexpr (Tile::onHost) {
    host::addMultiple<Tile>(space, factor, x, y, samples);
  } else {
    static const std::string label = "terrace::resnet::addMultiple";
    forEachEntry<Tile>(space, label, static_cast<int>(y.extent(0)), samples,
                       device::AddMultiple<Tile>{static_cast<typename Tile::Scalar>(factor), x, y});
  }
}

/// y = base + factor (g x + h z + b), per channel: see ChannelMap.
template <class Tile>
void mapChannels(const typename Tile::Execution& space, const ChannelMap<Tile>& map, int samples) {
  static const std::string label = "terrace::resnet::mapChannels";
  forEachTileOrEntry<Tile>(space, label, static_cast<int>(map.y.extent(0)), samples, map);
}

// The normalisations below need a workspace on devices alone.

/// z = (z - mean z) r,  r = 1 / sqrt(var z + floor), of each group of channels in each sample.
template <class Tile>
void normalize(const typename Tile::Execution& space, const ChannelGroups& groups,
               const typename Tile::Slab& z, const typename Tile::Slab& r,
               const NormalizationWork<Tile>& work, int samples) {
  if constexpr (Tile::onHost) {
    host::normalize<Tile>(space, groups, z, r, samples);
  } else {
    device::normalize<Tile>(space, groups, z, r, work, samples);
  }
}

/// The tangent of normalize(): dz = r (dz - mean dz) - k zn,  k = r mean(zn dz);  zn: the normalised z.
template <class Tile>
void normalizeTangent(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::ConstSlab& zn, const typename Tile::ConstSlab& r,
                      const typename Tile::Slab& dz, const typename Tile::Slab& k,
                      const NormalizationWork<Tile>& work, int samples) {
  if constexpr (Tile::onHost) {
    host::normalizeTangent<Tile>(space, groups, zn, r, dz, k, samples);
  } else {
    device::normalizeTangent<Tile>(space, groups, zn, r, dz, k, work, samples);
  }
}

/// The adjoint of z -> g zn + b: y = r (n - mean n - zn mean(n zn)),  n = g y.
template <class Tile>
void normalizeAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                      const typename Tile::Bias& gain, const typename Tile::ConstSlab& zn,
                      const typename Tile::ConstSlab& r, const typename Tile::Slab& y,
                      const NormalizationWork<Tile>& work, int samples) {
  if constexpr (Tile::onHost) {
    host::normalizeAdjoint<Tile>(space, groups, gain, zn, r, y, samples);
  } else {
    device::normalizeAdjoint<Tile>(space, groups, gain, zn, r, y, work, samples);
  }
}

/// y as normalizeAdjoint() makes it, and its tangent dy.
template <class Tile>
void normalizeTangentAdjoint(const typename Tile::Execution& space, const ChannelGroups& groups,
                             const NormalizedWithTangent<Tile>& operands, const typename Tile::Slab& y,
                             const typename Tile::Slab& dy, const NormalizationWork<Tile>& work,
                             int samples) {
  if constexpr (Tile::onHost) {
    host::normalizeTangentAdjoint<Tile>(space, groups, operands, y, dy, samples);
  } else {
    device::normalizeTangentAdjoint<Tile>(space, groups, operands, y, dy, work, samples);
  }
}

/// Adds sum_{p, s} mu(p, c, s) x(p, c, s) + nu(p, c, s) z(p, c, s) to the derivative at \p entry + c; without
/// x the sum of mu; nu and z may be empty. On the host mu and nu are 0 from the last sample to the end of its
/// tile.
template <class Tile>
void addChannelSums(const typename Tile::Execution& space, const OuterProductOperands<Tile>& operands,
                    int channels, const DerivativeSums& sums, long entry, int samples) {
  if constexpr (Tile::onHost) {
    host::addChannelSums<Tile>(operands, channels, sums, entry, samples);
  } else {
    device::addChannelSums<Tile>(space, operands, channels, sums, entry, samples);
  }
}

} // namespace terrace::resnet::detail
