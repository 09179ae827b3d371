#pragma once

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>

#include <ROL_Objective.hpp>
#include <ROL_Ptr.hpp>

#include <utility>

namespace terrace {

/// Counts the evaluations of an objective that does not count its own.
///
/// A value costs a third of the level's work, a gradient two thirds, a Hessian product `hessianWork` times
/// that work. A preconditioner and a product with the inverse Hessian are not counted.
template <class Real>
class CountedObjective : public ROL::Objective<Real> {
public:
  /// \param work         work units of a value and gradient: Level::work.
  /// \param hessianWork  cost of a Hessian product relative to \p work.
  CountedObjective(ROL::Ptr<ROL::Objective<Real>> objective, ROL::Ptr<WorkCounter> counter, double work = 1,
                   double hessianWork = 1)
      : objective_(std::move(objective)), counter_(std::move(counter)), work_(work),
        hessianWork_(hessianWork) {}

  void update(const ROL::Vector<Real>& x, ROL::UpdateType type, int iter = -1) override {
    objective_->update(x, type, iter);
  }
  void update(const ROL::Vector<Real>& x, bool flag = true, int iter = -1) override {
    objective_->update(x, flag, iter);
  }
  Real value(const ROL::Vector<Real>& x, Real& tol) override {
    counter_->addValue(work_ / 3);
    return objective_->value(x, tol);
  }
  void gradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) override {
    counter_->addGradient(2 * work_ / 3);
    objective_->gradient(g, x, tol);
  }
  void hessVec(ROL::Vector<Real>& hv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
               Real& tol) override {
    counter_->addHessianProduct(hessianWork_ * work_);
    objective_->hessVec(hv, v, x, tol);
  }
  void precond(ROL::Vector<Real>& pv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
               Real& tol) override {
    objective_->precond(pv, v, x, tol);
  }
  void invHessVec(ROL::Vector<Real>& hv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
                  Real& tol) override {
    objective_->invHessVec(hv, v, x, tol);
  }

private:
  ROL::Ptr<ROL::Objective<Real>> objective_;
  ROL::Ptr<WorkCounter> counter_;
  double work_;
  double hessianWork_;
};

} // namespace terrace
