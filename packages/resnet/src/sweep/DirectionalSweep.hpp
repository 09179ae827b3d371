#pragma once

#include "sweep/Sweep.hpp"

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// A sweep whose samples have derivatives along directions of their inputs: the loss is
/// ½|y - t|² + (w/2) sum over the directions d of |J d - t_d|², J the network's Jacobian, and J d is swept
/// along with y. A sweep with k directions is 1 + k sweeps of values in floating-point operations.
///
/// For dense networks with the loss Least Squares. Activations have their second derivative, for exact
/// Hessian products the third, and 0 for it where they have a kink.
class DirectionalSweep : public Sweep {
public:
  /// Whether there is one for the network.
  static bool supports(const Network& network) {
    return !network.isConvolutional() && network.loss == LossType::LeastSquares;
  }

  /// J d of each sample and direction: local samples x directions x outputs, row-major.
  virtual std::vector<double> tangents(const ConstParameterView& theta, const SampleSet& samples) = 0;

  /// The outputs of each sample, then its J d: local samples x (1 + directions) x outputs, row-major.
  virtual std::vector<double> outputsAndTangents(const ConstParameterView& theta,
                                                 const SampleSet& samples) = 0;
};

/// For samples in \p Scalar; see makeSweep().
template <class Scalar>
std::unique_ptr<DirectionalSweep> makeDirectionalSweep(const Network& network, int chunkSamples = 0);
template <>
std::unique_ptr<DirectionalSweep> makeDirectionalSweep<double>(const Network& network, int chunkSamples);
template <>
std::unique_ptr<DirectionalSweep> makeDirectionalSweep<float>(const Network& network, int chunkSamples);

/// The same, for samples in \p scalar.
inline std::unique_ptr<DirectionalSweep> makeDirectionalSweep(const Network& network, SweepScalar scalar,
                                                              int chunkSamples) {
  return scalar == SweepScalar::Double ? makeDirectionalSweep<double>(network, chunkSamples)
                                       : makeDirectionalSweep<float>(network, chunkSamples);
}

} // namespace terrace::resnet::detail
