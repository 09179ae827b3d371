#pragma once

#include <terrace/multilevel/secant/CompactSR1.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

// A Real other than double needs PairMemory_Def.hpp, SpectralModel_Def.hpp and DiagonalTrustRegion_Def.hpp
// too. They are not included here, so that the small dense algebra is compiled in its own units only.
namespace terrace {

template <class Real>
CompactSR1<Real>::CompactSR1(int storage, InitialScaling scaling, Real fixedScaling)
    : ROL::Secant<Real>(storage, false, fixedScaling), pairs_(storage), model_(scaling, fixedScaling) {}

template <class Real>
CompactSR1<Real>::CompactSR1(const Teuchos::ParameterList& list)
    : CompactSR1(list.get<int>("Maximum Storage"),
                 list.get<std::string>("Initial Scaling") == "Fixed" ? InitialScaling::Fixed
                                                                     : InitialScaling::SmallestEigenvalue,
                 static_cast<Real>(list.get<double>("Fixed Scaling"))) {}

template <class Real>
void CompactSR1<Real>::reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) {
  pairs_.reserve(primal, dual);
  if (dualWork_ == ROL::nullPtr) allocateWork(primal, dual);
}

template <class Real>
void CompactSR1<Real>::allocateWork(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) const {
  primalWork_ = primal.clone();
  dualWork_ = dual.clone();
  complement_ = dual.clone();
  direction_ = dual.clone();
}

template <class Real>
void CompactSR1<Real>::updateStorage(const ROL::Vector<Real>& x, const ROL::Vector<Real>& grad,
                                     const ROL::Vector<Real>& gp, const ROL::Vector<Real>& s, Real /*snorm*/,
                                     int iter) {
  reserve(x, grad);
  if (this->y_ == ROL::nullPtr) this->y_ = grad.clone();
  this->state_->iter = iter;
  this->y_->set(grad);
  this->y_->axpy(Real(-1), gp);
  addPair(s, *this->y_);
}

template <class Real>
void CompactSR1<Real>::addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y) {
  add(s, y, nullptr);
}

template <class Real>
void CompactSR1<Real>::addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                               PairedGradient<Real>& gradient) {
  add(s, y, &gradient);
}

template <class Real>
void CompactSR1<Real>::add(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                           PairedGradient<Real>* gradient) {
  reserve(s, y);
  pairs_.append(s, y, gradient);
  rebuild();
}

template <class Real>
void CompactSR1<Real>::prolongPairs(const CompactSR1& coarse, const TransferOperator<Real>& transfer) {
  if (coarse.storedPairs() == 0) return clear();
  if (!pairs_.isReserved())
    throw std::logic_error("CompactSR1::prolongPairs: reserve() has not been called.");
  pairs_.prolong(coarse.pairs_, transfer, *primalWork_, *dualWork_);
  rebuild();
}

template <class Real>
void CompactSR1<Real>::clear() {
  pairs_.clear();
  rebuild();
}

template <class Real>
void CompactSR1<Real>::visitState(StateArchive<Real>& archive, const std::string& name) {
  pairs_.visitState(archive, name);
  if (archive.restores()) rebuild();
}

// The model of the pairs as they are now. ROL's state of a secant shows them too.
template <class Real>
void CompactSR1<Real>::rebuild() {
  model_.rebuild(pairs_.gram());
  this->state_->iterDiff = pairs_.steps();
  this->state_->gradDiff = pairs_.differences();
  this->state_->current = pairs_.size() - 1;
}

// Psi^T v for a vector of either space.
template <class Real>
std::vector<Real> CompactSR1<Real>::applyPsiTransposed(const Operand<Real>& v) const {
  return model_.psiProducts(pairs_.productsWith(v, model_.pairs()));
}

// v += Psi * coefficients, or its Riesz image if v is primal.
template <class Real>
void CompactSR1<Real>::addPsi(ROL::Vector<Real>& v, bool isDual,
                              const std::vector<Real>& coefficients) const {
  if (model_.pairs().empty()) return;
  addCombination(v, isDual, model_.ofPairs(coefficients), pairs_.operands(model_.pairs()),
                 isDual ? *primalWork_ : *dualWork_);
}

template <class Real>
void CompactSR1<Real>::applyB(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const {
  const std::vector<Real> coefficients = model_.solveMiddle(applyPsiTransposed({&v, false}));
  applyB0(Bv, v);
  addPsi(Bv, true, coefficients);
}

template <class Real>
void CompactSR1<Real>::applyB0(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const {
  Bv.set(v.dual());
  Bv.scale(model_.initialScaling());
}

template <class Real>
void CompactSR1<Real>::applyH(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const {
  std::vector<Real> components = model_.toEigenbasis(applyPsiTransposed({&v, true}));
  for (std::size_t i = 0; i < components.size(); ++i)
    components[i] *= Real(1) / eigenvalues()[i] - Real(1) / model_.initialScaling();
  applyH0(Hv, v);
  addPsi(Hv, false, model_.fromEigenbasis(components));
}

template <class Real>
void CompactSR1<Real>::applyH0(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const {
  Hv.set(v.dual());
  Hv.scale(Real(1) / model_.initialScaling());
}

template <class Real>
SubproblemResult<Real> CompactSR1<Real>::solveTrustRegion(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                                          Real radius) const {
  return solve(s, g, g.norm(), applyPsiTransposed({&g, true}), radius);
}

template <class Real>
SubproblemResult<Real> CompactSR1<Real>::solveTrustRegion(ROL::Vector<Real>& s, const PairedGradient<Real>& g,
                                                          Real radius) const {
  const PairProducts<Real>* known = g.products(pairs_.revision());
  return solve(s, g.vector(), g.norm(),
               known != nullptr ? model_.psiProducts(known->of(model_.pairs()))
                                : applyPsiTransposed({&g.vector(), true}),
               radius);
}

template <class Real>
SubproblemResult<Real> CompactSR1<Real>::solve(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                               Real gradientNorm, const std::vector<Real>& psiProducts,
                                               Real radius) const {
  if (dualWork_ == ROL::nullPtr) allocateWork(s, g);
  std::vector<Real> eigenvalues(model_.eigenvalues());
  std::vector<Real> coefficients = model_.toEigenbasis(psiProducts);
  const Complement outside = complementOf(g, gradientNorm, s.dimension(), psiProducts, coefficients);
  if (outside.exists) { // one direction for all of the eigenvalue gamma
    eigenvalues.push_back(model_.initialScaling());
    coefficients.push_back(outside.norm);
  }

  // The columns of Psi C are orthonormal only up to rounding errors, so the step's norm may miss the radius.
  // A miss in the last digits is put right; for a greater one the radius of the small problem is corrected.
  SubproblemResult<Real> result;
  Real target = radius;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const DiagonalTrustRegion<Real> small(eigenvalues, coefficients, target);
    if (!assembleStep(s, small, outside)) {
      // The pairs span the whole space: there is no direction of eigenvalue gamma.
      eigenvalues.pop_back();
      coefficients.pop_back();
      continue;
    }
    result.stepNorm = s.norm();
    result.predictedReduction = small.predictedReduction;
    result.shift = small.shift;
    result.smallestEigenvalue = eigenvalues[small.hardDirection];
    result.onBoundary = small.onBoundary;
    result.hardCase = small.hardCase;
    if (!small.onBoundary) break;
    if (std::abs(result.stepNorm - radius) <= Real(1e-11) * radius) {
      s.scale(radius / result.stepNorm);
      result.stepNorm = radius;
      break;
    }
    target *= radius / result.stepNorm;
  }
  return result;
}

// The gradient's part outside the span of Psi as the subproblem uses it.
template <class Real>
typename CompactSR1<Real>::Complement
CompactSR1<Real>::complementOf(const ROL::Vector<Real>& g, Real gradientNorm, int dimension,
                               const std::vector<Real>& psiProducts,
                               const std::vector<Real>& components) const {
  const Real roundoff = Real(100) * std::numeric_limits<Real>::epsilon() * gradientNorm;
  Complement outside = partOutsideSpan(g, gradientNorm, psiProducts, model_.fromEigenbasis(components));
  outside.exists = usedPairs() < dimension || dimension == 0;
  if (!outside.exists || outside.norm <= roundoff) outside.norm = 0;
  if (outside.exists && complementIsGuesswork(outside.norm, gradientNorm)) {
    outside.exists = false;
    outside.norm = 0;
  }
  return outside;
}

// g - Psi a. Its norm follows from inner products that are there, unless so little is left that their
// rounding errors show; only then is the vector itself made.
template <class Real>
typename CompactSR1<Real>::Complement
CompactSR1<Real>::partOutsideSpan(const ROL::Vector<Real>& g, Real gradientNorm,
                                  const std::vector<Real>& psiProducts, std::vector<Real> a) const {
  if (const auto norm = model_.normOfDifference(gradientNorm, psiProducts, a))
    return {&g, *norm, std::move(a), true};
  for (Real& coefficient : a) coefficient = -coefficient;
  complement_->set(g);
  addPsi(*complement_, true, a);
  return {complement_.get(), complement_->norm(), std::vector<Real>(a.size(), Real(0)), true};
}

// Whether a step out of the span of Psi would be along a direction of which neither the pairs nor the
// gradient know anything. A fixed negative gamma is what the user wants; an estimated one comes from other
// directions.
template <class Real>
bool CompactSR1<Real>::complementIsGuesswork(Real complementNorm, Real gradientNorm) const {
  return model_.scalingIsEstimated() && model_.initialScaling() < Real(0) && usedPairs() > 0 &&
         complementNorm <= Real(1e-8) * gradientNorm;
}

// s = R^{-1} (Psi C p + complement), where p and the length along the complement are the small problem's
// step. False if that step wants a direction outside the span of Psi and there is none.
template <class Real>
bool CompactSR1<Real>::assembleStep(ROL::Vector<Real>& s, const DiagonalTrustRegion<Real>& small,
                                    const Complement& outside) const {
  const std::size_t n = model_.pairs().size();
  const bool hardOutsideSpan = small.hardCase && small.hardDirection == n;
  const Real share = outside.norm > Real(0) && !hardOutsideSpan ? small.step[n] / outside.norm : Real(0);
  std::vector<Real> coefficients =
      model_.fromEigenbasis({small.step.begin(), small.step.begin() + static_cast<std::ptrdiff_t>(n)});
  for (std::size_t j = 0; j < n; ++j) coefficients[j] -= share * outside.inSpan[j];
  s.set(outside.vector->dual());
  s.scale(share);
  addPsi(s, false, coefficients);
  return !hardOutsideSpan || addComplementDirection(s, small.step[n]);
}

// Hard case with gamma the smallest eigenvalue: any direction orthogonal to the span of Psi will do. The
// stored steps are tried first, since they are there, then coordinate directions. Of any n + 1 of these, one
// has a part outside an n-dimensional span. Vectors without a dimension() have no basis() either.
template <class Real>
bool CompactSR1<Real>::addComplementDirection(ROL::Vector<Real>& s, Real length) const {
  for (int i = pairs_.size() - 1; i >= 0; --i)
    if (addPartOutsideSpan(s, pairs_.step(i).dual(), length)) return true;
  for (int i = 0; i <= usedPairs() && i < s.dimension(); ++i) {
    const auto basis = s.basis(i);
    if (addPartOutsideSpan(s, basis->dual(), length)) return true;
  }
  return false;
}

// Adds the part of `candidate` orthogonal to the span of Psi, scaled to `length`; false if it is lost in
// rounding errors.
template <class Real>
bool CompactSR1<Real>::addPartOutsideSpan(ROL::Vector<Real>& s, const ROL::Vector<Real>& candidate,
                                          Real length) const {
  direction_->set(candidate);
  const Real norm = direction_->norm();
  if (!(norm > Real(0))) return false;
  direction_->scale(Real(1) / norm);
  projectOffEigenvectors(*direction_);
  const Real part = direction_->norm();
  if (!(part > Real(1e-3))) return false;
  direction_->scale(Real(1) / part);
  projectOffEigenvectors(*direction_);
  s.axpy(length / direction_->norm(), direction_->dual());
  return true;
}

template <class Real>
void CompactSR1<Real>::projectOffEigenvectors(ROL::Vector<Real>& dual) const {
  std::vector<Real> components = model_.toEigenbasis(applyPsiTransposed({&dual, true}));
  for (Real& c : components) c = -c;
  addPsi(dual, true, model_.fromEigenbasis(components));
}

} // namespace terrace
