#pragma once

#include "plain/Dual.hpp"

#include <terrace/resnet/network/Network.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace terrace::resnet::detail {

/// What is true of a sample: a label, or targets with the shift and scale of their units (empty: 0 and 1).
struct PlainTruth {
  int label = -1; ///< -1: there are targets.
  std::vector<double> targets;
  std::vector<double> shift;
  std::vector<double> scale;

  double target(std::size_t c) const {
    return label >= 0 ? (c == static_cast<std::size_t>(label) ? 1.0 : 0.0) : targets[c];
  }
};

/// Loss of one sample. \param[out] delta  its derivative by \p y.
template <class T>
T plainLoss(LossType type, const PlainTruth& truth, const std::vector<T>& y, std::vector<T>& delta) {
  using std::exp;
  using std::log;
  delta.assign(y.size(), T(0));
  T loss(0);
  if (type == LossType::LeastSquares) {
    for (std::size_t c = 0; c < y.size(); ++c) {
      delta[c] = y[c] - T(truth.target(c));
      loss += T(0.5) * delta[c] * delta[c];
    }
    return loss;
  }
  double largest = valueOf(y[0]);
  for (const T& value : y) largest = std::max(largest, valueOf(value));
  T sum(0);
  for (std::size_t c = 0; c < y.size(); ++c) sum += exp(y[c] - T(largest));
  for (std::size_t c = 0; c < y.size(); ++c) delta[c] = exp(y[c] - T(largest)) / sum - T(truth.target(c));
  return log(sum) + T(largest) - y[static_cast<std::size_t>(truth.label)];
}

/// 1 if the label is predicted right, else 0; or the squared error in the units of the targets.
inline double plainScore(const PlainTruth& truth, const std::vector<double>& y) {
  if (truth.label >= 0) return std::max_element(y.begin(), y.end()) - y.begin() == truth.label ? 1.0 : 0.0;
  double sum = 0;
  for (std::size_t c = 0; c < y.size(); ++c) {
    const double error = (truth.scale.empty() ? 1.0 : truth.scale[c]) * (y[c] - truth.targets[c]);
    sum += error * error;
  }
  return sum;
}

/// Squared norm of what the outputs are compared with, in the units of the targets; as the kernels, 0 for the
/// cross entropy.
inline double plainSquaredTargets(LossType type, const PlainTruth& truth, std::size_t outputs) {
  double sum = 0;
  for (std::size_t c = 0; c < outputs && type == LossType::LeastSquares; ++c) {
    const double target = (truth.scale.empty() ? 1.0 : truth.scale[c]) * truth.target(c) +
                          (truth.shift.empty() ? 0.0 : truth.shift[c]);
    sum += target * target;
  }
  return sum;
}

} // namespace terrace::resnet::detail
