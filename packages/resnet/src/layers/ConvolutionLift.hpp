#pragma once

#include "kernels/ImageKernels.hpp"
#include "layers/Convolution.hpp"
#include "layers/LiftLayer.hpp"

namespace terrace::resnet::detail {

/// The lift of a convolutional network. Inputs come channel by channel, as data sets have them; states are
/// pixel by pixel.
template <class Tile>
class ConvolutionLift final : public LiftLayer<Tile> {
public:
  using typename LiftLayer<Tile>::Slab;
  using typename LiftLayer<Tile>::ConstSlab;

  ConvolutionLift(const Network& network, const ParameterLayout& layout, int chunkSamples)
      : LiftLayer<Tile>(network, layout, chunkSamples), input_(network.input), chunkSamples_(chunkSamples) {
    if (layout.lift() != nullptr) convolution_ = Convolution<Tile>(*layout.lift(), input_);
  }

private:
  void append(const Pass<Tile>& pass, const ConstSlab& x, const Slab& q) override {
    channelsToPixels<Tile>(pass.space, x, q, input_.pixels(), pass.samples);
  }
  ConstSlab leading(const Pass<Tile>& pass, const Slab& q, const Slab& x) override {
    pixelsToChannels<Tile>(pass.space, q, x, input_.pixels(), pass.samples);
    return x;
  }
  void multiply(const Pass<Tile>& pass, const PackedParameters<Tile>& theta, bool withBias,
                const ConstSlab& x, const Slab& q) override {
    convolution_.multiply(pass, convolution_.weights(theta),
                          withBias ? convolution_.bias(theta) : typename Tile::Bias(), pixels(pass, x), q,
                          false);
  }
  void multiplyTransposed(const Pass<Tile>& pass, const ConstSlab& mu, const Slab& x) override {
    const Slab image = images()[0];
    convolution_.multiply(pass, convolution_.transposed(*pass.theta), {}, mu, image, false);
    pixelsToChannels<Tile>(pass.space, image, x, input_.pixels(), pass.samples);
  }
  void addDerivative(const Pass<Tile>& pass, const ConstSlab& mu, const ConstSlab& x) override {
    convolution_.addDerivative(pass, 0, 1.0, {mu, pixels(pass, x), {}, {}});
  }

  // The inputs pixel by pixel; one channel is so in any case.
  ConstSlab pixels(const Pass<Tile>& pass, const ConstSlab& x) {
    if (input_.channels == 1) return x;
    const Slab image = images()[0];
    channelsToPixels<Tile>(pass.space, x, image, input_.pixels(), pass.samples);
    return image;
  }
  LayerArrays<Tile>& images() {
    images_.reserve("terrace::resnet::images", 1, input_.size(), chunkSamples_);
    return images_;
  }

  Shape input_;
  int chunkSamples_;
  Convolution<Tile> convolution_;
  LayerArrays<Tile> images_;
};

} // namespace terrace::resnet::detail
