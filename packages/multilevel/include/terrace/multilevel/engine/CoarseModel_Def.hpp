#pragma once

#include <terrace/multilevel/engine/CoarseModel.hpp>

#include <cmath>
#include <exception>
#include <limits>

namespace terrace {

template <class Real>
CoarseModel<Real>::CoarseModel(const ROL::Ptr<ROL::Objective<Real>>& objective,
                               const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual)
    : objective_(objective), origin_(primal.clone()), displacement_(primal.clone()), linear_(dual.clone()) {}

template <class Real>
void CoarseModel<Real>::setLinearTerm(const ROL::Vector<Real>& origin, const ROL::Vector<Real>& restricted,
                                      const ROL::Vector<Real>& originalGradient) {
  origin_->set(origin);
  linear_->set(restricted);
  linear_->axpy(Real(-1), originalGradient);
  hasLinearTerm_ = true;
}

template <class Real>
void CoarseModel<Real>::reserveQuadraticTerm(const ROL::Vector<Real>& fine) {
  fineStep_ = fine.clone();
  fineProduct_ = fine.dual().clone();
  lastDisplacement_ = origin_->clone();
  quadratic_ = linear_->clone();
  work_ = linear_->clone();
}

template <class Real>
void CoarseModel<Real>::setQuadraticTerm(ROL::Objective<Real>& fine, const ROL::Vector<Real>& fineIterate,
                                         const TransferOperator<Real>& transfer) {
  fine_ = &fine;
  fineIterate_ = &fineIterate;
  transfer_ = &transfer;
  quadraticIsValid_ = false;
}

template <class Real>
void CoarseModel<Real>::clear() {
  hasLinearTerm_ = false;
  toleratesFailures_ = false;
  fine_ = nullptr;
}

template <class Real>
void CoarseModel<Real>::update(const ROL::Vector<Real>& x, ROL::UpdateType type, int iter) {
  attempt([&] {
    if (callsOldUpdate_) objective_->update(x, true, iter);
    objective_->update(x, type, iter);
  });
}

template <class Real>
void CoarseModel<Real>::update(const ROL::Vector<Real>& x, bool flag, int iter) {
  attempt([&] { objective_->update(x, flag, iter); });
}

template <class Real>
Real CoarseModel<Real>::value(const ROL::Vector<Real>& x, Real& tol) {
  Real value = std::numeric_limits<Real>::quiet_NaN();
  attempt([&] {
    Real terms = 0;
    if (hasLinearTerm_) {
      displace(x);
      terms = displacement_->apply(*linear_);
    }
    if (fine_ != nullptr) {
      applyGalerkinDifference(*quadratic_, *displacement_, x, tol);
      lastDisplacement_->set(*displacement_);
      quadraticIsValid_ = true;
      terms += Real(0.5) * displacement_->apply(*quadratic_);
    }
    ++counts_.values;
    value = objective_->value(x, tol) + terms;
  });
  return value;
}

template <class Real>
void CoarseModel<Real>::gradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) {
  const bool done = attempt([&] {
    if (fine_ != nullptr) {
      displace(x);
      lastDisplacement_->axpy(Real(-1), *displacement_);
      if (!quadraticIsValid_ || lastDisplacement_->norm() != Real(0))
        applyGalerkinDifference(*quadratic_, *displacement_, x, tol);
      lastDisplacement_->set(*displacement_);
      quadraticIsValid_ = true;
    }
    ++counts_.gradients;
    objective_->gradient(g, x, tol);
    if (hasLinearTerm_) g.plus(*linear_);
    if (fine_ != nullptr) g.plus(*quadratic_);
  });
  if (!done) g.setScalar(std::numeric_limits<Real>::quiet_NaN());
}

template <class Real>
Real CoarseModel<Real>::valueWithGradient(ROL::Vector<Real>& g, const ROL::Vector<Real>& x, Real& tol) {
  if (fine_ != nullptr) { // the quadratic term joins each by itself
    const Real sum = value(x, tol);
    if (std::isfinite(sum)) gradient(g, x, tol);
    return sum;
  }
  Real sum = std::numeric_limits<Real>::quiet_NaN();
  attempt([&] {
    Real linear = 0;
    if (hasLinearTerm_) {
      displace(x);
      linear = displacement_->apply(*linear_);
    }
    ++counts_.values;
    const Real own = terrace::valueWithGradient(*objective_, g, x, tol);
    if (std::isfinite(own)) {
      ++counts_.gradients;
      if (hasLinearTerm_) g.plus(*linear_);
    }
    sum = own + linear;
  });
  return sum;
}

template <class Real>
void CoarseModel<Real>::hessVec(ROL::Vector<Real>& hv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
                                Real& tol) {
  const bool done = attempt([&] {
    ++counts_.hessianProducts;
    if (fine_ == nullptr) {
      objective_->hessVec(hv, v, x, tol);
      return;
    }
    quadraticIsValid_ = false;
    applyGalerkinDifference(*quadratic_, v, x, tol);
    objective_->hessVec(hv, v, x, tol);
    hv.plus(*quadratic_);
  });
  if (!done) hv.setScalar(std::numeric_limits<Real>::quiet_NaN());
}

template <class Real>
void CoarseModel<Real>::precond(ROL::Vector<Real>& pv, const ROL::Vector<Real>& v, const ROL::Vector<Real>& x,
                                Real& tol) {
  if (!attempt([&] { objective_->precond(pv, v, x, tol); })) pv.set(v.dual());
}

// False if the evaluation threw and failures are tolerated.
template <class Real>
template <class Evaluation>
bool CoarseModel<Real>::attempt(const Evaluation& evaluation) {
  try {
    evaluation();
    return true;
  } catch (const std::exception&) {
    if (!toleratesFailures_) throw;
    ++counts_.failures;
    return false;
  }
}

template <class Real>
void CoarseModel<Real>::displace(const ROL::Vector<Real>& x) {
  displacement_->set(x);
  displacement_->axpy(Real(-1), *origin_);
}

// W v. The objective is told that this product is at another point than x.
template <class Real>
void CoarseModel<Real>::applyGalerkinDifference(ROL::Vector<Real>& result, const ROL::Vector<Real>& v,
                                                const ROL::Vector<Real>& x, Real& tol) {
  transfer_->prolong(*fineStep_, v);
  fine_->hessVec(*fineProduct_, *fineStep_, *fineIterate_, tol);
  transfer_->restrictDual(result, *fineProduct_);
  objective_->update(*origin_, ROL::UpdateType::Temp);
  ++counts_.hessianProducts;
  objective_->hessVec(*work_, v, *origin_, tol);
  objective_->update(x, ROL::UpdateType::Temp);
  result.axpy(Real(-1), *work_);
}

} // namespace terrace
