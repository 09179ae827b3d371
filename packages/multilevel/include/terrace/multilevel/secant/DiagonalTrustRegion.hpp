#pragma once

#include <vector>

namespace terrace {

/// The trust-region subproblem in an eigenbasis of its Hessian,
/// \f$ \min_p a^T p + \tfrac12 \sum_i \lambda_i p_i^2 \f$ subject to \f$ \|p\| \le \Delta \f$, solved
/// exactly.
///
/// Directions of one eigenvalue may be merged into one entry (its coefficient being the norm of the
/// gradient's part there). Source: Moré & Sorensen (SIAM J. Sci. Stat. Comput. 4, 1983); the secular equation
/// is solved in the distance of the shift from its pole, so that nearly hard cases lose no digits (Brust,
/// Erway & Marcia, Comput. Optim. Appl. 66, 2017, treat the hard case alike).
template <class Real>
struct DiagonalTrustRegion {
  /// \param eigenvalues   \f$ \lambda_i \f$, in any order; at least one.
  /// \param coefficients  \f$ a_i \f$, finite.
  /// \param radius        \f$ \Delta > 0 \f$.
  DiagonalTrustRegion(const std::vector<Real>& eigenvalues, const std::vector<Real>& coefficients,
                      Real radius);

  std::vector<Real> step;        ///< \f$ p_i \f$.
  Real shift = 0;                ///< \f$ \sigma \ge 0 \f$ with \f$ (\lambda_i + \sigma) p_i = -a_i \f$.
  Real predictedReduction = 0;   ///< Decrease of the model; never negative.
  bool onBoundary = false;       ///< \f$ \|p\| = \Delta \f$.
  bool hardCase = false;         ///< Entry hardDirection got a component that no gradient asked for.
  std::size_t hardDirection = 0; ///< The entry of the smallest eigenvalue.

private:
  Real normAt(Real distance) const;
  Real solveSecularEquation(Real lowest) const;
  void setStep(Real distance);

  std::vector<Real> gaps_; // eigenvalue minus the smallest
  std::vector<Real> coefficients_;
  Real radius_;
};

extern template struct DiagonalTrustRegion<double>;

} // namespace terrace
