#pragma once

// Blocks of several convolutions in plain loops, with normalisations.

#include "plain/PlainConvolution.hpp"

#include <cmath>
#include <memory>
#include <utility>

namespace terrace::resnet::detail {

inline double plainSquareRoot(double x) {
  return std::sqrt(x);
}
inline Dual plainSquareRoot(const Dual& x) {
  const double root = std::sqrt(x.value);
  return {root, x.derivative / (2 * root)};
}

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
    const std::pair<Vector, Vector> parts = normalized(x);
    const Vector &values = parts.first, &factors = parts.second;
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
      factors.push_back(T(1) / plainSquareRoot(square / size() + T(varianceFloor)));
      forEach(group, [&](std::size_t i) { values[i] = (x[i] - mean) * factors.back(); });
    }
    return {values, factors};
  }

  std::size_t gain_;
  std::size_t bias_;
  std::size_t channels_;
  std::size_t pixels_;
  std::size_t groups_;
};

/// The same over the pixels and the samples of a group, for each channel.
template <class T>
class PlainGhostNormalization final : public PlainGroupLayer<T> {
public:
  using typename PlainLayer<T>::Vector;
  using typename PlainLayer<T>::Samples;

  /// \param[in] gain, bias  positions in the parameter vector.
  PlainGhostNormalization(long gain, long bias, const Shape& shape)
      : gain_(static_cast<std::size_t>(gain)), bias_(static_cast<std::size_t>(bias)),
        channels_(static_cast<std::size_t>(shape.channels)),
        pixels_(static_cast<std::size_t>(shape.pixels())) {}

  Samples forwardGroup(const Vector& theta, const Samples& x) const override {
    Samples y(x);
    for (std::size_t c = 0; c < channels_; ++c) {
      const Moments at = moments(x, c);
      forEach(x, c, [&](std::size_t s, std::size_t i) {
        y[s][i] = theta[gain_ + c] * (x[s][i] - at.mean) * at.factor + theta[bias_ + c];
      });
    }
    return y;
  }

  Samples backwardGroup(const Vector& theta, const Samples& x, const Samples& lambda,
                        Vector* gradient) const override {
    Samples result(lambda);
    for (std::size_t c = 0; c < channels_; ++c) {
      const Moments at = moments(x, c);
      const auto normalized = [&](std::size_t s, std::size_t i) { return (x[s][i] - at.mean) * at.factor; };
      T sum(0), along(0);
      forEach(x, c, [&](std::size_t s, std::size_t i) {
        sum += lambda[s][i];
        along += lambda[s][i] * normalized(s, i);
      });
      if (gradient != nullptr) {
        (*gradient)[gain_ + c] += along;
        (*gradient)[bias_ + c] += sum;
      }
      forEach(x, c, [&](std::size_t s, std::size_t i) {
        result[s][i] = theta[gain_ + c] * at.factor *
                       (lambda[s][i] - sum / entries(x) - normalized(s, i) * along / entries(x));
      });
    }
    return result;
  }

  void addStatistics(const Vector&, const Samples& x, Vector& sums) const override {
    const T samples(static_cast<double>(x.size()));
    for (std::size_t c = 0; c < channels_; ++c) {
      const Moments at = moments(x, c);
      sums[gain_ + c] += samples * at.mean;
      sums[bias_ + c] += samples * at.variance;
    }
  }

private:
  struct Moments {
    T mean;
    T variance;
    T factor; // 1 / deviation
  };

  T entries(const Samples& x) const { return T(static_cast<double>(x.size() * pixels_)); }

  // f(sample, entry of its image) for the entries of a channel
  template <class Function>
  void forEach(const Samples& x, std::size_t channel, const Function& f) const {
    for (std::size_t s = 0; s < x.size(); ++s)
      for (std::size_t i = channel * pixels_; i < (channel + 1) * pixels_; ++i) f(s, i);
  }

  Moments moments(const Samples& x, std::size_t channel) const {
    T mean(0), square(0);
    forEach(x, channel, [&](std::size_t s, std::size_t i) { mean += x[s][i]; });
    mean = mean / entries(x);
    forEach(x, channel, [&](std::size_t s, std::size_t i) { square += (x[s][i] - mean) * (x[s][i] - mean); });
    const T variance = square / entries(x);
    return {mean, variance, T(1) / plainSquareRoot(variance + T(varianceFloor))};
  }

  std::size_t gain_;
  std::size_t bias_;
  std::size_t channels_;
  std::size_t pixels_;
};

/// y = x + h N(.. sigma(N(W * x))): a Basic or a Bottleneck block.
template <class T>
class PlainCompositeBlock final : public PlainGroupLayer<T> {
public:
  using typename PlainLayer<T>::Vector;
  using typename PlainLayer<T>::Samples;

  PlainCompositeBlock(const ParameterRun& run, int block, const Stage& stage, Activation activation)
      : h_(stage.timeStep()) {
    for (std::size_t a = 0; a < run.arrays.size(); ++a) {
      if (!run.arrays[a].isWeight()) continue;
      if (!layers_.empty()) layers_.push_back(std::make_unique<PlainActivation<T>>(activation));
      addLayer(run, a, block, stage);
    }
  }

  Samples forwardGroup(const Vector& theta, const Samples& x) const override {
    const Samples step = states(theta, x).back();
    Samples y(x);
    for (std::size_t s = 0; s < x.size(); ++s)
      for (std::size_t i = 0; i < y[s].size(); ++i) y[s][i] += h_ * step[s][i];
    return y;
  }

  Samples backwardGroup(const Vector& theta, const Samples& x, const Samples& lambda,
                        Vector* gradient) const override {
    const auto inside = states(theta, x);
    Samples mu(lambda);
    for (Vector& sample : mu)
      for (T& value : sample) value *= h_;
    for (std::size_t i = layers_.size(); i-- > 0;)
      mu = layers_[i]->backwardGroup(theta, inside[i], mu, gradient);
    for (std::size_t s = 0; s < x.size(); ++s)
      for (std::size_t i = 0; i < mu[s].size(); ++i) mu[s][i] += lambda[s][i];
    return mu;
  }

  void addStatistics(const Vector& theta, const Samples& x, Vector& sums) const override {
    const auto inside = states(theta, x);
    for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i]->addStatistics(theta, inside[i], sums);
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
    const long gain = first + run.arrays[a + 2].offset, bias = first + run.arrays[a + 1].offset;
    if (stage.normalization == Normalization::GhostBatch) {
      layers_.push_back(std::make_unique<PlainGhostNormalization<T>>(gain, bias, shape));
    } else {
      layers_.push_back(std::make_unique<PlainGroupNormalization<T>>(gain, bias, shape, stage.groups));
    }
  }

  std::vector<Samples> states(const Vector& theta, const Samples& x) const {
    std::vector<Samples> all{x};
    for (const auto& layer : layers_) all.push_back(layer->forwardGroup(theta, all.back()));
    return all;
  }

  std::vector<std::unique_ptr<PlainLayer<T>>> layers_;
  T h_;
};

} // namespace terrace::resnet::detail
