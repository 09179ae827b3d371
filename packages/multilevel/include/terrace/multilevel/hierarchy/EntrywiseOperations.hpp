#pragma once

#include <ROL_Vector.hpp>

#include <cmath>

namespace terrace {

/// Operations on each entry that adaptive gradient methods need. A vector may implement them: ROL's
/// elementwise functions are virtual calls and cannot run in kernels.
template <class Real>
class EntrywiseOperations {
public:
  virtual ~EntrywiseOperations() = default;

  /// v_i := decay v_i + (1 - decay) g_i^2 for this vector v. \p g may be primal or dual.
  virtual void averageSquares(Real decay, const ROL::Vector<Real>& g) = 0;

  /// d_i := d_i / (scale sqrt(v_i) + shift) for this vector d.
  virtual void divideByRoots(const ROL::Vector<Real>& v, Real scale, Real shift) = 0;
};

/// EntrywiseOperations::averageSquares() of any ROL vector \p v.
template <class Real>
void averageSquares(ROL::Vector<Real>& v, Real decay, const ROL::Vector<Real>& g) {
  if (auto* own = dynamic_cast<EntrywiseOperations<Real>*>(&v)) {
    own->averageSquares(decay, g);
    return;
  }
  const auto average = [decay](const Real& vi, const Real& gi) {
    return decay * vi + (Real(1) - decay) * gi * gi;
  };
  v.applyBinary(ROL::Elementwise::BinaryFunctionWrapper<Real, decltype(average)>(average), g);
}

/// EntrywiseOperations::divideByRoots() of any ROL vector \p d.
template <class Real>
void divideByRoots(ROL::Vector<Real>& d, const ROL::Vector<Real>& v, Real scale, Real shift) {
  if (auto* own = dynamic_cast<EntrywiseOperations<Real>*>(&d)) {
    own->divideByRoots(v, scale, shift);
    return;
  }
  const auto quotient = [scale, shift](const Real& di, const Real& vi) {
    return di / (scale * std::sqrt(vi) + shift);
  };
  d.applyBinary(ROL::Elementwise::BinaryFunctionWrapper<Real, decltype(quotient)>(quotient), v);
}

/// d_i := d_i (scale sqrt(v_i) + shift): the inverse of divideByRoots().
template <class Real>
void multiplyByRoots(ROL::Vector<Real>& d, const ROL::Vector<Real>& v, Real scale, Real shift) {
  const auto product = [scale, shift](const Real& di, const Real& vi) {
    return di * (scale * std::sqrt(vi) + shift);
  };
  d.applyBinary(ROL::Elementwise::BinaryFunctionWrapper<Real, decltype(product)>(product), v);
}

} // namespace terrace
