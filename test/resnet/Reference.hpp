#pragma once

// A residual network in plain loops, one sample at a time: the truth that the kernels are compared with.

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
  data.inputs = normals(index(count) * index(network.features), seed);
  std::mt19937 generator(seed + 1);
  std::uniform_int_distribution<int> label(0, network.outputs - 1);
  for (int s = 0; s < count && labels; ++s) data.labels.push_back(label(generator));
  if (!labels) data.targets = normals(index(count) * index(network.outputs), seed + 2);
  return data;
}

inline double sigma(Activation activation, double z) {
  switch (activation) {
  case Activation::Tanh:
    return std::tanh(z);
  case Activation::ReLU:
    return std::max(z, 0.0);
  case Activation::SmoothReLU:
    return std::abs(z) < 0.1 ? z * z / 0.4 + z / 2 + 0.025 : std::max(z, 0.0);
  case Activation::Sigmoid:
    return 1 / (1 + std::exp(-z));
  case Activation::Identity:
    return z;
  }
  return 0;
}

inline double slope(Activation activation, double z) {
  switch (activation) {
  case Activation::Tanh:
    return 1 - std::tanh(z) * std::tanh(z);
  case Activation::ReLU:
    return z > 0 ? 1 : 0;
  case Activation::SmoothReLU:
    return std::abs(z) < 0.1 ? z / 0.2 + 0.5 : (z > 0 ? 1 : 0);
  case Activation::Sigmoid:
    return sigma(activation, z) * (1 - sigma(activation, z));
  case Activation::Identity:
    return 1;
  }
  return 0;
}

/// y(i) = sum_j A(i, j) x(j) + b(i); no b if null.
inline Vector affine(const double* A, const double* b, const Vector& x, int rows) {
  Vector y(index(rows));
  for (int i = 0; i < rows; ++i) {
    double sum = b != nullptr ? b[i] : 0.0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += A[index(i) * x.size() + j] * x[j];
    y[index(i)] = sum;
  }
  return y;
}

/// gradient of A += mu x', of b += mu; returns A' mu.
inline Vector pullBack(const double* A, const Vector& mu, const Vector& x, double* gradientA,
                       double* gradientB) {
  Vector result(x.size(), 0.0);
  for (std::size_t i = 0; i < mu.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) {
      gradientA[i * x.size() + j] += mu[i] * x[j];
      result[j] += A[i * x.size() + j] * mu[i];
    }
    if (gradientB != nullptr) gradientB[i] += mu[i];
  }
  return result;
}

struct Result {
  double loss = 0;  ///< Mean.
  double score = 0; ///< Hits (labels) or sum of squared errors (targets).
  Vector gradient;
  std::vector<Vector> outputs;
};

/// Loss of one sample; \p delta becomes its derivative by y.
inline double sampleLoss(const Network& network, const Data& data, int s, const Vector& y, Vector& delta,
                         double& score) {
  const bool labels = !data.labels.empty();
  const int best = static_cast<int>(std::max_element(y.begin(), y.end()) - y.begin());
  if (labels) score += best == data.labels[index(s)] ? 1 : 0;
  double loss = 0, sum = 0;
  for (const double value : y) sum += std::exp(value);
  for (int c = 0; c < network.outputs; ++c) {
    const double hot = labels && data.labels[index(s)] == c ? 1 : 0;
    if (network.loss == LossType::CrossEntropy) {
      delta[index(c)] = std::exp(y[index(c)]) / sum - hot;
      loss -= hot * std::log(std::exp(y[index(c)]) / sum);
      continue;
    }
    const double target = labels ? hot : data.targets[index(s) * index(network.outputs) + index(c)];
    delta[index(c)] = y[index(c)] - target;
    loss += 0.5 * delta[index(c)] * delta[index(c)];
    if (!labels) score += delta[index(c)] * delta[index(c)];
  }
  return loss;
}

inline void evaluateSample(const Network& network, const Data& data, int s, const Vector& theta,
                           Result& result) {
  const ParameterLayout layout(network);
  const double h = network.step();
  const auto K = index(network.blocks);
  double* g = result.gradient.data();
  const Vector x(data.inputs.begin() + s * network.features,
                 data.inputs.begin() + (s + 1) * network.features);
  std::vector<Vector> q(K + 1), z(K);
  Vector liftZ;
  if (network.lift == Lift::Identity) {
    q[0] = x;
    q[0].resize(index(network.width), 0.0);
  } else {
    liftZ = affine(theta.data(), layout.liftHasBias() ? &theta[index(layout.liftBias())] : nullptr, x,
                   network.width);
    q[0] = liftZ;
    if (network.lift == Lift::Activated)
      for (double& value : q[0]) value = sigma(network.activation, value);
  }
  for (std::size_t k = 0; k < K; ++k) {
    const int block = static_cast<int>(k);
    z[k] = affine(&theta[index(layout.blockOffset(block))], &theta[index(layout.blockBias(block))], q[k],
                  network.width);
    q[k + 1] = q[k];
    for (std::size_t i = 0; i < z[k].size(); ++i) q[k + 1][i] += h * sigma(network.activation, z[k][i]);
  }
  const Vector y =
      affine(&theta[index(layout.outputOffset())], &theta[index(layout.outputBias())], q[K], network.outputs);
  result.outputs.push_back(y);
  Vector delta(y.size());
  result.loss += sampleLoss(network, data, s, y, delta, result.score) / data.count;
  for (double& value : delta) value /= data.count;
  Vector lambda = pullBack(&theta[index(layout.outputOffset())], delta, q[K], g + layout.outputOffset(),
                           g + layout.outputBias());
  for (std::size_t k = K; k-- > 0;) {
    const int block = static_cast<int>(k);
    Vector mu(lambda);
    for (std::size_t i = 0; i < mu.size(); ++i) mu[i] *= h * slope(network.activation, z[k][i]);
    const Vector pulled = pullBack(&theta[index(layout.blockOffset(block))], mu, q[k],
                                   g + layout.blockOffset(block), g + layout.blockBias(block));
    for (std::size_t i = 0; i < lambda.size(); ++i) lambda[i] += pulled[i];
  }
  if (network.lift == Lift::Identity) return;
  for (std::size_t i = 0; i < lambda.size() && layout.liftHasBias(); ++i)
    lambda[i] *= slope(network.activation, liftZ[i]);
  pullBack(theta.data(), lambda, x, g, layout.liftHasBias() ? g + layout.liftBias() : nullptr);
}

/// Mean loss and its gradient, without regularisation.
inline Result evaluate(const Network& network, const Data& data, const Vector& theta) {
  Result result;
  result.gradient.assign(theta.size(), 0.0);
  for (int s = 0; s < data.count; ++s) evaluateSample(network, data, s, theta, result);
  return result;
}

/// The regularisation written as in its definition, and its gradient added to \p gradient.
inline double regularization(const Network& network, const Vector& theta, Vector& gradient) {
  const ParameterLayout layout(network);
  const double h = network.step();
  double value = 0;
  for (long i = 0; i < layout.size(); ++i) {
    const bool inBlocks = i >= layout.blockOffset(0) && i < layout.outputOffset();
    const double weight =
        inBlocks ? network.regularization.tikhonov * h : network.regularization.outputTikhonov;
    value += weight / 2 * theta[index(i)] * theta[index(i)];
    gradient[index(i)] += weight * theta[index(i)];
  }
  for (int k = 1; k < network.blocks; ++k) {
    for (long r = 0; r < layout.blockSize(); ++r) {
      const auto i = index(layout.blockOffset(k) + r), previous = index(layout.blockOffset(k - 1) + r);
      const double rate = (theta[i] - theta[previous]) / h;
      value += network.regularization.smoothness / 2 * h * rate * rate;
      gradient[i] += network.regularization.smoothness * rate;
      gradient[previous] -= network.regularization.smoothness * rate;
    }
  }
  return value;
}

} // namespace terrace::resnet::reference
