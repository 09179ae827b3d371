#pragma once

#include <ROL_Vector.hpp>

namespace terrace {

/// Transfers between a level and the next coarser one.
///
/// Vectors of the primal space are iterates and steps; vectors of its dual are derivatives. Source of the
/// names: Gratton, Sartenaer & Toint (SIAM J. Optim. 19, 2008), section 2.
template <class Real>
class TransferOperator {
public:
  virtual ~TransferOperator() = default;

  /// Prolongs a coarse correction, \f$ s_h = P s_H \f$.
  ///
  /// \param[out] fine    primal vector of the fine level; overwritten, may not alias \p coarse.
  /// \param[in]  coarse  primal vector of the coarse level.
  /// \throws std::invalid_argument if a vector belongs to another level.
  ///
  /// restrictDual() is its exact adjoint.
  virtual void prolong(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const = 0;

  /// Restricts a derivative, \f$ g_H = P^T g_h \f$: \f$ \langle P^T g_h, s_H \rangle = \langle g_h, P s_H
  /// \rangle \f$.
  ///
  /// \param[out] coarse  dual vector of the coarse level; overwritten.
  /// \param[in]  fine    dual vector of the fine level.
  virtual void restrictDual(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const = 0;

  /// Projects an iterate, \f$ x_H = \Pi x_h \f$ with \f$ \Pi P = I \f$.
  ///
  /// \param[out] coarse  primal vector of the coarse level; overwritten.
  /// \param[in]  fine    primal vector of the fine level.
  virtual void project(ROL::Vector<Real>& coarse, const ROL::Vector<Real>& fine) const = 0;

  /// \name What nested iteration carries up
  /// @{

  /// Prolongs an iterate. It may be any start for the fine level, and need not be linear: fitted to what the
  /// coarse iterate does, say. The default is prolong().
  ///
  /// \param[out] fine    primal vector of the fine level; overwritten, may not alias \p coarse.
  /// \param[in]  coarse  primal vector of the coarse level.
  virtual void prolongIterate(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const {
    prolong(fine, coarse);
  }

  /// Prolongs the step of a secant pair, \f$ s_h = Q s_H \f$. The default is Q = P, prolong().
  ///
  /// \param[out] fine    primal vector of the fine level; overwritten, may not alias \p coarse.
  /// \param[in]  coarse  primal vector of the coarse level.
  virtual void prolongStep(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const {
    prolong(fine, coarse);
  }

  /// Prolongs the derivative difference of a secant pair: \f$ y_h = R_h Q R_H^{-1} y_H \f$ with the Riesz
  /// maps R of the two levels' metrics and the Q of prolongStep().
  ///
  /// \param[out] fine    dual vector of the fine level; overwritten.
  /// \param[in]  coarse  dual vector of the coarse level.
  virtual void prolongDual(ROL::Vector<Real>& fine, const ROL::Vector<Real>& coarse) const = 0;
  /// @}
};

} // namespace terrace
