#pragma once

// A layer in plain loops, in double: what the kernels are compared with, and the last
// resort where no kernels know a network. T is double, or Dual for derivatives along a direction.

#include "plain/Dual.hpp"

#include <terrace/resnet/network/Network.hpp>

#include <cmath>
#include <vector>

namespace terrace::resnet::detail {

template <class T>
T plainSigma(Activation activation, const T& z) {
  using std::exp;
  using std::tanh;
  switch (activation) {
  case Activation::Tanh:
    return tanh(z);
  case Activation::ReLU:
    return valueOf(z) > 0 ? z : (valueOf(z) <= 0 ? T(0) : z); // NaN for NaN
  case Activation::SmoothReLU:
    if (std::abs(valueOf(z)) < 0.1) return z * z / T(0.4) + z / T(2) + T(0.025);
    return plainSigma(Activation::ReLU, z);
  case Activation::Sigmoid:
    return T(1) / (T(1) + exp(-z));
  case Activation::Identity:
    break;
  }
  return z;
}

/// The derivative of plainSigma().
template <class T>
T plainSlope(Activation activation, const T& z) {
  const T one(1);
  switch (activation) {
  case Activation::Tanh: {
    const T a = plainSigma(activation, z);
    return one - a * a;
  }
  case Activation::SmoothReLU:
    if (std::abs(valueOf(z)) < 0.1) return z / T(0.2) + T(0.5);
    [[fallthrough]];
  case Activation::ReLU:
    return valueOf(z) > 0 ? one : T(0);
  case Activation::Sigmoid: {
    const T a = plainSigma(activation, z);
    return a * (one - a);
  }
  case Activation::Identity:
    break;
  }
  return one;
}

/// A layer y = f(x) of one sample with its parameters in \p theta, the whole vector.
template <class T>
class PlainLayer {
public:
  using Vector = std::vector<T>;
  using Samples = std::vector<Vector>;

  virtual ~PlainLayer() = default;
  virtual Vector forward(const Vector& theta, const Vector& x) const = 0;
  /// \param lambda    derivative of the loss by y. \return that by x
  /// \param gradient  the derivatives by the parameters are added; null if they are not wanted.
  virtual Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                          Vector* gradient) const = 0;

  /// \name The same for the samples of a group, whose y may depend on each other
  /// @{
  virtual Samples forwardGroup(const Vector& theta, const Samples& x) const {
    Samples y;
    for (const Vector& sample : x) y.push_back(forward(theta, sample));
    return y;
  }
  virtual Samples backwardGroup(const Vector& theta, const Samples& x, const Samples& lambda,
                                Vector* gradient) const {
    Samples result;
    for (std::size_t s = 0; s < x.size(); ++s) result.push_back(backward(theta, x[s], lambda[s], gradient));
    return result;
  }
  /// Adds what Sweep::sumStatistics() sums. \param sums  in the order of the parameters.
  virtual void addStatistics(const Vector& /*theta*/, const Samples& /*x*/, Vector& /*sums*/) const {}
  /// @}
};

/// A layer that is defined on groups: a sample alone is a group.
template <class T>
class PlainGroupLayer : public PlainLayer<T> {
public:
  using typename PlainLayer<T>::Vector;
  using typename PlainLayer<T>::Samples;

  Vector forward(const Vector& theta, const Vector& x) const override {
    return this->forwardGroup(theta, Samples{x}).front();
  }
  Vector backward(const Vector& theta, const Vector& x, const Vector& lambda,
                  Vector* gradient) const override {
    return this->backwardGroup(theta, Samples{x}, Samples{lambda}, gradient).front();
  }
};

} // namespace terrace::resnet::detail
