#pragma once

// Blocks of several convolutions in plain loops, with normalisations.

#include "plain/PlainConvolution.hpp"

#include <cmath>
#include <memory>
#include <utility>

namespace terrace::resnet::detail {

/// y = g (x - mean x) / sqrt(var x + 1e-5) + b over the pixels and the channels of each group of channels, g
/// and b of each channel.
template <class T>
class PlainGroupNormalization final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  /// \param[in] gain, bias  positions in the parameter vector.
  PlainGroupNormalization(long gain, long bias, const Shape& shape, int groups)
      : gain_(static_cast<std::size_t>(gain)), bias_(static_cast<std::size_t>(bias)),
        channels_(static_cast<std::size_t>(shape.channels)),
        pixels_(static_cast<std::size_t>(shape.pixels())), groups_(static_cast<std::size_t>(groups)) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y = normalized(x).first;
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] = theta[gain_ + i / pixels_] * y[i] + theta[bias_ + i / pixels_];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    const auto [values, factors] = normalized(x);
    Vector result(lambda);
    for (std::size_t i = 0; i < lambda.size(); ++i) {
      result[i] *= theta[gain_ + i / pixels_];
      if (gradient == nullptr) continue;
      (*gradient)[gain_ + i / pixels_] += lambda[i] * values[i];
      (*gradient)[bias_ + i / pixels_] += lambda[i];
    }
    for (std::size_t group = 0; group < groups_; ++group) {
      T mean(0), along(0);
      forEach(group, [&](std::size_t i) {
        mean += result[i];
        along += result[i] * values[i];
      });
      mean = mean / size();
      along = along / size();
      forEach(group,
              [&](std::size_t i) { result[i] = factors[group] * (result[i] - mean - values[i] * along); });
    }
    return result;
  }

private:
  T size() const { return T(static_cast<double>(channels_ / groups_ * pixels_)); }

  template <class Function>
  void forEach(std::size_t group, const Function& f) const {
    const std::size_t entries = channels_ / groups_ * pixels_;
    for (std::size_t i = group * entries; i < (group + 1) * entries; ++i) f(i);
  }

  // (x - mean) / deviation, and 1 / deviation of each group.
  std::pair<Vector, Vector> normalized(const Vector& x) const {
    Vector values(x), factors;
    for (std::size_t group = 0; group < groups_; ++group) {
      T mean(0), square(0);
      forEach(group, [&](std::size_t i) { mean += x[i]; });
      mean = mean / size();
      forEach(group, [&](std::size_t i) { square += (x[i] - mean) * (x[i] - mean); });
      factors.push_back(T(1) / squareRoot(square / size() + T(1e-5)));
      forEach(group, [&](std::size_t i) { values[i] = (x[i] - mean) * factors.back(); });
    }
    return {values, factors};
  }

  static double squareRoot(double x) { return std::sqrt(x); }
  static Dual squareRoot(const Dual& x) {
    const double root = std::sqrt(x.value);
    return {root, x.derivative / (2 * root)};
  }

  std::size_t gain_;
  std::size_t bias_;
  std::size_t channels_;
  std::size_t pixels_;
  std::size_t groups_;
};

/// y = x + h N(.. sigma(N(W * x))): a Basic or a Bottleneck block.
template <class T>
class PlainCompositeBlock final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainCompositeBlock(const ParameterRun& run, int block, const Stage& stage, Activation activation)
      : h_(stage.timeStep()) {
    for (std::size_t a = 0; a < run.arrays.size(); ++a) {
      if (!run.arrays[a].isWeight()) continue;
      if (!layers_.empty()) layers_.push_back(std::make_unique<PlainActivation<T>>(activation));
      addLayer(run, a, block, stage);
    }
  }

  Vector forward(const Vector& theta, const Vector& x) const override {
    const Vector step = states(theta, x).back();
    Vector y(x);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += h_ * step[i];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    const auto inside = states(theta, x);
    Vector mu(lambda);
    for (T& value : mu) value *= h_;
    for (std::size_t i = layers_.size(); i-- > 0;) mu = layers_[i]->backward(theta, inside[i], mu, gradient);
    for (std::size_t i = 0; i < mu.size(); ++i) mu[i] += lambda[i];
    return mu;
  }

private:
  // A convolution of the weight at index `a` of the arrays, with its bias, or with its normalisation.
  void addLayer(const ParameterRun& run, std::size_t a, int block, const Stage& stage) {
    const ParameterArray& weight = run.arrays[a];
    const bool normalizes = stage.normalization != Normalization::None;
    ParameterRun layer = run;
    layer.offset = run.groupOffset(block) + weight.offset;
    layer.arrays = {weight};
    if (!normalizes) layer.arrays.push_back(run.arrays[a + 1]);
    layers_.push_back(std::make_unique<PlainConvolution<T>>(layer, 0, stage.shape));
    if (!normalizes) return;
    const Shape shape{weight.outputs(), stage.shape.height, stage.shape.width};
    const long first = run.groupOffset(block);
    layers_.push_back(std::make_unique<PlainGroupNormalization<T>>(
        first + run.arrays[a + 2].offset, first + run.arrays[a + 1].offset, shape, stage.groups));
  }

  std::vector<Vector> states(const Vector& theta, const Vector& x) const {
    std::vector<Vector> all{x};
    for (const auto& layer : layers_) all.push_back(layer->forward(theta, all.back()));
    return all;
  }

  std::vector<std::unique_ptr<PlainLayer<T>>> layers_;
  T h_;
};

} // namespace terrace::resnet::detail
