#pragma once

#include <terrace/multilevel/secant/DenseMatrix.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace terrace {

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

  /// Solves for all right-hand sides side by side.
  /// \param[in,out] rows  column i has entry i of every right-hand side, then of every solution.
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

} // namespace terrace
