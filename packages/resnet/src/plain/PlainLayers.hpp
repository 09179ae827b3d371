#pragma once

// Every kind of layer in plain loops: the dense ones, and those of a network in their order.

#include "plain/PlainComposite.hpp"
#include "plain/PlainConvolution.hpp"

#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace terrace::resnet::detail {

/// y = A x + b, with the parameters of a group.
template <class T>
class PlainAffine final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainAffine(const ParameterRun& run, int group)
      : outputs_(at(run.outputs())), inputs_(at(run.inputs())), weights_(at(run.groupOffset(group))),
        hasBias_(run.hasBias()) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y(outputs_, T(0));
    for (std::size_t i = 0; i < outputs_; ++i) {
      if (hasBias_) y[i] = theta[bias() + i];
      for (std::size_t j = 0; j < inputs_; ++j) y[i] += theta[weight(i, j)] * x[j];
    }
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    Vector result(inputs_, T(0));
    for (std::size_t i = 0; i < outputs_; ++i)
      for (std::size_t j = 0; j < inputs_; ++j) result[j] += theta[weight(i, j)] * lambda[i];
    for (std::size_t i = 0; i < outputs_ && gradient != nullptr; ++i) {
      for (std::size_t j = 0; j < inputs_; ++j) (*gradient)[weight(i, j)] += lambda[i] * x[j];
      if (hasBias_) (*gradient)[bias() + i] += lambda[i];
    }
    return result;
  }

private:
  static std::size_t at(long i) { return static_cast<std::size_t>(i); }
  std::size_t weight(std::size_t i, std::size_t j) const { return weights_ + i * inputs_ + j; }
  std::size_t bias() const { return weights_ + outputs_ * inputs_; }

  std::size_t outputs_;
  std::size_t inputs_;
  std::size_t weights_;
  bool hasBias_;
};

/// y = sigma(A x + b).
template <class T>
class PlainActivated final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainActivated(const ParameterRun& run, int group, Activation activation)
      : affine_(run, group), activation_(activation) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y = affine_.forward(theta, x);
    for (T& z : y) z = plainSigma(activation_, z);
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    const Vector z = affine_.forward(theta, x);
    Vector mu(lambda);
    for (std::size_t i = 0; i < mu.size(); ++i) mu[i] *= plainSlope(activation_, z[i]);
    return affine_.backward(theta, x, mu, gradient);
  }

private:
  PlainAffine<T> affine_;
  Activation activation_;
};

/// y = x + h sigma(W x + b).
template <class T>
class PlainDenseBlock final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  PlainDenseBlock(const ParameterRun& run, int block, Activation activation, double h)
      : step_(run, block, activation), h_(h) {}

  Vector forward(const Vector& theta, const Vector& x) const override {
    Vector y(x);
    const Vector a = step_.forward(theta, x);
    for (std::size_t i = 0; i < y.size(); ++i) y[i] += h_ * a[i];
    return y;
  }

  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    Vector scaled(lambda);
    for (T& value : scaled) value *= h_;
    Vector result = step_.backward(theta, x, scaled, gradient);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += lambda[i];
    return result;
  }

private:
  PlainActivated<T> step_;
  T h_;
};

/// y = x, with zeros appended.
template <class T>
class PlainPadding final : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;

  explicit PlainPadding(int outputs) : outputs_(static_cast<std::size_t>(outputs)) {}

  Vector forward(const Vector&, const Vector& x) const override {
    Vector y(x);
    y.resize(outputs_, T(0));
    return y;
  }
  Vector backward(const Vector&, const Vector& x, const Vector& lambda, Vector*) const override {
    return {lambda.begin(), lambda.begin() + static_cast<std::ptrdiff_t>(x.size())};
  }

private:
  std::size_t outputs_;
};

/// One block of a stage: here a new kind of stage has its line.
template <class T>
std::unique_ptr<PlainLayer<T>> makePlainBlock(const Network& network, const ParameterRun& run, int block) {
  const Stage& stage = network.stages[static_cast<std::size_t>(run.stage)];
  switch (stage.kind) {
  case StageKind::Dense:
    return std::make_unique<PlainDenseBlock<T>>(run, block, network.activation, stage.timeStep());
  case StageKind::Single:
    return std::make_unique<PlainSingleBlock<T>>(run, block, stage, network.activation);
  case StageKind::Symmetric:
    return std::make_unique<PlainSymmetricBlock<T>>(run, block, stage, network.activation);
  case StageKind::Basic:
  case StageKind::Bottleneck:
    return std::make_unique<PlainCompositeBlock<T>>(run, block, stage, network.activation);
  }
  return nullptr;
}

/// Adds the lift, a transition or the output layer of a convolutional network.
template <class T>
void addPlainImageLayers(const Network& network, const ParameterRun& run,
                         std::vector<std::unique_ptr<PlainLayer<T>>>& layers) {
  const auto stage = static_cast<std::size_t>(run.stage);
  if (run.role == ParameterRole::Lift) {
    layers.push_back(std::make_unique<PlainConvolution<T>>(run, 0, network.input));
    if (network.lift == Lift::Activated)
      layers.push_back(std::make_unique<PlainActivation<T>>(network.activation));
  } else if (run.role == ParameterRole::Transition) {
    const Shape& from = network.stages[stage - 1].shape;
    layers.push_back(std::make_unique<PlainPooling<T>>(from, 2, 2));
    layers.push_back(
        std::make_unique<PlainConvolution<T>>(run, 0, Shape{from.channels, from.height / 2, from.width / 2}));
  } else {
    const Shape& from = network.lastShape();
    layers.push_back(std::make_unique<PlainPooling<T>>(from, from.height, from.width));
    layers.push_back(std::make_unique<PlainAffine<T>>(run, 0));
  }
}

/// The layers of a run, in their order: of a run of blocks, one a block.
template <class T>
std::vector<std::unique_ptr<PlainLayer<T>>> makePlainLayers(const Network& network, const ParameterRun& run) {
  std::vector<std::unique_ptr<PlainLayer<T>>> layers;
  for (int group = 0; group < run.count; ++group)
    if (run.role == ParameterRole::Block) {
      layers.push_back(makePlainBlock<T>(network, run, group));
    } else if (network.isConvolutional()) {
      addPlainImageLayers<T>(network, run, layers);
    } else if (run.role == ParameterRole::Lift && network.lift == Lift::Activated) {
      layers.push_back(std::make_unique<PlainActivated<T>>(run, group, network.activation));
    } else {
      layers.push_back(std::make_unique<PlainAffine<T>>(run, group));
    }
  return layers;
}

/// The layers of a network.
template <class T>
std::vector<std::unique_ptr<PlainLayer<T>>> makePlainLayers(const Network& network,
                                                            const ParameterLayout& layout) {
  std::vector<std::unique_ptr<PlainLayer<T>>> layers;
  if (network.lift == Lift::Identity)
    layers.push_back(std::make_unique<PlainPadding<T>>(network.firstShape().size()));
  for (const ParameterRun& run : layout.runs())
    for (auto& layer : makePlainLayers<T>(network, run)) layers.push_back(std::move(layer));
  return layers;
}

} // namespace terrace::resnet::detail
