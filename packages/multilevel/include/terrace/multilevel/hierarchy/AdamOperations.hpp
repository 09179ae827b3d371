#pragma once

#include <terrace/multilevel/hierarchy/EntrywiseOperations.hpp>

namespace terrace {

/// Factors of Adam's step: \f$m_i := \beta_1 m_i + (1 - \beta_1) g_i\f$, \f$v_i := \beta_2 v_i + (1 -
/// \beta_2) g_i^2\f$, \f$x_i := x_i - \eta m_i / (c \sqrt{v_i} + \epsilon)\f$.
template <class Real>
struct AdamFactors {
  Real beta1; ///< Decay of the mean m.
  Real beta2; ///< Decay of the mean square v.
  Real rate;  ///< eta
  Real scale; ///< c
  Real shift; ///< epsilon
};

/// Adam's step in one pass over the memory. A vector may implement it; batches are small, so that a step is
/// mostly memory traffic.
template <class Real>
class AdamOperations {
public:
  virtual ~AdamOperations() = default;

  /// The step for this vector x. \p g may be primal or dual; \p mean and \p squares are of its space.
  virtual void adamStep(ROL::Vector<Real>& mean, ROL::Vector<Real>& squares, const ROL::Vector<Real>& g,
                        const AdamFactors<Real>& factors) = 0;
};

/// AdamOperations::adamStep() of any ROL vector \p x. \param scratch  of the space of \p mean.
template <class Real>
void adamStep(ROL::Vector<Real>& x, ROL::Vector<Real>& mean, ROL::Vector<Real>& squares,
              const ROL::Vector<Real>& g, const AdamFactors<Real>& factors, ROL::Vector<Real>& scratch) {
  if (auto* own = dynamic_cast<AdamOperations<Real>*>(&x)) return own->adamStep(mean, squares, g, factors);
  mean.scale(factors.beta1);
  mean.axpy(Real(1) - factors.beta1, g);
  averageSquares(squares, factors.beta2, g);
  scratch.set(mean);
  divideByRoots(scratch, squares, factors.scale, factors.shift);
  x.axpy(-factors.rate, scratch);
}

} // namespace terrace
