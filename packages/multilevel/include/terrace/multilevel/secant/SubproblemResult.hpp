#pragma once

namespace terrace {

/// The solution of a trust-region subproblem, without its step.
template <class Real>
struct SubproblemResult {
  Real stepNorm = 0;
  Real predictedReduction = 0; ///< Decrease of the quadratic model, never negative.
  Real shift = 0;              ///< \f$ \sigma \f$: \f$ (B + \sigma R) s = -g \f$; exact solver only.
  Real smallestEigenvalue = 0; ///< Of B in the metric; exact solver only.
  bool onBoundary = false;
  bool hardCase = false;
};

} // namespace terrace
