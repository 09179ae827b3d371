#pragma once

#include <terrace/multilevel/secant/DenseMatrix.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace terrace {

/// Eigen-decomposition of a small symmetric matrix. The secant needs one of some dozens of rows after every
/// step.
///
/// Householder's reduction to tridiagonal form, then the implicit QL method (Golub & Van Loan, Matrix
/// Computations, sections 8.3 and 8.5), with all inner loops along columns. LAPACK's reference routines do
/// the same but take several times as long for such sizes.
template <class Real>
class SymmetricEigen {
public:
  /// \param a      symmetric, both triangles given; destroyed.
  /// \param basis  its columns, as many as \p a has, are multiplied by the matrix of eigenvectors from the
  ///               right; it may have any number of rows, none if only eigenvalues are wanted.
  /// \throws std::runtime_error if the method does not converge (entries that are not finite).
  SymmetricEigen(DenseMatrix<Real>& a, DenseMatrix<Real>& basis)
      : diagonal_(static_cast<std::size_t>(a.numRows())),
        offDiagonal_(static_cast<std::size_t>(a.numRows())) {
    makeTridiagonal(a, basis);
    for (int l = 0; l < a.numRows(); ++l) separate(l, basis);
    sort(basis);
  }

  /// Ascending; in the order of the columns of the basis.
  const std::vector<Real>& values() const { return diagonal_; }

private:
  static std::pair<Real, Real> makeReflection(Real* x, int size);
  void makeTridiagonal(DenseMatrix<Real>& a, DenseMatrix<Real>& basis);
  void separate(int first, DenseMatrix<Real>& basis);
  int endOfBlock(int first) const;
  void sweep(int first, int last, DenseMatrix<Real>& basis);
  void sort(DenseMatrix<Real>& basis);

  Real& d(int i) { return diagonal_[static_cast<std::size_t>(i)]; }
  Real& e(int i) { return offDiagonal_[static_cast<std::size_t>(i)]; }
  Real d(int i) const { return diagonal_[static_cast<std::size_t>(i)]; }
  Real e(int i) const { return offDiagonal_[static_cast<std::size_t>(i)]; }

  std::vector<Real> diagonal_;
  std::vector<Real> offDiagonal_; // entry i is beside diagonal entries i and i + 1
};

// The vector v, v_0 = 1, and the factor of a reflection I - factor v v^T that maps a vector x to mu e_0, mu
// >= 0. Overwrites x by v. Returns {factor, mu}.
template <class Real>
std::pair<Real, Real> SymmetricEigen<Real>::makeReflection(Real* x, int size) {
  Real tail = 0;
  for (int i = 1; i < size; ++i) tail += x[i] * x[i];
  const Real head = x[0];
  x[0] = 1;
  // What is lost in rounding errors of the head, or in underflow.
  const Real negligible = std::max(std::numeric_limits<Real>::epsilon() * std::abs(head) / Real(1000),
                                   std::sqrt(std::numeric_limits<Real>::min()));
  if (!(tail > negligible * negligible)) return {Real(0), head};
  const Real mu = std::sqrt(head * head + tail);
  const Real v = head <= Real(0) ? head - mu : -tail / (head + mu);
  for (int i = 1; i < size; ++i) x[i] /= v;
  return {Real(2) * v * v / (tail + v * v), mu};
}

template <class Real>
void SymmetricEigen<Real>::makeTridiagonal(DenseMatrix<Real>& a, DenseMatrix<Real>& basis) {
  const int n = a.numRows();
  std::vector<Real> product(static_cast<std::size_t>(std::max(n, basis.numRows())));
  Real* const p = product.data();
  for (int k = 0; k + 1 < n; ++k) {
    d(k) = a(k, k);
    Real* const v = a[k];
    const auto reflection = makeReflection(v + k + 1, n - k - 1);
    const Real factor = reflection.first;
    e(k) = reflection.second;
    if (factor == Real(0)) continue;
    // A := H A H = A - v w^T - w v^T with w = p - (factor / 2) <p, v> v, p = factor A v.
    std::fill(p + k + 1, p + n, Real(0));
    for (int j = k + 1; j < n; ++j) addColumn(p, factor * v[j], a[j], k + 1, n);
    Real overlap = 0;
    for (int j = k + 1; j < n; ++j) overlap += p[j] * v[j];
    addColumn(p, -factor * overlap / Real(2), v, k + 1, n);
    for (int j = k + 1; j < n; ++j) {
      addColumn(a[j], -p[j], v, k + 1, n);
      addColumn(a[j], -v[j], p, k + 1, n);
    }
    // basis := basis H
    const int rows = basis.numRows();
    std::fill(p, p + rows, Real(0));
    for (int j = k + 1; j < n; ++j) addColumn(p, factor * v[j], basis[j], 0, rows);
    for (int j = k + 1; j < n; ++j) addColumn(basis[j], -v[j], p, 0, rows);
  }
  if (n > 0) d(n - 1) = a(n - 1, n - 1);
}

// QL sweeps until diagonal entry `first` is an eigenvalue.
template <class Real>
void SymmetricEigen<Real>::separate(int first, DenseMatrix<Real>& basis) {
  for (int iteration = 0;; ++iteration) {
    const int last = endOfBlock(first);
    if (last == first) return;
    if (iteration == 60) throw std::runtime_error("SymmetricEigen: no convergence.");
    sweep(first, last, basis);
  }
}

// The last row of the block that begins at row `first`: beyond it the off-diagonal entry is negligible.
template <class Real>
int SymmetricEigen<Real>::endOfBlock(int first) const {
  const int n = static_cast<int>(diagonal_.size());
  int last = first;
  while (last + 1 < n && !(std::abs(e(last)) <= std::numeric_limits<Real>::epsilon() *
                                                    (std::abs(d(last)) + std::abs(d(last + 1)))))
    ++last;
  return last;
}

// One implicit QL sweep with Wilkinson's shift over rows first..last.
template <class Real>
void SymmetricEigen<Real>::sweep(int first, int last, DenseMatrix<Real>& basis) {
  const Real half = (d(first + 1) - d(first)) / (Real(2) * e(first));
  Real g = d(last) - d(first) + e(first) / (half + std::copysign(std::hypot(half, Real(1)), half));
  Real sine = 1, cosine = 1, shift = 0;
  for (int i = last - 1; i >= first; --i) {
    const Real f = sine * e(i), b = cosine * e(i);
    const Real r = std::sqrt(f * f + g * g);
    e(i + 1) = r;
    if (r == Real(0)) { // the matrix falls apart here
      d(i + 1) -= shift;
      e(last) = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d(i + 1) - shift;
    const Real t = (d(i) - g) * sine + Real(2) * cosine * b;
    shift = sine * t;
    d(i + 1) = g + shift;
    g = cosine * t - b;
    Real* __restrict left = basis[i];
    Real* __restrict right = basis[i + 1];
    for (int row = 0; row < basis.numRows(); ++row) {
      const Real old = right[row];
      right[row] = sine * left[row] + cosine * old;
      left[row] = cosine * left[row] - sine * old;
    }
  }
  d(first) -= shift;
  e(first) = g;
  e(last) = 0;
}

template <class Real>
void SymmetricEigen<Real>::sort(DenseMatrix<Real>& basis) {
  const int n = static_cast<int>(diagonal_.size());
  for (int i = 0; i + 1 < n; ++i) {
    const int smallest =
        static_cast<int>(std::min_element(diagonal_.begin() + i, diagonal_.end()) - diagonal_.begin());
    if (smallest == i) continue;
    std::swap(d(i), d(smallest));
    std::swap_ranges(basis[i], basis[i] + basis.numRows(), basis[smallest]);
  }
}

} // namespace terrace
