#pragma once

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>

namespace terrace {

/// First-order-consistent model on a coarse level,
/// \f$ H(x) = L(x) + \langle v, x - x_0 \rangle \f$ with \f$ v = R g - \nabla L(x_0) \f$,
/// so that \f$ \nabla H(x_0) = R g \f$: to first order it predicts what a step of the coarse level does on
/// the fine one.
///
/// Without a linear term (clear()) it is the level's objective itself. Source: Nash (Optim. Methods Softw.
/// 14, 2000); Gratton, Sartenaer & Toint (2008), section 2.
template <class Real>
class CoarseModel : public ROL::Objective<Real> {
public:
  /// \param objective  the level's own objective L.
  /// \param primal, dual  prototypes of the level's vectors.
  CoarseModel(const ROL::Ptr<ROL::Objective<Real>>& objective, const ROL::Vector<Real>& primal,
              const ROL::Vector<Real>& dual)
      : objective_(objective), origin_(primal.clone()), work_(primal.clone()), linear_(dual.clone()) {}

  /// Sets the linear term.
  /// \param origin            \f$ x_0 \f$.
  /// \param restricted        \f$ R g \f$, the gradient that the model shall have there.
  /// \param originalGradient  \f$ \nabla L(x_0) \f$.
  void setLinearTerm(const ROL::Vector<Real>& origin, const ROL::Vector<Real>& restricted,
                     const ROL::Vector<Real>& originalGradient) {
    origin_->set(origin);
    linear_->set(restricted);
    linear_->axpy(Real(-1), originalGradient);
    hasLinearTerm_ = true;
  }

  void clear() { hasLinearTerm_ = false; }
  void setObjective(const ROL::Ptr<ROL::Objective<Real>>& objective) { objective_ = objective; }
  const ROL::Vector<Real>& origin() const { return *origin_; }

  /// Calls the objective's older update(x, flag, iter) as well, which is all that objectives written for
  /// ROL's steps may have.
  void callOldUpdate() { callsOldUpdate_ = true; }

  void update(const ROL::Vector<Real>& x, ROL::UpdateType type, int iter = -1) override {
    if (callsOldUpdate_) objective_->update(x, true, iter);
    objective_->update(x, type, iter);
  }
  void update(const ROL::Vector<Real>& x, bool flag = true, int iter = -1) override {
    objective_->update(x, flag, iter);
  }

  Real value(const ROL::Vector<Real>& x, Real& tol) override {
    const Real value = objective_->value(x, tol);
    if (!hasLinearTerm_) return value;
    work_->set(x);
    work_->axpy(Real(-1), *origin_);
    return value + work_->apply(*linear_);
  }

  void gradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) override {
    objective_->gradient(g, x, tol);
    if (hasLinearTerm_) g.plus(*linear_);
  }

  void hessVec(ROL::Vector<Real>& hv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
               Real& tol) override {
    objective_->hessVec(hv, v, x, tol);
  }

private:
  ROL::Ptr<ROL::Objective<Real>> objective_;
  ROL::Ptr<ROL::Vector<Real>> origin_, work_, linear_;
  bool hasLinearTerm_ = false;
  bool callsOldUpdate_ = false;
};

} // namespace terrace
