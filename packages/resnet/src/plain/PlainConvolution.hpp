#pragma once

// The layers of convolutional networks in plain loops. A state is channel by channel, row of pixels by row.

#include "plain/PlainLayer.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <cstddef>

namespace terrace::resnet::detail {

/// y = A * x + b, the image kept: zeros are around it.
template <class T>
class PlainConvolution final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  /// \param[in] from  shape of x.
  PlainConvolution(const ParameterRun& run, int group, const Shape& from)
      : outputs_(run.outputs()), inputs_(run.inputs()), height_(from.height), width_(from.width),
        side_(run.taps() == 1 ? 1 : 3), weights_(run.groupOffset(group)), hasBias_(run.hasBias()) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y = multiply(theta, x);
    for (long i = 0; i < outputs_ && hasBias_; ++i)
      for (long p = 0; p < pixels(); ++p) y[at(i * pixels() + p)] += theta[at(bias() + i)];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    if (gradient != nullptr) {
      addGradient(x, lambda, *gradient);
      addBiasGradient(lambda, *gradient);
    }
    return multiplyTransposed(theta, lambda);
  }

  /// A * x
  Vector multiply(const Vector& theta, const Vector& x) const {
    Vector y(at(outputs_ * pixels()), T(0));
    forEachProduct([&](long weight, long out, long in) { y[at(out)] += theta[at(weight)] * x[at(in)]; });
    return y;
  }
  /// Its adjoint.
  Vector multiplyTransposed(const Vector& theta, const Vector& mu) const {
    Vector x(at(inputs_ * pixels()), T(0));
    forEachProduct([&](long weight, long out, long in) { x[at(in)] += theta[at(weight)] * mu[at(out)]; });
    return x;
  }
  /// Adds the derivative of <mu, A * x> by A.
  void addGradient(const Vector& x, const Vector& mu, Vector& gradient) const {
    forEachProduct([&](long weight, long out, long in) { gradient[at(weight)] += mu[at(out)] * x[at(in)]; });
  }
  void addBiasGradient(const Vector& mu, Vector& gradient) const {
    for (long i = 0; i < outputs_ && hasBias_; ++i)
      for (long p = 0; p < pixels(); ++p) gradient[at(bias() + i)] += mu[at(i * pixels() + p)];
  }

private:
  static std::size_t at(long i) { return static_cast<std::size_t>(i); }
  long pixels() const { return height_ * width_; }
  long bias() const { return weights_ + outputs_ * inputs_ * side_ * side_; }

  // f(weight, output, input) for each product of the convolution.
  template <class Function>
  void forEachProduct(const Function& f) const {
    const long half = side_ / 2;
    long weight = weights_;
    for (long i = 0; i < outputs_; ++i)
      for (long j = 0; j < inputs_; ++j)
        for (long dy = -half; dy <= half; ++dy)
          for (long dx = -half; dx <= half; ++dx, ++weight)
            for (long y = std::max(0L, -dy); y < std::min(height_, height_ - dy); ++y)
              for (long x = std::max(0L, -dx); x < std::min(width_, width_ - dx); ++x)
                f(weight, i * pixels() + y * width_ + x, j * pixels() + (y + dy) * width_ + x + dx);
  }

  long outputs_;
  long inputs_;
  long height_;
  long width_;
  long side_; ///< Of the stencil.
  long weights_;
  bool hasBias_;
};

/// y = sigma(x).
template <class T>
class PlainActivation final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  explicit PlainActivation(Activation activation) : activation_(activation) {}

  Vector forward(const Vector&, const Vector& x) const override {
    Vector y(x);
    for (T& value : y) value = plainSigma(activation_, value);
    return y;
  }
  Vector backward(const Vector&, const Vector& x, const Vector& lambda, Vector*) const override {
    Vector mu(lambda);
    for (std::size_t i = 0; i < mu.size(); ++i) mu[i] *= plainSlope(activation_, x[i]);
    return mu;
  }

private:
  Activation activation_;
};

/// Means over windows of so many pixels.
template <class T>
class PlainPooling final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  /// \param[in] height, width  of a window; they divide those of the image.
  PlainPooling(const Shape& from, int height, int width) : from_(from), height_(height), width_(width) {}

  Vector forward(const Vector&, const Vector& x) const override {
    Vector y(static_cast<std::size_t>(from_.size() / (height_ * width_)), T(0));
    forEachPixel([&](std::size_t in, std::size_t out) { y[out] += weight() * x[in]; });
    return y;
  }
  Vector backward(const Vector&, const Vector& x, const Vector& lambda, Vector*) const override {
    Vector mu(x.size(), T(0));
    forEachPixel([&](std::size_t in, std::size_t out) { mu[in] += weight() * lambda[out]; });
    return mu;
  }

private:
  T weight() const { return T(1.0 / (height_ * width_)); }

  template <class Function>
  void forEachPixel(const Function& f) const {
    const int rows = from_.height / height_, columns = from_.width / width_;
    std::size_t in = 0;
    for (int c = 0; c < from_.channels; ++c)
      for (int y = 0; y < from_.height; ++y)
        for (int x = 0; x < from_.width; ++x)
          f(in++, static_cast<std::size_t>((c * rows + y / height_) * columns + x / width_));
  }

  Shape from_;
  int height_;
  int width_;
};

/// y = x + h sigma(W * x + b).
template <class T>
class PlainSingleBlock final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainSingleBlock(const ParameterRun& run, int block, const Stage& stage, Activation activation)
      : convolution_(run, block, stage.shape), sigma_(activation), h_(stage.timeStep()) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y(x);
    const Vector a = sigma_.forward(theta, convolution_.forward(theta, x));
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += h_ * a[i];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    Vector mu(lambda);
    for (T& value : mu) value *= h_;
    mu = sigma_.backward(theta, convolution_.forward(theta, x), mu, nullptr);
    Vector result = convolution_.backward(theta, x, mu, gradient);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += lambda[i];
    return result;
  }

private:
  PlainConvolution<T> convolution_;
  PlainActivation<T> sigma_;
  T h_;
};

/// y = x - h W^T * sigma(W * x + b).
template <class T>
class PlainSymmetricBlock final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainSymmetricBlock(const ParameterRun& run, int block, const Stage& stage, Activation activation)
      : convolution_(run, block, stage.shape), sigma_(activation), h_(stage.timeStep()) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y(x);
    const Vector a = sigma_.forward(theta, convolution_.forward(theta, x));
    const Vector step = convolution_.multiplyTransposed(theta, a);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= h_ * step[i];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    const Vector z = convolution_.forward(theta, x);
    Vector mu = sigma_.backward(theta, z, convolution_.multiply(theta, lambda), nullptr);
    for (T& value : mu) value *= -h_;
    Vector result = convolution_.backward(theta, x, mu, gradient);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += lambda[i];
    if (gradient == nullptr) return result;
    Vector a = sigma_.forward(theta, z);
    for (T& value : a) value *= -h_;
    convolution_.addGradient(lambda, a, *gradient);
    return result;
  }

private:
  PlainConvolution<T> convolution_;
  PlainActivation<T> sigma_;
  T h_;
};

} // namespace terrace::resnet::detail
