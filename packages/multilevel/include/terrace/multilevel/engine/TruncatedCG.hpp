#pragma once

#include <terrace/multilevel/secant/SubproblemResult.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>
#include <ROL_Vector.hpp>

namespace terrace {

/// Solves the Newton trust-region subproblem
/// \f$ \min_s \langle g, s \rangle + \tfrac12 \langle H s, s \rangle,\ \|s\| \le \Delta \f$ approximately by
/// truncated conjugate gradients. It needs only products with H, which the objective gives.
///
/// The preconditioner is the objective's `precond`, by ROL's default the Riesz map of the metric. The radius
/// is in the metric whatever the preconditioner. The first iterate minimises the model along the
/// preconditioned gradient (the Cauchy point with the default). So any number of iterations gives a globally
/// convergent method, if preconditioners are uniformly bounded and positive definite. A few iterations smooth
/// on a mesh. No vector is allocated after construction.
///
/// Source: Steihaug (SIAM J. Numer. Anal. 20, 1983); Conn, Gould & Toint, Trust-Region Methods, 2000,
/// algorithm 7.5.1.
template <class Real>
class TruncatedCG {
public:
  /// \param primal, dual    prototypes of steps and gradients.
  /// \param iterationLimit  most Hessian products of one call, at least 1.
  /// \param tolerance       the iteration stops when the model's gradient is at most this times g, in the
  ///                        preconditioner's norm.
  TruncatedCG(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual, int iterationLimit,
              Real tolerance);

  /// A Hessian product that is not finite ends the iteration; if it is the first, the Hessian is taken as
  /// zero. A preconditioner that is not positive on g is replaced by the Riesz map; on a later residual it
  /// ends the iteration.
  ///
  /// \param[out] s          primal vector, the step.
  /// \param[in]  g          dual vector, finite and not zero: the gradient at \p x.
  /// \param[in]  x          primal vector.
  /// \param      objective  gives the Hessian products and the preconditioner at \p x.
  /// \param[in]  radius     \f$ \Delta > 0 \f$.
  SubproblemResult<Real> solve(ROL::Vector<Real>& s, const ROL::Vector<Real>& g, const ROL::Vector<Real>& x,
                               ROL::Objective<Real>& objective, Real radius);

private:
  // Inner products of the iterate s and the direction p, and of the model's gradient r with z, the
  // preconditioned r.
  struct Products {
    Real ss, sp, pp, rz;
  };

  void start(ROL::Vector<Real>& s, const ROL::Vector<Real>& g, const ROL::Vector<Real>& x,
             ROL::Objective<Real>& objective);
  Real precondition(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective);
  bool iterate(ROL::Vector<Real>& s, Real curvature, Real radius);
  void moveToBoundary(ROL::Vector<Real>& s, Real curvature, Real radius);
  void nextDirection(const ROL::Vector<Real>& s, Real rz);

  int iterationLimit_;
  Real tolerance_;
  ROL::Ptr<ROL::Vector<Real>> direction_, preconditioned_, residual_, product_;
  Products products_{};
  SubproblemResult<Real> result_;
};

extern template class TruncatedCG<double>;

} // namespace terrace
