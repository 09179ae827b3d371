#pragma once

namespace terrace {

/// The solution of a trust-region subproblem, without its step.
template <class Real>
struct SubproblemResult {
  Real stepNorm = 0;           ///< In the metric, at most the radius.
  Real predictedReduction = 0; ///< Decrease of the quadratic model, never negative.
  Real shift = 0;              ///< \f$ \sigma \f$: \f$ (B + \sigma R) s = -g \f$; exact solver only.
  Real smallestEigenvalue = 0; ///< Of B in the metric; exact solver only.
  bool onBoundary = false;     ///< Whether the step's norm is the radius.
  /// The step has a part along an eigenvector that g has none along; exact solver only.
  bool hardCase = false;
};

} // namespace terrace
