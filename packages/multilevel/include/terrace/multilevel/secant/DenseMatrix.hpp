#pragma once

#include <Teuchos_SerialDenseMatrix.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace terrace {
namespace detail {

/// Column by column: `a[j]` are the entries of column j, side by side.
template <class Real>
using DenseMatrix = Teuchos::SerialDenseMatrix<int, Real>;

/// y(i) += a x(i) for i in first..end - 1; the columns do not overlap. The work of every small factorisation
/// here is done by it: entry by entry in independent sums, which compilers turn into vector instructions.
template <class Real>
inline void addColumn(Real* __restrict y, Real a, const Real* __restrict x, int first, int end) {
  for (int i = first; i < end; ++i) y[i] += a * x[i];
}

/// A factored square matrix (LU with row interchanges).
template <class Real>
class LuFactors {
public:
  /// \param a  not singular.
  void factor(const DenseMatrix<Real>& a) {
    const int n = a.numRows();
    rows_ = DenseMatrix<Real>(a, Teuchos::TRANS);
    pivots_.resize(static_cast<std::size_t>(n));
    for (int k = 0; k < n; ++k) {
      int pivot = k;
      for (int i = k + 1; i < n; ++i)
        if (std::abs(rows_(k, i)) > std::abs(rows_(k, pivot))) pivot = i;
      pivots_[static_cast<std::size_t>(k)] = pivot;
      if (pivot != k) std::swap_ranges(rows_[k], rows_[k] + n, rows_[pivot]);
      for (int i = k + 1; i < n; ++i) {
        rows_(k, i) /= rows_(k, k);
        addColumn(rows_[i], -rows_(k, i), rows_[k], k + 1, n);
      }
    }
  }

  /// Solves for all right-hand sides side by side. \param rows  column i has entry i of every right-hand
  /// side; overwritten by those of the solutions.
  void solve(DenseMatrix<Real>& rows) const {
    const int n = rows_.numRows(), count = rows.numRows();
    for (int k = 0; k < n; ++k) {
      const int pivot = pivots_[static_cast<std::size_t>(k)];
      if (pivot != k) std::swap_ranges(rows[k], rows[k] + count, rows[pivot]);
    }
    for (int i = 0; i < n; ++i)
      for (int k = 0; k < i; ++k) addColumn(rows[i], -rows_(k, i), rows[k], 0, count);
    for (int i = n - 1; i >= 0; --i) {
      for (int k = i + 1; k < n; ++k) addColumn(rows[i], -rows_(k, i), rows[k], 0, count);
      for (int j = 0; j < count; ++j) rows(j, i) /= rows_(i, i);
    }
  }

private:
  DenseMatrix<Real> rows_; // column i: row i of the factors
  std::vector<int> pivots_;
};

} // namespace detail
} // namespace terrace
