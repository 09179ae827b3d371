#pragma once

#include <terrace/multilevel/TruncatedCG.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace terrace {

template <class Real>
TruncatedCG<Real>::TruncatedCG(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual,
                               int iterationLimit, Real tolerance)
    : iterationLimit_(iterationLimit), tolerance_(tolerance), direction_(primal.clone()),
      residual_(dual.clone()), product_(dual.clone()) {}

template <class Real>
SubproblemResult<Real> TruncatedCG<Real>::solve(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                                const ROL::Vector<Real>& x, ROL::Objective<Real>& objective,
                                                Real radius) {
  start(s, g);
  const Real target = tolerance_ * std::sqrt(products_.rr);
  for (int i = 0; i < iterationLimit_; ++i) {
    Real tol = std::sqrt(std::numeric_limits<Real>::epsilon());
    objective.hessVec(*product_, *direction_, x, tol);
    Real curvature = direction_->apply(*product_);
    if (!std::isfinite(curvature)) {
      if (i > 0) break;
      curvature = 0;
    }
    if (!iterate(s, curvature, radius)) break;
    const Real length = products_.rr / curvature;
    residual_->axpy(length, *product_);
    nextDirection(length);
    if (!(std::sqrt(products_.rr) > target)) break;
  }
  result_.stepNorm = std::sqrt(products_.ss);
  return result_;
}

// s = 0, r = g, p = the direction of steepest descent in the metric.
template <class Real>
void TruncatedCG<Real>::start(ROL::Vector<Real>& s, const ROL::Vector<Real>& g) {
  result_ = {};
  s.zero();
  residual_->set(g);
  direction_->set(g.dual());
  direction_->scale(Real(-1));
  const Real rr = g.dot(g);
  products_ = {Real(0), Real(0), rr, rr};
}

// Moves s along the direction; false if it ends on the boundary.
template <class Real>
bool TruncatedCG<Real>::iterate(ROL::Vector<Real>& s, Real curvature, Real radius) {
  const Real length = products_.rr / curvature;
  const Real newNorm2 = products_.ss + length * (2 * products_.sp + length * products_.pp);
  if (!(curvature > Real(0)) || !(newNorm2 < radius * radius)) {
    moveToBoundary(s, curvature, radius);
    return false;
  }
  s.axpy(length, *direction_);
  products_.ss = newNorm2;
  result_.predictedReduction += Real(0.5) * length * products_.rr;
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
  result_.predictedReduction += length * (products_.rr - Real(0.5) * length * curvature);
  result_.onBoundary = true;
}

template <class Real>
void TruncatedCG<Real>::nextDirection(Real length) {
  const Real rr = residual_->dot(*residual_);
  const Real beta = rr / products_.rr;
  direction_->scale(beta);
  direction_->axpy(Real(-1), residual_->dual());
  products_.sp = beta * (products_.sp + length * products_.pp);
  products_.pp = rr + beta * beta * products_.pp;
  products_.rr = rr;
}

} // namespace terrace
