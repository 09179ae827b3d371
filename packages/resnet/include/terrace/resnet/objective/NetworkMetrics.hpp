#pragma once

namespace terrace::resnet {

/// How good a network is on a set of samples. Diagnostics: not counted as work.
struct Metrics {
  double loss =
      0; ///< Mean loss, without regularisation, with the weighted misfit of derivatives if there are any.
  /// Fraction of the samples whose class is predicted right; NaN for sets with targets.
  double accuracy = 0;
  /// \f$(\sum\|y-t\|^2 / \sum\|t\|^2)^{1/2}\f$ in the units of the targets (SampleSet::withTargetUnits());
  /// NaN for sets with labels.
  double relativeError = 0;
  /// The same of the derivatives, over all samples and directions:
  /// \f$(\sum\|J d-t_d\|^2 / \sum\|t_d\|^2)^{1/2}\f$. Directions are those of the set, of scaled inputs:
  /// unit vectors stand for the scale of each input. NaN for sets without derivatives.
  double derivativeError = 0;
};

} // namespace terrace::resnet
