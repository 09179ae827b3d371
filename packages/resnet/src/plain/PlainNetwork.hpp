#pragma once

#include "plain/PlainLayers.hpp"

namespace terrace::resnet::detail {

/// A network in plain loops, a group of samples at a time.
template <class T>
class PlainNetwork {
public:
  using Vector = std::vector<T>;
  using Samples = std::vector<Vector>;

  explicit PlainNetwork(const Network& network)
      : layers_(makePlainLayers<T>(network, ParameterLayout(network))) {}

  /// Outputs of the samples \p x of a group; all states are kept for the other calls.
  const Samples& forward(const Vector& theta, const Samples& x) {
    states_.assign(1, x);
    for (const auto& layer : layers_) states_.push_back(layer->forwardGroup(theta, states_.back()));
    return states_.back();
  }
  /// Of one sample.
  const Vector& forward(const Vector& theta, const Vector& x) { return forward(theta, Samples{x}).front(); }

  /// \param delta     derivative of the loss by the outputs. \return that by the inputs
  /// \param gradient  the derivatives by the parameters are added; null if they are not wanted.
  Samples backward(const Vector& theta, const Samples& delta, Vector* gradient) const {
    Samples lambda = delta;
    for (std::size_t i = layers_.size(); i-- > 0;)
      lambda = layers_[i]->backwardGroup(theta, states_[i], lambda, gradient);
    return lambda;
  }
  /// Of one sample.
  Vector backward(const Vector& theta, const Vector& delta, Vector* gradient) const {
    return backward(theta, Samples{delta}, gradient).front();
  }

  /// Adds what Sweep::sumStatistics() sums. \param sums  in the order of the parameters.
  void addStatistics(const Vector& theta, Vector& sums) const {
    for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i]->addStatistics(theta, states_[i], sums);
  }

private:
  std::vector<std::unique_ptr<PlainLayer<T>>> layers_;
  std::vector<Samples> states_; ///< Inputs of each layer, then the outputs.
};

} // namespace terrace::resnet::detail
