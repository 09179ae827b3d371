#pragma once

#include <ROL_Objective.hpp>
#include <ROL_Vector.hpp>

#include <cmath>

namespace terrace {

/// Implemented, beside ROL::Objective, by an objective that has its gradient when it has its value. One
/// question in place of two spares it to find out, by a message to all ranks, that the second is about the
/// same point.
template <class Real>
class ValueWithGradient {
public:
  virtual ~ValueWithGradient() = default;

  /// value() and gradient(). Collective.
  ///
  /// \param[out] g    dual; set only where the value is finite.
  /// \param[in]  x    primal.
  /// \param      tol  as in ROL::Objective::value().
  virtual Real valueWithGradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) = 0;
};

/// ValueWithGradient::valueWithGradient() of any objective; others are asked for the gradient where the value
/// is finite.
template <class Real>
Real valueWithGradient(ROL::Objective<Real>& objective, ROL::Vector<Real>& g, const ROL::Vector<Real>& x,
                       Real& tol) {
  if (auto* own = dynamic_cast<ValueWithGradient<Real>*>(&objective))
    return own->valueWithGradient(g, x, tol);
  const Real value = objective.value(x, tol);
  if (std::isfinite(value)) objective.gradient(g, x, tol);
  return value;
}

} // namespace terrace
