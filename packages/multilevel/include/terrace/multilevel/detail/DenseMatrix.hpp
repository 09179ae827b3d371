#pragma once

#include <Teuchos_LAPACK.hpp>
#include <Teuchos_SerialDenseMatrix.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace terrace {
namespace detail {

template <class Real>
using DenseMatrix = Teuchos::SerialDenseMatrix<int, Real>;

/// Eigenvalues, ascending, of the symmetric matrix \p a, whose columns become the eigenvectors, or, if these
/// are not wanted, are overwritten.
/// \throws std::runtime_error if LAPACK does not converge (non-finite entries).
template <class Real>
std::vector<Real> symmetricEigen(DenseMatrix<Real>& a, bool vectors = true) {
  const int n = a.numRows();
  std::vector<Real> values(static_cast<std::size_t>(n));
  if (n == 0) return values;
  std::vector<Real> work(static_cast<std::size_t>(std::max(1, 34 * n)));
  int info = 0;
  Teuchos::LAPACK<int, Real>().SYEV(vectors ? 'V' : 'N', 'U', n, a.values(), a.stride(), values.data(),
                                    work.data(), static_cast<int>(work.size()), &info);
  if (info != 0)
    throw std::runtime_error("symmetricEigen: LAPACK's SYEV failed, info " + std::to_string(info) + ".");
  return values;
}

/// Eigenvalues, ascending, of the pencil \f$ a v = \lambda b v \f$ of symmetric matrices, b positive definite
/// and not empty; overwrites both. \throws std::runtime_error if b is not positive definite or LAPACK does
/// not converge.
template <class Real>
std::vector<Real> symmetricPencilEigenvalues(DenseMatrix<Real>& a, DenseMatrix<Real>& b) {
  const int n = a.numRows();
  std::vector<Real> values(static_cast<std::size_t>(n)), work(static_cast<std::size_t>(34 * n));
  int info = 0;
  Teuchos::LAPACK<int, Real>().SYGV(1, 'N', 'U', n, a.values(), a.stride(), b.values(), b.stride(),
                                    values.data(), work.data(), static_cast<int>(work.size()), &info);
  if (info != 0)
    throw std::runtime_error("symmetricPencilEigenvalues: LAPACK's SYGV failed, info " +
                             std::to_string(info) + ".");
  return values;
}

/// A factored square matrix (LU with row interchanges).
template <class Real>
class LuFactors {
public:
  /// \return false if the matrix is singular.
  bool factor(const DenseMatrix<Real>& a) {
    factors_ = a;
    pivots_.assign(static_cast<std::size_t>(std::max(1, a.numRows())), 0);
    int info = 0;
    if (a.numRows() > 0)
      lapack_.GETRF(a.numRows(), a.numRows(), factors_.values(), factors_.stride(), pivots_.data(), &info);
    return info == 0;
  }

  /// Overwrites the \p columns columns at \p b (leading dimension: the number of rows) by the solution.
  void solve(Real* b, int columns) const {
    const int n = factors_.numRows();
    int info = 0;
    if (n > 0)
      lapack_.GETRS('N', n, columns, factors_.values(), factors_.stride(), pivots_.data(), b, n, &info);
  }

private:
  DenseMatrix<Real> factors_;
  std::vector<int> pivots_;
  Teuchos::LAPACK<int, Real> lapack_;
};

} // namespace detail
} // namespace terrace
