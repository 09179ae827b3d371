#pragma once

#include "objective/LastStates.hpp"
#include "objective/OutputLayerSolver.hpp"

#include <terrace/resnet/parameters/CompensatedSum.hpp>

#include <optional>
#include <vector>

namespace terrace::resnet::detail {

/// Solves the linear least-squares problem of the output layer, variable projection's inner problem (Golub &
/// Pereyra, SIAM J. Numer. Anal. 10, 1973): with z = (q_K, 1),
/// \f$(A + \beta_\mathrm{out} I) (V, c)^T = B\f$, \f$A\f$ the mean of \f$z z^T\f$ and \f$B\f$ the mean of
/// \f$z t^T\f$ over the samples. Derivatives along directions add their weight times the same products of
/// \f$z' = (q_K', 0)\f$, the tangent of the state, and \f$t'\f$: the loss is quadratic in the layer with
/// them, too.
class OutputLayerFit final : public OutputLayerSolver {
public:
  /// \param[in] network  with least squares and beta_out > 0.
  OutputLayerFit(const Network& network, SweepScalar scalar, int chunkSamples);

  FittedOutputLayer fit(const ConstParameterView& theta, const SampleSet& samples) override;
  void solve(const FittedOutputLayer& fitted, const SampleSet& samples, std::vector<double>& right) override;

private:
  void setTargets(const SampleSet& samples);
  std::vector<CompensatedSum> sums(const ConstParameterView& theta, const SampleSet& samples);

  LastStates states_;
  int outputs_;
  double weight_; ///< beta_out
  std::optional<SampleSet> targetsOf_;
  std::vector<double> targets_;     ///< Local samples x outputs, row-major; unit vectors of labels.
  std::vector<double> derivatives_; ///< SampleSet::derivativeRows()
};

} // namespace terrace::resnet::detail
