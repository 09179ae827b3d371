#pragma once

#include "plain/PlainLayers.hpp"

namespace terrace::resnet::detail {

/// A network in plain loops, one sample at a time.
template <class T>
class PlainNetwork {
public:
  using Vector = std::vector<T>;

  explicit PlainNetwork(const Network& network)
      : layers_(makePlainLayers<T>(network, ParameterLayout(network))) {}

  /// Outputs of the sample \p x; all states are kept for backward().
  const Vector& forward(const Vector& theta, const Vector& x) {
    states_.assign(1, x);
    for (const auto& layer : layers_) states_.push_back(layer->forward(theta, states_.back()));
    return states_.back();
  }

  /// \param delta     derivative of the loss by the outputs. \return that by the inputs
  /// \param gradient  the derivatives by the parameters are added; null if they are not wanted.
  Vector backward(const Vector& theta, const Vector& delta, Vector* gradient) const {
    Vector lambda = delta;
    for (std::size_t i = layers_.size(); i-- > 0;)
      lambda = layers_[i]->backward(theta, states_[i], lambda, gradient);
    return lambda;
  }

private:
  std::vector<std::unique_ptr<PlainLayer<T>>> layers_;
  std::vector<Vector> states_; ///< Inputs of each layer, then the outputs.
};

} // namespace terrace::resnet::detail
