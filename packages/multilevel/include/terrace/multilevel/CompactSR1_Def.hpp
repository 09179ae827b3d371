#pragma once

#include <terrace/multilevel/CompactSR1.hpp>
#include <terrace/multilevel/DiagonalTrustRegion_Def.hpp>

#include <Teuchos_BLAS.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace terrace {

template <class Real>
CompactSR1<Real>::CompactSR1(int storage, InitialScaling scaling, Real fixedScaling)
    : ROL::Secant<Real>(storage, false, fixedScaling), capacity_(storage), scaling_(scaling),
      fixedScaling_(fixedScaling), stepDifference_(storage, storage), stepStep_(storage, storage),
      differenceDifference_(storage, storage), gamma_(fixedScaling) {
  if (storage < 1) throw std::invalid_argument("CompactSR1: the storage must hold at least one pair.");
  if (fixedScaling == Real(0)) throw std::invalid_argument("CompactSR1: the fixed scaling must not be 0.");
}

template <class Real>
CompactSR1<Real>::CompactSR1(const Teuchos::ParameterList& list)
    : CompactSR1(list.get<int>("Maximum Storage"),
                 list.get<std::string>("Initial Scaling") == "Fixed" ? InitialScaling::Fixed
                                                                     : InitialScaling::SmallestEigenvalue,
                 static_cast<Real>(list.get<double>("Fixed Scaling"))) {}

template <class Real>
void CompactSR1<Real>::reserve(const ROL::Vector<Real>& primal, const ROL::Vector<Real>& dual) {
  auto& state = *this->state_;
  while (static_cast<int>(state.iterDiff.size()) < capacity_) {
    state.iterDiff.push_back(primal.clone());
    state.gradDiff.push_back(dual.clone());
  }
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
  reserve(s, y);
  appendSlot();
  step(count_ - 1).set(s);
  difference(count_ - 1).set(y);
  if (!updateGramMatrices(count_ - 1)) --count_;
  this->state_->current = count_ - 1;
  rebuild();
}

// Makes room for one more pair at the end; the oldest goes if the storage is full.
template <class Real>
void CompactSR1<Real>::appendSlot() {
  if (count_ < capacity_) {
    ++count_;
    return;
  }
  auto& state = *this->state_;
  std::rotate(state.iterDiff.begin(), state.iterDiff.begin() + 1, state.iterDiff.end());
  std::rotate(state.gradDiff.begin(), state.gradDiff.begin() + 1, state.gradDiff.end());
  for (int j = 0; j + 1 < capacity_; ++j) {
    for (int i = 0; i + 1 < capacity_; ++i) {
      stepDifference_(i, j) = stepDifference_(i + 1, j + 1);
      stepStep_(i, j) = stepStep_(i + 1, j + 1);
      differenceDifference_(i, j) = differenceDifference_(i + 1, j + 1);
    }
  }
}

// Inner products of pair `newest` with all pairs up to it. False if the pair is of no use.
template <class Real>
bool CompactSR1<Real>::updateGramMatrices(int newest) {
  const auto& s = step(newest);
  const auto& y = difference(newest);
  bool finite = true;
  for (int i = 0; i <= newest; ++i) {
    stepStep_(i, newest) = stepStep_(newest, i) = s.dot(step(i));
    differenceDifference_(i, newest) = differenceDifference_(newest, i) = y.dot(difference(i));
    stepDifference_(newest, i) = s.apply(difference(i));
    stepDifference_(i, newest) = step(i).apply(y);
    finite = finite && std::isfinite(stepStep_(i, newest)) &&
             std::isfinite(differenceDifference_(i, newest)) && std::isfinite(stepDifference_(newest, i)) &&
             std::isfinite(stepDifference_(i, newest));
  }
  return finite && stepStep_(newest, newest) > Real(0);
}

template <class Real>
void CompactSR1<Real>::prolongPairs(const CompactSR1& coarse, const TransferOperator<Real>& transfer) {
  if (coarse.count_ == 0) return clear();
  if (static_cast<int>(this->state_->iterDiff.size()) < capacity_)
    throw std::logic_error("CompactSR1::prolongPairs: reserve() has not been called.");
  clear();
  const int first = std::max(0, coarse.count_ - capacity_);
  for (int i = first; i < coarse.count_; ++i) {
    transfer.prolong(step(count_), coarse.step(i));
    transfer.prolongDual(difference(count_), coarse.difference(i));
    if (updateGramMatrices(count_)) ++count_;
  }
  this->state_->current = count_ - 1;
  rebuild();
}

template <class Real>
void CompactSR1<Real>::clear() {
  count_ = 0;
  this->state_->current = -1;
  rebuild();
}

template <class Real>
void CompactSR1<Real>::visitState(StateArchive<Real>& archive, const std::string& name) {
  int pairs = count_;
  archive.visitNumber(name + "/pairs", pairs);
  if (pairs < 0 || pairs > static_cast<int>(this->state_->iterDiff.size()))
    throw std::invalid_argument("CompactSR1: " + std::to_string(pairs) + " pairs to restore; expected 0.." +
                                std::to_string(this->state_->iterDiff.size()) + ".");
  if (archive.restores()) clear();
  for (int i = 0; i < pairs; ++i) {
    const bool adds = archive.restores();
    ROL::Vector<Real>&s = adds ? *primalWork_ : step(i), &y = adds ? *dualWork_ : difference(i);
    archive.visit(name + "/step_" + std::to_string(i), s);
    archive.visit(name + "/difference_" + std::to_string(i), y);
    if (adds) addPair(s, y);
  }
}

template <class Real>
void CompactSR1<Real>::rebuild() {
  scale_.resize(static_cast<std::size_t>(count_));
  for (int i = 0; i < count_; ++i) scale_[static_cast<std::size_t>(i)] = Real(1) / std::sqrt(stepStep_(i, i));
  chooseScaling();
  middle_ = middleMatrix();
  outer_ = outerGram();
  choosePairs();
  decompose();
}

// gamma from the smallest eigenvalue of the pencil (D + L + L^T, S^T S) of independent steps: nearly
// dependent ones would turn third-order terms into huge curvatures.
template <class Real>
void CompactSR1<Real>::chooseScaling() {
  gamma_ = fixedScaling_;
  if (scaling_ == InitialScaling::Fixed || count_ == 0) return;
  const std::vector<int> steps = independentSteps();
  const int n = static_cast<int>(steps.size());
  Matrix curvature(n, n), gram(n, n);
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i) {
      const int first = steps[static_cast<std::size_t>(i)], second = steps[static_cast<std::size_t>(j)];
      curvature(i, j) =
          normalized(stepDifference_(std::max(first, second), std::min(first, second)), first, second);
      gram(i, j) = normalized(stepStep_(first, second), first, second);
    }
  }
  const Real smallest = detail::symmetricPencilEigenvalues(curvature, gram).front();
  const Real gamma = (smallest > Real(0) ? Real(0.1) : Real(1.5)) * smallest;
  if (gamma != Real(0)) gamma_ = gamma;
}

// Newest first, the steps that have a part of at least a hundredth outside the span of newer ones.
template <class Real>
std::vector<int> CompactSR1<Real>::independentSteps() const {
  std::vector<int> steps;
  std::vector<std::vector<Real>> cholesky; // rows of the factor of their Gram matrix
  for (int candidate = count_ - 1; candidate >= 0; --candidate) {
    std::vector<Real> row;
    Real pivot = 1;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      Real product = normalized(stepStep_(candidate, steps[i]), candidate, steps[i]);
      for (std::size_t j = 0; j < i; ++j) product -= row[j] * cholesky[i][j];
      row.push_back(product / cholesky[i][i]);
      pivot -= row[i] * row[i];
    }
    if (!(pivot > Real(1e-4))) continue;
    row.push_back(std::sqrt(pivot));
    cholesky.push_back(std::move(row));
    steps.push_back(candidate);
  }
  return steps;
}

// M = D + L + L^T - gamma S^T S of the normalised pairs.
template <class Real>
typename CompactSR1<Real>::Matrix CompactSR1<Real>::middleMatrix() const {
  Matrix m(count_, count_);
  for (int j = 0; j < count_; ++j)
    for (int i = 0; i < count_; ++i)
      m(i, j) = normalized(stepDifference_(std::max(i, j), std::min(i, j)) - gamma_ * stepStep_(i, j), i, j);
  return m;
}

// Psi^T Psi of the normalised pairs, in the dual inner product.
template <class Real>
typename CompactSR1<Real>::Matrix CompactSR1<Real>::outerGram() const {
  Matrix g(count_, count_);
  for (int j = 0; j < count_; ++j)
    for (int i = 0; i < count_; ++i)
      g(i, j) =
          normalized(differenceDifference_(i, j) - gamma_ * (stepDifference_(i, j) + stepDifference_(j, i)) +
                         gamma_ * gamma_ * stepStep_(i, j),
                     i, j);
  return g;
}

// Newest pairs first, a pair is kept if it adds a non-negligible pivot to both the LDL^T factors of M (the
// SR1 denominator (y - B s)^T s) and the Cholesky factor of Psi^T Psi (its part that is new).
template <class Real>
void CompactSR1<Real>::choosePairs() {
  using std::abs;
  const Real negligible = std::sqrt(std::numeric_limits<Real>::epsilon());
  const Real dependent = Real(3e-7); // a smaller new part of a column would spoil the eigenvectors
  used_.clear();
  Matrix lower(count_, count_); // column k: row k of the factor of M
  cholesky_.shape(count_, count_);
  std::vector<Real> pivots;
  for (int candidate = count_ - 1; candidate >= 0; --candidate) {
    const int n = usedPairs();
    const Real psiNorm2 = outer_(candidate, candidate);
    const Real scale = scale_[static_cast<std::size_t>(candidate)];
    const Real sizeOfTerms = differenceDifference_(candidate, candidate) * scale * scale + gamma_ * gamma_;
    Real* rowM = lower[n];
    Real* rowG = cholesky_[n];
    Real pivotM = middle_(candidate, candidate), pivotG = psiNorm2;
    for (int i = 0; i < n; ++i) {
      const int other = used_[static_cast<std::size_t>(i)];
      const Real* otherM = lower[i];
      const Real* otherG = cholesky_[i];
      const Real pivot = pivots[static_cast<std::size_t>(i)];
      Real m = middle_(candidate, other), g = outer_(candidate, other);
      for (int j = 0; j < i; ++j) {
        m -= rowM[j] * pivots[static_cast<std::size_t>(j)] * otherM[j];
        g -= rowG[j] * otherG[j];
      }
      rowM[i] = m / pivot;
      rowG[i] = g / otherG[i];
      pivotM -= rowM[i] * rowM[i] * pivot;
      pivotG -= rowG[i] * rowG[i];
    }
    if (!(psiNorm2 > dependent * sizeOfTerms) || !(abs(pivotM) > negligible * std::sqrt(psiNorm2)) ||
        !(pivotG > dependent * psiNorm2))
      continue;
    rowG[n] = std::sqrt(pivotG);
    pivots.push_back(pivotM);
    used_.push_back(candidate);
  }
}

// Eigen-decomposition of B on the span of Psi: with Psi^T Psi = U^T U (Cholesky) the columns of Psi U^{-1}
// are orthonormal, and B - gamma I is U M^{-1} U^T in them.
template <class Real>
void CompactSR1<Real>::decompose() {
  const int n = usedPairs();
  eigenvalues_.clear();
  middleLu_.factor(Matrix());
  if (n == 0) return; // BLAS does not take empty matrices
  Matrix m(n, n), projected(n, n);
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i)
      m(i, j) = middle_(used_[static_cast<std::size_t>(i)], used_[static_cast<std::size_t>(j)]);
    for (int i = j; i < n; ++i) projected(i, j) = cholesky_(j, i); // U^T
  }
  middleLu_.factor(m);
  middleLu_.solve(projected.values(), n);
  Teuchos::BLAS<int, Real>().TRMM(Teuchos::LEFT_SIDE, Teuchos::UPPER_TRI, Teuchos::NO_TRANS,
                                  Teuchos::NON_UNIT_DIAG, n, n, Real(1), cholesky_.values(),
                                  cholesky_.stride(), projected.values(), projected.stride());
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i)
      projected(i, j) = projected(j, i) = (projected(i, j) + projected(j, i)) / Real(2);
  eigenvalues_ = detail::symmetricEigen(projected);
  for (Real& value : eigenvalues_) value += gamma_;
  // C = U^{-1} V by back substitution, all columns side by side: one at a time is a chain of dependent sums.
  Matrix rows(projected, Teuchos::TRANS);
  for (int i = n - 1; i >= 0; --i) {
    Real* row = rows[i];
    for (int k = i + 1; k < n; ++k) {
      const Real factor = cholesky_(i, k);
      const Real* solved = rows[k];
      for (int column = 0; column < n; ++column) row[column] -= factor * solved[column];
    }
    for (int column = 0; column < n; ++column) row[column] /= cholesky_(i, i);
  }
  eigenvectors_ = Matrix(rows, Teuchos::TRANS);
}

template <class Real>
std::vector<Real> CompactSR1<Real>::applyPsiTransposed(const ROL::Vector<Real>& primal) const {
  std::vector<Real> products;
  for (const int i : used_)
    products.push_back(scale_[static_cast<std::size_t>(i)] *
                       (primal.apply(difference(i)) - gamma_ * primal.dot(step(i))));
  return products;
}

template <class Real>
std::vector<Real> CompactSR1<Real>::applyPsiTransposedToDual(const ROL::Vector<Real>& dual) const {
  std::vector<Real> products;
  for (const int i : used_)
    products.push_back(scale_[static_cast<std::size_t>(i)] *
                       (dual.dot(difference(i)) - gamma_ * step(i).apply(dual)));
  return products;
}

// dual += Psi * coefficients
template <class Real>
void CompactSR1<Real>::addPsi(ROL::Vector<Real>& dual, const std::vector<Real>& coefficients) const {
  if (used_.empty()) return;
  primalWork_->zero();
  for (std::size_t j = 0; j < used_.size(); ++j) {
    const Real c = coefficients[j] * scale_[static_cast<std::size_t>(used_[j])];
    dual.axpy(c, difference(used_[j]));
    primalWork_->axpy(-gamma_ * c, step(used_[j]));
  }
  dual.plus(primalWork_->dual());
}

template <class Real>
std::vector<Real> CompactSR1<Real>::toEigenbasis(const std::vector<Real>& psiProducts) const {
  std::vector<Real> components(psiProducts.size(), Real(0));
  for (int j = 0; j < usedPairs(); ++j)
    for (int i = 0; i < usedPairs(); ++i)
      components[static_cast<std::size_t>(j)] +=
          eigenvectors_(i, j) * psiProducts[static_cast<std::size_t>(i)];
  return components;
}

template <class Real>
std::vector<Real> CompactSR1<Real>::fromEigenbasis(const std::vector<Real>& components) const {
  std::vector<Real> coefficients(used_.size(), Real(0));
  for (int j = 0; j < usedPairs(); ++j)
    for (int i = 0; i < usedPairs(); ++i)
      coefficients[static_cast<std::size_t>(i)] +=
          eigenvectors_(i, j) * components[static_cast<std::size_t>(j)];
  return coefficients;
}

template <class Real>
void CompactSR1<Real>::applyB(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const {
  std::vector<Real> products = applyPsiTransposed(v);
  middleLu_.solve(products.data(), 1);
  applyB0(Bv, v);
  addPsi(Bv, products);
}

template <class Real>
void CompactSR1<Real>::applyB0(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const {
  Bv.set(v.dual());
  Bv.scale(gamma_);
}

template <class Real>
void CompactSR1<Real>::applyH(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const {
  std::vector<Real> components = toEigenbasis(applyPsiTransposedToDual(v));
  for (std::size_t i = 0; i < components.size(); ++i)
    components[i] *= Real(1) / eigenvalues_[i] - Real(1) / gamma_;
  if (used_.empty()) return applyH0(Hv, v);
  dualWork_->set(v);
  dualWork_->scale(Real(1) / gamma_);
  addPsi(*dualWork_, fromEigenbasis(components));
  Hv.set(dualWork_->dual());
}

template <class Real>
void CompactSR1<Real>::applyH0(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const {
  Hv.set(v.dual());
  Hv.scale(Real(1) / gamma_);
}

template <class Real>
SubproblemResult<Real> CompactSR1<Real>::solveTrustRegion(ROL::Vector<Real>& s, const ROL::Vector<Real>& g,
                                                          Real radius) const {
  if (dualWork_ == ROL::nullPtr) allocateWork(s, g);
  std::vector<Real> eigenvalues(eigenvalues_);
  std::vector<Real> coefficients = toEigenbasis(applyPsiTransposedToDual(g));

  // The gradient's part outside the span of Psi, all of eigenvalue gamma.
  complement_->set(g);
  subtractEigenvectors(*complement_, coefficients);
  const Real gradientNorm = g.norm();
  const Real roundoff = Real(100) * std::numeric_limits<Real>::epsilon() * gradientNorm;
  bool hasComplement = usedPairs() < s.dimension() || s.dimension() == 0;
  Real complementNorm = hasComplement ? complement_->norm() : Real(0);
  if (complementNorm <= roundoff) complementNorm = 0;
  if (hasComplement && complementIsGuesswork(complementNorm, gradientNorm)) {
    hasComplement = false;
    complementNorm = 0;
  }
  if (hasComplement) {
    eigenvalues.push_back(gamma_);
    coefficients.push_back(complementNorm);
  }

  // The columns of Psi C are orthonormal up to rounding errors only, so the step's norm may miss the radius
  // in the last digits; the radius of the small problem is then corrected.
  SubproblemResult<Real> result;
  Real target = radius;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const DiagonalTrustRegion<Real> small(eigenvalues, coefficients, target);
    if (!assembleStep(s, small, complementNorm)) {
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
    if (!small.onBoundary || std::abs(result.stepNorm - radius) <= Real(1e-13) * radius) break;
    target *= radius / result.stepNorm;
  }
  return result;
}

// Whether a step out of the span of Psi would be along a direction that neither the pairs nor the gradient
// speak of. A fixed negative gamma is the user's word; an estimated one is that of other directions.
template <class Real>
bool CompactSR1<Real>::complementIsGuesswork(Real complementNorm, Real gradientNorm) const {
  return scaling_ != InitialScaling::Fixed && gamma_ < Real(0) && usedPairs() > 0 &&
         complementNorm <= Real(1e-8) * gradientNorm;
}

// s = R^{-1} (Psi C p + complement), p and the length along the complement being the small problem's step.
// False if that wants a direction outside the span of Psi and there is none.
template <class Real>
bool CompactSR1<Real>::assembleStep(ROL::Vector<Real>& s, const DiagonalTrustRegion<Real>& small,
                                    Real complementNorm) const {
  const std::size_t n = used_.size();
  const bool hardOutsideSpan = small.hardCase && small.hardDirection == n;
  dualWork_->set(*complement_);
  dualWork_->scale(complementNorm > Real(0) && !hardOutsideSpan ? small.step[n] / complementNorm : Real(0));
  addPsi(*dualWork_,
         fromEigenbasis({small.step.begin(), small.step.begin() + static_cast<std::ptrdiff_t>(n)}));
  s.set(dualWork_->dual());
  return !hardOutsideSpan || addComplementDirection(s, small.step[n]);
}

// Hard case with gamma the smallest eigenvalue: any direction orthogonal to the span of Psi will do. The
// stored steps are tried first, since they are there; then coordinate directions, of any n + 1 of which one
// has a part outside an n-dimensional span (vectors without a dimension() have no basis() either).
template <class Real>
bool CompactSR1<Real>::addComplementDirection(ROL::Vector<Real>& s, Real length) const {
  for (int i = count_ - 1; i >= 0; --i)
    if (addPartOutsideSpan(s, step(i).dual(), length)) return true;
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
  subtractEigenvectors(dual, toEigenbasis(applyPsiTransposedToDual(dual)));
}

// dual -= Psi C * components
template <class Real>
void CompactSR1<Real>::subtractEigenvectors(ROL::Vector<Real>& dual, std::vector<Real> components) const {
  for (Real& c : components) c = -c;
  addPsi(dual, fromEigenbasis(components));
}

} // namespace terrace
