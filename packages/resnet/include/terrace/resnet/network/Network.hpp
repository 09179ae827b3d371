#pragma once

#include <terrace/resnet/network/Stage.hpp>

#include <Teuchos_ParameterList.hpp>

#include <string>
#include <vector>

namespace terrace::resnet {

/// How the input becomes the first state: zeros appended (no parameters), \f$q_0 = Qx\f$, or
/// \f$q_0 = \sigma(Qx + b)\f$.
enum class Lift { Identity, Linear, Activated };

/// SmoothReLU is \f$x^2/(4\delta) + x/2 + \delta/4\f$ for \f$|x| < \delta = 0.1\f$ and ReLU elsewhere.
enum class Activation { Tanh, ReLU, SmoothReLU, Sigmoid, Identity };

/// Cross entropy of softmax(y), or \f$\frac12\|y-t\|^2\f$; both are averaged over the samples.
enum class LossType { CrossEntropy, LeastSquares };

/// Inner product of the parameters: the inner product of \f$L^2(0,T)\f$ (weight h on the blocks, 1 on lift
/// and output), or the Euclidean one.
enum class MetricType { L2, Euclidean };

/// \f$\frac\beta2 h\sum_k\|\theta_k\|^2 + \frac\gamma2 h\sum_{k\ge1}\|(\theta_k-\theta_{k-1})/h\|^2 +
/// \frac{\beta_\mathrm{out}}2(\|V\|^2+\|c\|^2)\f$, the last term likewise for a trained lift.
struct Regularization {
  double tikhonov = 1e-4;       ///< beta
  double smoothness = 1e-4;     ///< gamma
  double outputTikhonov = 1e-4; ///< beta_out
};

/// A residual network as a chain of initial value problems: \f$q_0 = \mathrm{lift}(x)\f$; in each stage
/// \f$q_{k+1} = q_k + h\,\sigma(W_k q_k + b_k)\f$; from one stage to the next \f$q \mapsto Aq + c\f$; at the
/// end \f$y = V q + c\f$.
///
/// Its stages are all dense, or all convolutional. Then the inputs are images, the lift is a convolution of
/// 3 x 3 pixels, a transition halves the image (TransitionKind::Pooled), and V is applied to the means of the
/// channels.
struct Network {
  Shape input;                              ///< Of a sample.
  int outputs = 1;                          ///< Classes or targets.
  Lift lift = Lift::Linear;                 ///< "Lift" of the deck.
  std::vector<Stage> stages;                ///< At least one.
  Activation activation = Activation::Tanh; ///< Of all blocks, and of an Activated lift.
  LossType loss = LossType::CrossEntropy;   ///< Averaged over the samples.
  MetricType metric = MetricType::L2;       ///< Of the parameters.
  Regularization regularization;            ///< Added to the loss.

  /// A network of one dense stage, all else as in a deck that is silent.
  static Network dense(int features, int outputs, int width, int blocks, double finalTime = 4.0);

  /// \throws std::invalid_argument if it is no network: without stages, with sizes that are not positive,
  /// with a first stage narrower than the input under the Identity lift, or with stages that do not follow
  /// each other. Whoever takes a network calls it.
  void check() const;

  /// Whether its stages are convolutional.
  bool isConvolutional() const { return resnet::isConvolutional(stages.front().kind); }
  /// Samples whose outputs depend on each other in training: 1, or with Normalization::GhostBatch those of a
  /// sample group.
  int samplesTogether() const;
  /// Numbers of the last state that the output layer takes: its neurons, or the means of its channels.
  int headInputs() const { return lastShape().channels; }

  /// Numbers of a sample.
  int features() const { return input.size(); }
  /// Shape of the first state, \f$q_0\f$.
  const Shape& firstShape() const { return stages.front().shape; }
  /// Shape of the last state.
  const Shape& lastShape() const { return stages.back().shape; }
  /// The layer between the stages \p stage - 1 and \p stage = 1, 2, ...
  Transition transition(int stage) const;
  /// Neurons of the widest state.
  int widest() const;
  /// Residual blocks of all stages.
  int blocks() const;

  /// Entries of the parameter vector (ParameterLayout).
  long parameterCount() const;
  /// Floating-point operations of one value-and-gradient sweep for one sample: three products per layer
  /// (state, adjoint and weight gradient), two in a trained lift; activations are left out.
  double flopsPerSample() const;
  /// The same network with \p factor times fewer blocks in each stage, over the same time intervals.
  /// \throws std::invalid_argument if the blocks of a stage cannot be divided.
  Network coarsened(int factor) const;

  /// Reads the deck list "Network".
  ///
  /// \param[in] networkList  checked against validNetworkParameters(); what is missing has its default.
  ///
  /// \param[in] input  shape of a sample.
  ///
  /// \param[in] outputs  classes or targets.
  ///
  /// \throws terrace::ParameterError if a parameter is invalid, the first stage is narrower than the
  /// samples have features with the Identity lift, or the samples are no images for a convolutional network.
  static Network fromParameters(const Teuchos::ParameterList& networkList, const Shape& input, int outputs);
  /// The same, for samples of \p features numbers without a shape.
  static Network fromParameters(const Teuchos::ParameterList& networkList, int features, int outputs) {
    return fromParameters(networkList, Shape::dense(features), outputs);
  }

  /// The deck list "Network" of which fromParameters() makes this network.
  Teuchos::ParameterList toParameters() const;
};

/// The names used in decks.
const char* toString(StageKind kind);
/// \overload
const char* toString(Normalization normalization);
/// \overload
const char* toString(Lift lift);
/// \overload
const char* toString(Activation activation);
/// \overload
const char* toString(LossType loss);
/// \overload
const char* toString(MetricType metric);

} // namespace terrace::resnet
