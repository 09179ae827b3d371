#pragma once

#include "kernels/ImageKernels.hpp"
#include "layers/Convolution.hpp"
#include "layers/LayerArrays.hpp"
#include "layers/LinkLayer.hpp"

namespace terrace::resnet::detail {

/// Means over windows of pixels, then y = A x + c at each window: a transition of a convolutional network
/// and, where the image is one window, its output layer.
template <class Tile>
class PooledLayer final : public LinkLayer<Tile> {
public:
  using typename LinkLayer<Tile>::Slab;
  using typename LinkLayer<Tile>::ConstSlab;

  PooledLayer(const ParameterRun& run, const Windows& windows, int chunkSamples)
      : windows_(windows), convolution_(run, windows.means()), chunkSamples_(chunkSamples) {}

  void forward(const Pass<Tile>& pass, const ConstSlab& x, const Slab& y) override {
    const auto& theta = *pass.theta;
    convolution_.multiply(pass, convolution_.weights(theta), convolution_.bias(theta), means(pass, x, 0), y,
                          false);
  }

  void backward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& mu,
                const Slab& lambda) override {
    if (pass.sums != nullptr) convolution_.addDerivative(pass, 0, 1.0, {mu, means(pass, x, 0), {}, {}});
    pullBack(pass, mu, lambda);
  }

  void tangent(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx, const Slab& dy) override {
    const bool alongParameters = pass.direction != nullptr;
    if (alongParameters)
      convolution_.multiply(pass, convolution_.weights(*pass.direction), convolution_.bias(*pass.direction),
                            means(pass, x, 0), dy, false);
    convolution_.multiply(pass, convolution_.weights(*pass.theta), {}, means(pass, dx, 1), dy,
                          alongParameters);
  }

  void tangentBackward(const Pass<Tile>& pass, const ConstSlab& x, const ConstSlab& dx, const ConstSlab& mu,
                       const ConstSlab& dmu, const Slab& lambda, const Slab& dlambda) override {
    convolution_.addDerivative(pass, 0, 1.0, {dmu, means(pass, x, 0), mu, means(pass, dx, 1)});
    if (lambda.extent(0) > 0) pullBack(pass, mu, lambda);
    const Slab sum = arrays()[2];
    convolution_.multiply(pass, convolution_.transposed(*pass.theta), {}, dmu, sum, false);
    convolution_.multiply(pass, convolution_.transposed(*pass.direction), {}, mu, sum, true);
    spreadOverWindows<Tile>(pass.space, windows_, sum, dlambda, pass.samples);
  }

private:
  // Of x, kept in array `slot`.
  ConstSlab means(const Pass<Tile>& pass, const ConstSlab& x, int slot) {
    const Slab to = arrays()[slot];
    meansOfWindows<Tile>(pass.space, windows_, x, to, pass.samples);
    return to;
  }

  void pullBack(const Pass<Tile>& pass, const ConstSlab& mu, const Slab& lambda) {
    const Slab sum = arrays()[2];
    convolution_.multiply(pass, convolution_.transposed(*pass.theta), {}, mu, sum, false);
    spreadOverWindows<Tile>(pass.space, windows_, sum, lambda, pass.samples);
  }

  LayerArrays<Tile>& arrays() {
    arrays_.reserve("terrace::resnet::means", 3, windows_.means().size(), chunkSamples_);
    return arrays_;
  }

  Windows windows_;
  Convolution<Tile> convolution_;
  int chunkSamples_;
  LayerArrays<Tile> arrays_; ///< Means of x, of dx, and the derivative by them.
};

} // namespace terrace::resnet::detail
