#pragma once

#include <terrace/multilevel/engine/TruncatedCG.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace {

template <class Real>
TruncatedCG<Real>::TruncatedCG(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual,
                               int iterationLimit, Real tolerance)
    : iterationLimit_(iterationLimit), tolerance_(tolerance), direction_(primal.clone()),
      preconditioned_(primal.clone()), residual_(dual.clone()), product_(dual.clone()) {}

template <class Real>
SubproblemResult<Real> TruncatedCG<Real>::solve(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                                const ROL::Vector<Real>& x, ROL::Objective<Real>& objective,
                                                Real radius) {
  start(s, g, x, objective);
  const Real target = tolerance_ * tolerance_ * products_.rz;
  for (int i = 0; i < iterationLimit_; ++i) {
    Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
    objective.hessVec(*product_, *direction_, x, tol);
    Real curvature = direction_->apply(*product_);
    if (!std::isfinite(curvature)) {
      if (i > 0) break;
      curvature = 0;
    }
    if (!iterate(s, curvature, radius)) break;
    residual_->axpy(products_.rz / curvature, *product_);
    const Real rz = precondition(x, objective);
    if (!(rz > target) || !std::isfinite(rz)) break;
    nextDirection(s, rz);
  }
  result_.stepNorm = std::sqrt(products_.ss);
  return result_;
}

// Algorithm 2: s = 0, r = g, p = the direction of preconditioned steepest descent.
template <class Real>
void TruncatedCG<Real>::start(ROL::Vector<Real>& s, const ROL::Vector<Real>& g, const ROL::Vector<Real>& x,
                              ROL::Objective<Real>& objective) {
  result_ = {};
  s.zero();
  residual_->set(g);
  Real rz = precondition(x, objective);
  if (!(rz > Real(0)) || !std::isfinite(rz)) {
    preconditioned_->set(g.dual());
    rz = g.dot(g);
  }
  direction_->set(*preconditioned_);
  direction_->scale(Real(-1));
  products_ = {Real(0), Real(0), direction_->dot(*direction_), rz};
}

// z from r; returns their product.
template <class Real>
Real TruncatedCG<Real>::precondition(const ROL::Vector<Real>& x, ROL::Objective<Real>& objective) {
  Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
  objective.precond(*preconditioned_, *residual_, x, tol);
  return preconditioned_->apply(*residual_);
}

// Moves s along the direction; false if it ends on the boundary.
template <class Real>
bool TruncatedCG<Real>::iterate(ROL::Vector<Real>& s, Real curvature, Real radius) {
  const Real length = products_.rz / curvature;
  const Real newNorm2 = products_.ss + length * (2 * products_.sp + length * products_.pp);
  if (!(curvature > Real(0)) || !(newNorm2 < radius * radius)) {
    moveToBoundary(s, curvature, radius);
    return false;
  }
  s.axpy(length, *direction_);
  products_.ss = newNorm2;
  result_.predictedReduction += Real(0.5) * length * products_.rz;
  return true;
}

template <class Real>
void TruncatedCG<Real>::moveToBoundary(ROL::Vector<Real>& s, Real curvature, Real radius) {
  const Real slack = std::max(radius * radius - products_.ss, Real(0));
  const Real root = std::sqrt(products_.sp * products_.sp + products_.pp * slack);
  // The root that does not cancel.
  const Real length =
      products_.sp > Real(0) ? slack / (products_.sp + root) : (root - products_.sp) / products_.pp;
  s.axpy(length, *direction_);
  products_.ss = radius * radius;
  result_.predictedReduction += length * (products_.rz - Real(0.5) * length * curvature);
  result_.onBoundary = true;
}

template <class Real>
void TruncatedCG<Real>::nextDirection(const ROL::Vector<Real>& s, Real rz) {
  direction_->scale(rz / products_.rz);
  direction_->axpy(Real(-1), *preconditioned_);
  products_.sp = s.dot(*direction_);
  products_.pp = direction_->dot(*direction_);
  products_.rz = rz;
}

} // namespace terrace
