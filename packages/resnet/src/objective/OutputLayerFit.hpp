#pragma once

#include "sweep/DirectionalSweep.hpp"

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/CompensatedSum.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/parameters/ParameterLayout.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <Teuchos_SerialDenseMatrix.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace terrace::resnet::detail {

/// The output layer that minimises the regularised loss for given other layers, and how to find it again.
struct FittedOutputLayer {
  std::vector<double> parameters; ///< V row-major, then c: the last entries of the parameter vector.
  Teuchos::SerialDenseMatrix<int, double> factor; ///< Upper Cholesky factor of A + beta_out I.
  bool isSingular = false; ///< The matrix is finite and, up to rounding, not positive definite.
};

/// Solves the linear least-squares problem of the output layer, variable projection's inner problem (Golub &
/// Pereyra, SIAM J. Numer. Anal. 10, 1973): with z = (q_K, 1),
/// \f$(A + \beta_\mathrm{out} I) (V, c)^T = B\f$, \f$A\f$ the mean of \f$z z^T\f$ and \f$B\f$ the mean of
/// \f$z t^T\f$ over the samples. Derivatives along directions add their weight times the same products of
/// \f$z' = (q_K', 0)\f$, the tangent of the state, and \f$t'\f$: the loss is quadratic in the layer with
/// them, too.
///
/// The means are over all ranks' samples, summed as a Sweep sums: all ranks find the same layer whatever
/// their number. The states come from the forward sweep of the same network with an output layer that is the
/// identity; means and solution are found on the host.
class OutputLayerFit {
public:
  /// \param[in] network  with least squares and beta_out > 0.
  OutputLayerFit(const Network& network, SweepScalar scalar, int chunkSamples);

  /// The layer for the others in \p theta (its own entries are ignored); not a number where the states are
  /// not finite or the system is singular. Collective; one forward sweep.
  FittedOutputLayer fit(const ConstParameterView& theta, const SampleSet& samples);

  /// Overwrites \p right, in the order of FittedOutputLayer::parameters, by the solution of the fit's system:
  /// the inverse of the loss's Hessian by the output layer.
  static void solve(const FittedOutputLayer& fitted, int outputs, std::vector<double>& right);

private:
  void setTargets(const SampleSet& samples);
  std::vector<CompensatedSum> sums(const ConstParameterView& theta, const SampleSet& samples);

  Network states_; ///< Its outputs are the last states.
  long hidden_;    ///< Parameters before the output layer.
  int outputs_;
  double weight_; ///< beta_out
  int chunkSamples_;
  std::unique_ptr<Sweep> sweep_;
  std::unique_ptr<DirectionalSweep> directional_; ///< For samples with derivatives, made when met.
  ParameterView theta_;
  std::optional<SampleSet> targetsOf_;
  std::vector<double> targets_;     ///< Local samples x outputs, row-major; unit vectors of labels.
  std::vector<double> derivatives_; ///< SampleSet::derivativeRows()
};

} // namespace terrace::resnet::detail
