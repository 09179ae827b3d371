#pragma once

// Random data and parameters, and what the library's plain loops make of them: the truth that the kernels are
// compared with.

#include "plain/PlainLoss.hpp"
#include "plain/PlainNetwork.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace terrace::resnet::reference {

using Vector = std::vector<double>;

inline std::size_t index(long i) {
  return static_cast<std::size_t>(i);
}

/// Samples in the global order; labels or targets, depending on which is filled.
struct Data {
  int count = 0;
  Vector inputs;
  std::vector<int> labels;
  Vector targets;
};

inline Vector normals(std::size_t count, unsigned seed, double deviation = 1.0) {
  std::mt19937 generator(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  Vector values(count);
  std::generate(values.begin(), values.end(), [&] { return normal(generator); });
  return values;
}

inline Data makeData(const Network& network, int count, bool labels, unsigned seed = 7) {
  Data data;
  data.count = count;
  data.inputs = normals(index(count) * index(network.features()), seed);
  std::mt19937 generator(seed + 1);
  std::uniform_int_distribution<int> label(0, network.outputs - 1);
  for (int s = 0; s < count && labels; ++s) data.labels.push_back(label(generator));
  if (!labels) data.targets = normals(index(count) * index(network.outputs), seed + 2);
  return data;
}

/// Row \p s of an array with so many columns.
inline Vector row(const Vector& values, int s, int columns) {
  const auto first = values.begin() + static_cast<std::ptrdiff_t>(s) * columns;
  return {first, first + columns};
}

struct Result {
  double loss = 0;  ///< Mean.
  double score = 0; ///< Hits (labels) or sum of squared errors (targets).
  Vector gradient;
  std::vector<Vector> outputs;
};

/// Mean loss and its gradient, without regularisation.
inline Result evaluate(const Network& network, const Data& data, const Vector& theta) {
  detail::PlainNetwork<double> plain(network);
  Result result;
  result.gradient.assign(theta.size(), 0.0);
  for (int s = 0; s < data.count; ++s) {
    detail::PlainTruth truth;
    if (data.labels.empty()) {
      truth.targets = row(data.targets, s, network.outputs);
    } else {
      truth.label = data.labels[index(s)];
    }
    result.outputs.push_back(plain.forward(theta, row(data.inputs, s, network.features())));
    Vector delta;
    result.loss += detail::plainLoss(network.loss, truth, result.outputs.back(), delta) / data.count;
    result.score += detail::plainScore(truth, result.outputs.back());
    for (double& value : delta) value /= data.count;
    plain.backward(theta, delta, &result.gradient);
  }
  return result;
}

/// The regularisation written as in its definition, and its gradient added to \p gradient.
inline double regularization(const Network& network, const Vector& theta, Vector& gradient) {
  const ParameterLayout layout(network);
  const Regularization& weights = network.regularization;
  double value = 0;
  const auto addSquare = [&](long i, double weight) {
    value += weight / 2 * theta[index(i)] * theta[index(i)];
    gradient[index(i)] += weight * theta[index(i)];
  };
  for (const ParameterRun& run : layout.runs()) {
    const bool isBlock = run.role == ParameterRole::Block;
    const double h = isBlock ? network.stages[index(run.stage)].timeStep() : 1.0;
    for (long i = run.offset; i < run.end(); ++i)
      addSquare(i, isBlock ? weights.tikhonov * h : weights.outputTikhonov);
    for (long i = run.groupOffset(1); i < run.end() && isBlock; ++i) {
      const auto previous = index(i - run.size);
      const double rate = (theta[index(i)] - theta[previous]) / h;
      value += weights.smoothness / 2 * h * rate * rate;
      gradient[index(i)] += weights.smoothness * rate;
      gradient[previous] -= weights.smoothness * rate;
    }
  }
  return value;
}

} // namespace terrace::resnet::reference
