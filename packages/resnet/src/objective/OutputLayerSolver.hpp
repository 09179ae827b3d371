#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_SerialDenseMatrix.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// The output layer that minimises the regularised loss for given other layers, and how to find it again.
struct FittedOutputLayer {
  std::vector<double> parameters; ///< V row-major, then c: the last entries of the parameter vector.
  /// Least squares: upper Cholesky factor of A + beta_out I.
  Teuchos::SerialDenseMatrix<int, double> factor;
  bool isSingular = false; ///< The matrix is finite and, up to rounding, not positive definite.
  /// Cross entropy: the last states of this rank's samples, row-major.
  std::vector<double> states;
  double flops = 0; ///< Floating-point operations per sample, beside those of a forward sweep, if they count.
};

/// Finds the output layer that is best for the other layers: the inner problem of variable projection.
///
/// All ranks find the same layer, and the same bits whatever their number: sums over samples are made as a
/// Sweep makes them. Collective; on the host.
class OutputLayerSolver {
public:
  virtual ~OutputLayerSolver() = default;

  /// The layer for the others in \p theta (its own entries are ignored); not a number where the states are
  /// not finite or there is no solution. One forward sweep.
  virtual FittedOutputLayer fit(const ConstParameterView& theta, const SampleSet& samples) = 0;

  /// Overwrites \p right, in the order of FittedOutputLayer::parameters, by the solution of F_VV x = right:
  /// the Hessian of the regularised loss by the output layer, at the fit over these samples.
  virtual void solve(const FittedOutputLayer& fitted, const SampleSet& samples,
                     std::vector<double>& right) = 0;
};

/// For the loss of the network. \param network  with beta_out > 0.
std::unique_ptr<OutputLayerSolver> makeOutputLayerSolver(const Network& network, SweepScalar scalar,
                                                         int chunkSamples);

} // namespace terrace::resnet::detail
