#pragma once

#include <Teuchos_ParameterList.hpp>

#include <string>

namespace terrace::resnet {

/// How the input becomes the first state: zeros appended (no parameters), \f$q_0 = Qx\f$, or
/// \f$q_0 = \sigma(Qx + b)\f$.
enum class Lift { Identity, Linear, Activated };

/// SmoothReLU is \f$x^2/(4\delta) + x/2 + \delta/4\f$ for \f$|x| < \delta = 0.1\f$ and ReLU elsewhere.
enum class Activation { Tanh, ReLU, SmoothReLU, Sigmoid, Identity };

/// Cross entropy of softmax(y), or \f$\frac12\|y-t\|^2\f$; both are averaged over the samples.
enum class LossType { CrossEntropy, LeastSquares };

/// Inner product of the parameters: that of \f$L^2(0,T)\f$ (weight h on the blocks, 1 on lift and output), or
/// the Euclidean one.
enum class MetricType { L2, Euclidean };

/// \f$\frac\beta2 h\sum_k\|\theta_k\|^2 + \frac\gamma2 h\sum_{k\ge1}\|(\theta_k-\theta_{k-1})/h\|^2 +
/// \frac{\beta_\mathrm{out}}2(\|V\|^2+\|c\|^2)\f$, the last term likewise for a trained lift.
struct Regularization {
  double tikhonov = 1e-4;       ///< beta
  double smoothness = 1e-4;     ///< gamma
  double outputTikhonov = 1e-4; ///< beta_out
};

/// A dense residual network as an initial value problem: \f$q_0 = \mathrm{lift}(x)\f$,
/// \f$q_{k+1} = q_k + h\,\sigma(W_k q_k + b_k)\f$ for k = 0..blocks-1, \f$y = V q_K + c\f$.
struct Network {
  int features = 1;
  int outputs = 1;
  int width = 8;
  int blocks = 32;
  double finalTime = 4.0;
  Activation activation = Activation::Tanh;
  Lift lift = Lift::Linear;
  LossType loss = LossType::CrossEntropy;
  MetricType metric = MetricType::L2;
  Regularization regularization;

  /// Step size h.
  double step() const { return finalTime / blocks; }
  long parameterCount() const;
  /// Floating-point operations of one value-and-gradient sweep for one sample: three products per layer
  /// (state, adjoint and weight gradient), two in a trained lift; activations are left out.
  double flopsPerSample() const;
  /// The same network at another depth, over the same time interval.
  Network withBlocks(int newBlocks) const;

  /// Reads the deck list "Network".
  ///
  /// \param[in] networkList  checked against validNetworkParameters(); missing parameters take their
  /// defaults. \param[in] features     inputs of a sample. \param[in] outputs      classes or targets.
  /// \throws terrace::ParameterError if a parameter is invalid, or Width < features with the Identity lift.
  static Network fromParameters(const Teuchos::ParameterList& networkList, int features, int outputs);

  /// The deck list "Network" of which fromParameters() makes this network.
  Teuchos::ParameterList toParameters() const;
};

/// The names used in decks.
const char* toString(Lift lift);
const char* toString(Activation activation);
const char* toString(LossType loss);
const char* toString(MetricType metric);

} // namespace terrace::resnet
