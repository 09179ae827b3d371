#pragma once

#include <vector>

namespace terrace {

/// The exact solution of the trust-region subproblem in an eigenbasis of its Hessian:
/// \f$ \min_p a^T p + \tfrac12 \sum_i \lambda_i p_i^2 \f$ subject to \f$ \|p\| \le \Delta \f$.
///
/// Directions of one eigenvalue may be merged into one entry, whose coefficient is the norm of the gradient's
/// part there. The unknown of the secular equation is the distance of the shift from its pole, so nearly hard
/// cases lose no digits.
///
/// Source: Moré & Sorensen (SIAM J. Sci. Stat. Comput. 4, 1983). Brust, Erway & Marcia (Comput. Optim. Appl.
/// 66, 2017) treat the hard case alike.
template <class Real>
struct DiagonalTrustRegion {
  /// \param eigenvalues   \f$ \lambda_i \f$, in any order; at least one.
  /// \param coefficients  \f$ a_i \f$, finite.
  /// \param radius        \f$ \Delta > 0 \f$.
  /// \throws std::invalid_argument if the sizes differ, or there is no eigenvalue or no positive radius.
  DiagonalTrustRegion(const std::vector<Real>& eigenvalues, const std::vector<Real>& coefficients,
                      Real radius);

  std::vector<Real> step;        ///< \f$ p_i \f$.
  Real shift = 0;                ///< \f$ \sigma \ge 0 \f$ with \f$ (\lambda_i + \sigma) p_i = -a_i \f$.
  Real predictedReduction = 0;   ///< Decrease of the model; never negative.
  bool onBoundary = false;       ///< \f$ \|p\| = \Delta \f$.
  bool hardCase = false;         ///< Entry hardDirection has a component without a gradient there.
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
