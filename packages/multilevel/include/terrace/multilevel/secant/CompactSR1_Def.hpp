#pragma once

#include <terrace/multilevel/secant/CompactSR1.hpp>
#include <terrace/multilevel/secant/DiagonalTrustRegion_Def.hpp>
#include <terrace/multilevel/secant/SymmetricEigen.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
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
void CompactSR1<Real>::addPair(const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                               const ROL::Vector<Real>* next) {
  reserve(s, y);
  appendSlot();
  step(count_ - 1).set(s);
  difference(count_ - 1).set(y);
  if (!updateGramMatrices(count_ - 1, s, y, next)) --count_;
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

// Inner products of pair `newest`, (s, y), and of `next`, if that is there, with all pairs up to it. False if
// the pair is of no use.
template <class Real>
bool CompactSR1<Real>::updateGramMatrices(int newest, const ROL::Vector<Real>& s, const ROL::Vector<Real>& y,
                                          const ROL::Vector<Real>* next) {
  std::vector<Operand<Real>> left = {{&s, false}, {&y, true}}, pairs;
  if (next != nullptr) left.push_back({next, true});
  const int lefts = static_cast<int>(left.size());
  for (int i = 0; i <= newest; ++i) pairs.push_back({&step(i), false});
  for (int i = 0; i <= newest; ++i) pairs.push_back({&difference(i), true});
  std::vector<Real> products;
  innerProducts<Real>(left, pairs, products);
  rememberNext(next, newest, products);
  const Real* withSteps = products.data();
  const Real* withDifferences = withSteps + lefts * (newest + 1);
  bool finite = true;
  for (int i = 0; i <= newest; ++i, withSteps += lefts, withDifferences += lefts) {
    stepStep_(i, newest) = stepStep_(newest, i) = withSteps[0];
    stepDifference_(i, newest) = withSteps[1];
    stepDifference_(newest, i) = withDifferences[0];
    differenceDifference_(i, newest) = differenceDifference_(newest, i) = withDifferences[1];
    finite = finite && std::isfinite(withSteps[0]) && std::isfinite(withSteps[1]) &&
             std::isfinite(withDifferences[0]) && std::isfinite(withDifferences[1]);
  }
  return finite && stepStep_(newest, newest) > Real(0);
}

// The products of pairs 0 .. newest with `next`, the last of the three in `products`.
template <class Real>
void CompactSR1<Real>::rememberNext(const ROL::Vector<Real>* next, int newest,
                                    const std::vector<Real>& products) {
  next_ = next;
  if (next == nullptr) return;
  nextNorm_ = next->norm();
  nextProducts_.clear();
  const auto pairs = static_cast<std::size_t>(newest) + 1;
  for (std::size_t i = 0; i < pairs; ++i)
    nextProducts_.emplace_back(products[3 * i + 2], products[3 * (pairs + i) + 2]);
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
    primalWork_->set(step(count_));
    dualWork_->set(difference(count_));
    if (updateGramMatrices(count_, *primalWork_, *dualWork_, nullptr)) ++count_;
  }
  this->state_->current = count_ - 1;
  rebuild();
}

template <class Real>
void CompactSR1<Real>::clear() {
  count_ = 0;
  next_ = nullptr;
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
  Matrix curvature(count_, count_), gram(count_, count_), noVectors(0, count_);
  for (int j = 0; j < count_; ++j) {
    for (int i = 0; i <= j; ++i) {
      const int first = count_ - 1 - i, second = count_ - 1 - j; // newest first
      curvature(i, j) = curvature(j, i) = normalized(stepDifference_(first, second), first, second);
      gram(i, j) = gram(j, i) = normalized(stepStep_(first, second), first, second);
    }
  }
  Matrix reduced = reduceToIndependentSteps(curvature, gram);
  const Real smallest = detail::SymmetricEigen<Real>(reduced, noVectors).values().front();
  const Real gamma = (smallest > Real(0) ? Real(0.1) : Real(1.5)) * smallest;
  if (gamma != Real(0)) gamma_ = gamma;
}

// L^{-1} A L^{-T}, A the curvature and L the Cholesky factor of the Gram matrix, of those steps, newest
// first, that have a part of at least a hundredth outside the span of newer ones. Both matrices are
// destroyed.
template <class Real>
typename CompactSR1<Real>::Matrix CompactSR1<Real>::reduceToIndependentSteps(Matrix& curvature,
                                                                             Matrix& gram) const {
  const int n = count_;
  std::vector<int> steps;
  for (int c = 0; c < n; ++c) {
    if (!(gram(c, c) > Real(1e-4))) continue;
    steps.push_back(c);
    const Real root = std::sqrt(gram(c, c));
    Real* const factor = gram[c];
    for (int i = c; i < n; ++i) factor[i] /= root;
    for (int j = 0; j < n; ++j) curvature(j, c) /= root;
    for (int j = 0; j < n; ++j) curvature(c, j) /= root;
    for (int j = c + 1; j < n; ++j) {
      detail::addColumn(gram[j], -factor[j], factor, j, n);
      detail::addColumn(curvature[j], -factor[j], curvature[c], 0, n);
    }
    for (int j = 0; j < n; ++j) detail::addColumn(curvature[j], -curvature(c, j), factor, c + 1, n);
  }
  const int size = static_cast<int>(steps.size());
  Matrix reduced(size, size);
  for (int j = 0; j < size; ++j)
    for (int i = 0; i < size; ++i)
      reduced(i, j) = curvature(steps[static_cast<std::size_t>(std::max(i, j))],
                                steps[static_cast<std::size_t>(std::min(i, j))]);
  return reduced;
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
  // What is left of M and Psi^T Psi of the older pairs when the pairs in use are eliminated: the upper
  // triangles, of which column `candidate` is final when it is its turn.
  Matrix m(middle_), g(outer_);
  cholesky_.shapeUninitialized(count_, count_);
  for (int candidate = count_ - 1; candidate >= 0; --candidate) {
    const Real psiNorm2 = outer_(candidate, candidate);
    const Real scale = scale_[static_cast<std::size_t>(candidate)];
    const Real sizeOfTerms = differenceDifference_(candidate, candidate) * scale * scale + gamma_ * gamma_;
    const Real pivotM = m(candidate, candidate), pivotG = g(candidate, candidate);
    if (!(psiNorm2 > dependent * sizeOfTerms) || !(abs(pivotM) > negligible * std::sqrt(psiNorm2)) ||
        !(pivotG > dependent * psiNorm2))
      continue;
    Real* const factor = cholesky_[usedPairs()]; // by the number of the pair, for now
    const Real root = std::sqrt(pivotG);
    for (int i = 0; i <= candidate; ++i) factor[i] = g(i, candidate) / root;
    for (int j = 0; j < candidate; ++j) {
      detail::addColumn(m[j], -m(j, candidate) / pivotM, m[candidate], 0, j + 1);
      detail::addColumn(g[j], -factor[j], factor, 0, j + 1);
    }
    used_.push_back(candidate);
  }
}

// Eigen-decomposition of B on the span of Psi: with Psi^T Psi = U^T U (Cholesky) the columns of Psi U^{-1}
// are orthonormal, and B - gamma I is U M^{-1} U^T in them.
template <class Real>
void CompactSR1<Real>::decompose() {
  const int n = usedPairs();
  Matrix m(n, n), upper(n, n), product(n, n);
  for (int j = 0; j < n; ++j) {
    const int pair = used_[static_cast<std::size_t>(j)];
    for (int i = 0; i < n; ++i) m(i, j) = middle_(used_[static_cast<std::size_t>(i)], pair);
    for (int i = 0; i <= j; ++i) upper(i, j) = cholesky_(pair, i);
  }
  middleLu_.factor(m);
  Matrix solved(upper); // column i: row i of M^{-1} U^T
  middleLu_.solve(solved);
  for (int i = 0; i < n; ++i)
    for (int k = i; k < n; ++k) detail::addColumn(product[i], upper(i, k), solved[k], 0, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i) product(i, j) = product(j, i) = (product(i, j) + product(j, i)) / Real(2);
  eigenvectors_ = inverseOfUpper(upper);
  eigenvalues_ = detail::SymmetricEigen<Real>(product, eigenvectors_).values();
  for (Real& value : eigenvalues_) value += gamma_;
}

template <class Real>
typename CompactSR1<Real>::Matrix CompactSR1<Real>::inverseOfUpper(const Matrix& upper) {
  const int n = upper.numRows();
  Matrix inverse(n, n);
  for (int j = 0; j < n; ++j) {
    for (int k = 0; k < j; ++k) detail::addColumn(inverse[j], -upper(k, j), inverse[k], 0, k + 1);
    inverse(j, j) = Real(1);
    for (int i = 0; i <= j; ++i) inverse(i, j) /= upper(j, j);
  }
  return inverse;
}

// Psi^T v for a vector of either space.
template <class Real>
std::vector<Real> CompactSR1<Real>::applyPsiTransposed(const Operand<Real>& v) const {
  std::vector<Real> products, psiProducts;
  innerProducts<Real>({v}, pairsInUse(), products);
  for (std::size_t j = 0; j < used_.size(); ++j)
    psiProducts.push_back(scale_[static_cast<std::size_t>(used_[j])] *
                          (products[used_.size() + j] - gamma_ * products[j]));
  return psiProducts;
}

// Psi^T g of a gradient, from addPair() if that was told of it.
template <class Real>
std::vector<Real> CompactSR1<Real>::psiProductsWith(const ROL::Vector<Real>& g, Real gradientNorm) const {
  if (&g != next_ || gradientNorm != nextNorm_) return applyPsiTransposed({&g, true});
  std::vector<Real> psiProducts;
  for (const int i : used_) {
    const auto& [withStep, withDifference] = nextProducts_[static_cast<std::size_t>(i)];
    psiProducts.push_back(scale_[static_cast<std::size_t>(i)] * (withDifference - gamma_ * withStep));
  }
  return psiProducts;
}

template <class Real>
std::vector<Operand<Real>> CompactSR1<Real>::pairsInUse() const {
  std::vector<Operand<Real>> pairs;
  for (const int i : used_) pairs.push_back({&step(i), false});
  for (const int i : used_) pairs.push_back({&difference(i), true});
  return pairs;
}

// v += Psi * coefficients, or its Riesz image if v is primal.
template <class Real>
void CompactSR1<Real>::addPsi(ROL::Vector<Real>& v, bool isDual,
                              const std::vector<Real>& coefficients) const {
  if (used_.empty()) return;
  std::vector<Real> ofPairs(2 * used_.size());
  for (std::size_t j = 0; j < used_.size(); ++j) {
    const Real c = coefficients[j] * scale_[static_cast<std::size_t>(used_[j])];
    ofPairs[j] = -gamma_ * c;
    ofPairs[used_.size() + j] = c;
  }
  addCombination(v, isDual, ofPairs, pairsInUse(), isDual ? *primalWork_ : *dualWork_);
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
  std::vector<Real> products = applyPsiTransposed({&v, false});
  Matrix row(Teuchos::View, products.data(), 1, 1, usedPairs());
  middleLu_.solve(row);
  applyB0(Bv, v);
  addPsi(Bv, true, products);
}

template <class Real>
void CompactSR1<Real>::applyB0(ROL::Vector<Real>& Bv, const ROL::Vector<Real>& v) const {
  Bv.set(v.dual());
  Bv.scale(gamma_);
}

template <class Real>
void CompactSR1<Real>::applyH(ROL::Vector<Real>& Hv, const ROL::Vector<Real>& v) const {
  std::vector<Real> components = toEigenbasis(applyPsiTransposed({&v, true}));
  for (std::size_t i = 0; i < components.size(); ++i)
    components[i] *= Real(1) / eigenvalues_[i] - Real(1) / gamma_;
  applyH0(Hv, v);
  addPsi(Hv, false, fromEigenbasis(components));
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
  const Real gradientNorm = g.norm();
  const std::vector<Real> psiProducts = psiProductsWith(g, gradientNorm);
  std::vector<Real> coefficients = toEigenbasis(psiProducts);

  // The gradient's part outside the span of Psi, all of eigenvalue gamma.
  const Real roundoff = Real(100) * std::numeric_limits<Real>::epsilon() * gradientNorm;
  bool hasComplement = usedPairs() < s.dimension() || s.dimension() == 0;
  Complement outside = complementOf(g, gradientNorm, psiProducts, fromEigenbasis(coefficients));
  if (!hasComplement || outside.norm <= roundoff) outside.norm = 0;
  if (hasComplement && complementIsGuesswork(outside.norm, gradientNorm)) {
    hasComplement = false;
    outside.norm = 0;
  }
  if (hasComplement) {
    eigenvalues.push_back(gamma_);
    coefficients.push_back(outside.norm);
  }

  // The columns of Psi C are orthonormal up to rounding errors only, so the step's norm may miss the radius:
  // in the last digits, which is put right, or by more; the radius of the small problem is then corrected.
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

// The part of g outside the span of Psi, g - Psi a. Its norm follows from inner products that are there,
// unless so little is left that their rounding errors show; only then is the vector itself made.
template <class Real>
typename CompactSR1<Real>::Complement
CompactSR1<Real>::complementOf(const ROL::Vector<Real>& g, Real gradientNorm,
                               const std::vector<Real>& psiProducts, std::vector<Real> a) const {
  Real norm2 = gradientNorm * gradientNorm, sizeOfTerms = norm2;
  for (std::size_t j = 0; j < used_.size(); ++j) {
    Real product = 0, size = 0; // of column j of Psi with Psi a
    for (std::size_t i = 0; i < used_.size(); ++i) {
      const Real term = outer_(used_[i], used_[j]) * a[i];
      product += term;
      size += std::abs(term);
    }
    norm2 -= a[j] * (Real(2) * psiProducts[j] - product);
    sizeOfTerms += std::abs(a[j]) * (std::abs(psiProducts[j]) + size);
  }
  if (norm2 > Real(1e8) * std::numeric_limits<Real>::epsilon() * sizeOfTerms)
    return {&g, std::sqrt(norm2), std::move(a)};
  for (Real& coefficient : a) coefficient = -coefficient;
  complement_->set(g);
  addPsi(*complement_, true, a);
  return {complement_.get(), complement_->norm(), std::vector<Real>(used_.size(), Real(0))};
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
                                    const Complement& outside) const {
  const std::size_t n = used_.size();
  const bool hardOutsideSpan = small.hardCase && small.hardDirection == n;
  const Real share = outside.norm > Real(0) && !hardOutsideSpan ? small.step[n] / outside.norm : Real(0);
  std::vector<Real> coefficients =
      fromEigenbasis({small.step.begin(), small.step.begin() + static_cast<std::ptrdiff_t>(n)});
  for (std::size_t j = 0; j < n; ++j) coefficients[j] -= share * outside.inSpan[j];
  s.set(outside.vector->dual());
  s.scale(share);
  addPsi(s, false, coefficients);
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
  std::vector<Real> components = toEigenbasis(applyPsiTransposed({&dual, true}));
  for (Real& c : components) c = -c;
  addPsi(dual, true, fromEigenbasis(components));
}

} // namespace terrace
