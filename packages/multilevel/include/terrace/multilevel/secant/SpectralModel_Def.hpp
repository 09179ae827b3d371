#pragma once

#include <terrace/multilevel/secant/SpectralModel.hpp>
#include <terrace/multilevel/secant/SymmetricEigen.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace terrace {

template <class Real>
SpectralModel<Real>::SpectralModel(InitialScaling scaling, Real fixedScaling)
    : scaling_(scaling), fixedScaling_(fixedScaling), gamma_(fixedScaling) {
  if (fixedScaling == Real(0)) throw std::invalid_argument("CompactSR1: the fixed scaling must not be 0.");
}

template <class Real>
void SpectralModel<Real>::rebuild(const GramMatrices<Real>& gram) {
  scale_.resize(static_cast<std::size_t>(gram.pairs));
  for (int i = 0; i < gram.pairs; ++i)
    scale_[static_cast<std::size_t>(i)] = Real(1) / std::sqrt(gram.stepStep(i, i));
  chooseScaling(gram);
  middle_ = middleMatrix(gram);
  outer_ = outerGram(gram);
  choosePairs(gram.differenceDifference);
  decompose();
}

// Algorithm 1, step 1: gamma from the smallest eigenvalue of the pencil (D + L + L^T, S^T S) of independent
// steps. Nearly dependent ones would turn third-order terms into huge curvatures.
template <class Real>
void SpectralModel<Real>::chooseScaling(const GramMatrices<Real>& pairs) {
  const int count = pairs.pairs;
  gamma_ = fixedScaling_;
  if (scaling_ == InitialScaling::Fixed || count == 0) return;
  Matrix curvature(count, count), gram(count, count), noVectors(0, count, false);
  for (int j = 0; j < count; ++j) {
    for (int i = 0; i <= j; ++i) {
      const int first = count - 1 - i, second = count - 1 - j; // newest first
      curvature(i, j) = curvature(j, i) = normalized(pairs.stepDifference(first, second), first, second);
      gram(i, j) = gram(j, i) = normalized(pairs.stepStep(first, second), first, second);
    }
  }
  Matrix reduced = reduceToIndependentSteps(curvature, gram);
  const Real smallest = SymmetricEigen<Real>(reduced, noVectors).values().front();
  const Real gamma = (smallest > Real(0) ? Real(0.1) : Real(1.5)) * smallest;
  if (gamma != Real(0)) gamma_ = gamma;
}

// L^{-1} A L^{-T}, A the curvature and L the Cholesky factor of the Gram matrix, of those steps, newest
// first, that have a part of at least a hundredth outside the span of newer ones. Both matrices are
// destroyed.
template <class Real>
typename SpectralModel<Real>::Matrix SpectralModel<Real>::reduceToIndependentSteps(Matrix& curvature,
                                                                                   Matrix& gram) {
  const int n = gram.numRows();
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
      addColumn(gram[j], -factor[j], factor, j, n);
      addColumn(curvature[j], -factor[j], curvature[c], 0, n);
    }
    for (int j = 0; j < n; ++j) addColumn(curvature[j], -curvature(c, j), factor, c + 1, n);
  }
  const int size = static_cast<int>(steps.size());
  Matrix reduced(size, size);
  for (int j = 0; j < size; ++j)
    for (int i = 0; i < size; ++i)
      reduced(i, j) = curvature(steps[static_cast<std::size_t>(std::max(i, j))],
                                steps[static_cast<std::size_t>(std::min(i, j))]);
  return reduced;
}

// M = D + L + L^T - gamma S^T S.
template <class Real>
typename SpectralModel<Real>::Matrix SpectralModel<Real>::middleMatrix(const GramMatrices<Real>& gram) const {
  Matrix m(gram.pairs, gram.pairs);
  for (int j = 0; j < gram.pairs; ++j)
    for (int i = 0; i < gram.pairs; ++i)
      m(i, j) = normalized(gram.stepDifference(std::max(i, j), std::min(i, j)) - gamma_ * gram.stepStep(i, j),
                           i, j);
  return m;
}

// Psi^T Psi in the dual inner product.
template <class Real>
typename SpectralModel<Real>::Matrix SpectralModel<Real>::outerGram(const GramMatrices<Real>& gram) const {
  Matrix g(gram.pairs, gram.pairs);
  for (int j = 0; j < gram.pairs; ++j)
    for (int i = 0; i < gram.pairs; ++i)
      g(i, j) = normalized(gram.differenceDifference(i, j) -
                               gamma_ * (gram.stepDifference(i, j) + gram.stepDifference(j, i)) +
                               gamma_ * gamma_ * gram.stepStep(i, j),
                           i, j);
  return g;
}

// Algorithm 1, step 2: newest first, a pair is kept if it adds a non-negligible pivot to both the LDL^T
// factors of M (the SR1 denominator (y - B s)^T s) and the Cholesky factor of Psi^T Psi (its new part).
template <class Real>
void SpectralModel<Real>::choosePairs(const Matrix& differenceDifference) {
  using std::abs;
  const Real negligible = std::sqrt(std::numeric_limits<Real>::epsilon());
  const Real dependent = Real(3e-7); // a smaller new part of a column would spoil the eigenvectors
  const int count = middle_.numRows();
  used_.clear();
  // What is left of M and Psi^T Psi of the older pairs when the pairs in use are eliminated: the upper
  // triangles, of which column `candidate` is final when it is its turn.
  Matrix m(middle_), g(outer_);
  cholesky_.shapeUninitialized(count, count);
  for (int candidate = count - 1; candidate >= 0; --candidate) {
    const Real psiNorm2 = outer_(candidate, candidate);
    const Real scale = scale_[static_cast<std::size_t>(candidate)];
    const Real sizeOfTerms = differenceDifference(candidate, candidate) * scale * scale + gamma_ * gamma_;
    const Real pivotM = m(candidate, candidate), pivotG = g(candidate, candidate);
    if (!(psiNorm2 > dependent * sizeOfTerms) || !(abs(pivotM) > negligible * std::sqrt(psiNorm2)) ||
        !(pivotG > dependent * psiNorm2))
      continue;
    Real* const factor = cholesky_[usedPairs()]; // by the number of the pair, for now
    const Real root = std::sqrt(pivotG);
    for (int i = 0; i <= candidate; ++i) factor[i] = g(i, candidate) / root;
    for (int j = 0; j < candidate; ++j) {
      addColumn(m[j], -m(j, candidate) / pivotM, m[candidate], 0, j + 1);
      addColumn(g[j], -factor[j], factor, 0, j + 1);
    }
    used_.push_back(candidate);
  }
}

// Algorithm 1, step 3: eigen-decomposition of B on the span of Psi. With Psi^T Psi = U^T U (Cholesky) the
// columns of Psi U^{-1} are orthonormal, and B - gamma I is U M^{-1} U^T in them.
template <class Real>
void SpectralModel<Real>::decompose() {
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
    for (int k = i; k < n; ++k) addColumn(product[i], upper(i, k), solved[k], 0, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < j; ++i) product(i, j) = product(j, i) = (product(i, j) + product(j, i)) / Real(2);
  eigenvectors_ = inverseOfUpper(upper);
  eigenvalues_ = SymmetricEigen<Real>(product, eigenvectors_).values();
  for (Real& value : eigenvalues_) value += gamma_;
}

template <class Real>
typename SpectralModel<Real>::Matrix SpectralModel<Real>::inverseOfUpper(const Matrix& upper) {
  const int n = upper.numRows();
  Matrix inverse(n, n);
  for (int j = 0; j < n; ++j) {
    for (int k = 0; k < j; ++k) addColumn(inverse[j], -upper(k, j), inverse[k], 0, k + 1);
    inverse(j, j) = Real(1);
    for (int i = 0; i <= j; ++i) inverse(i, j) /= upper(j, j);
  }
  return inverse;
}

// Column j of Psi is (y - gamma R s) / |s| of the j-th pair in use.
template <class Real>
std::vector<Real> SpectralModel<Real>::psiProducts(const PairProducts<Real>& products) const {
  std::vector<Real> result;
  for (std::size_t j = 0; j < used_.size(); ++j)
    result.push_back(scale_[static_cast<std::size_t>(used_[j])] *
                     (products.withDifferences[j] - gamma_ * products.withSteps[j]));
  return result;
}

template <class Real>
std::vector<Real> SpectralModel<Real>::ofPairs(const std::vector<Real>& coefficients) const {
  std::vector<Real> result(2 * used_.size());
  for (std::size_t j = 0; j < used_.size(); ++j) {
    const Real c = coefficients[j] * scale_[static_cast<std::size_t>(used_[j])];
    result[j] = -gamma_ * c;
    result[used_.size() + j] = c;
  }
  return result;
}

template <class Real>
std::vector<Real> SpectralModel<Real>::solveMiddle(std::vector<Real> psiProducts) const {
  Matrix row(Teuchos::View, psiProducts.data(), 1, 1, usedPairs());
  middleLu_.solve(row);
  return psiProducts;
}

template <class Real>
std::vector<Real> SpectralModel<Real>::toEigenbasis(const std::vector<Real>& psiProducts) const {
  std::vector<Real> components(psiProducts.size(), Real(0));
  for (int j = 0; j < usedPairs(); ++j)
    for (int i = 0; i < usedPairs(); ++i)
      components[static_cast<std::size_t>(j)] +=
          eigenvectors_(i, j) * psiProducts[static_cast<std::size_t>(i)];
  return components;
}

template <class Real>
std::vector<Real> SpectralModel<Real>::fromEigenbasis(const std::vector<Real>& components) const {
  std::vector<Real> coefficients(used_.size(), Real(0));
  for (int j = 0; j < usedPairs(); ++j)
    for (int i = 0; i < usedPairs(); ++i)
      coefficients[static_cast<std::size_t>(i)] +=
          eigenvectors_(i, j) * components[static_cast<std::size_t>(j)];
  return coefficients;
}

template <class Real>
std::optional<Real> SpectralModel<Real>::normOfDifference(Real norm, const std::vector<Real>& psiProducts,
                                                          const std::vector<Real>& a) const {
  Real norm2 = norm * norm, sizeOfTerms = norm2;
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
  if (norm2 > Real(1e8) * std::numeric_limits<Real>::epsilon() * sizeOfTerms) return std::sqrt(norm2);
  return std::nullopt;
}

} // namespace terrace
