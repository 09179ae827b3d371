#pragma once

#include <Teuchos_SerialDenseMatrix.hpp>

namespace terrace {

/// A small matrix, stored column by column: `a[j]` points to the entries of column j, side by side.
template <class Real>
using DenseMatrix = Teuchos::SerialDenseMatrix<int, Real>;

/// y(i) += a x(i) for i in first..end - 1; the columns do not overlap.
///
/// All small factorisations of this folder are built on it. The entries are independent sums, which
/// compilers turn into vector instructions.
template <class Real>
inline void addColumn(Real* __restrict y, Real a, const Real* __restrict x, int first, int end) {
  for (int i = first; i < end; ++i) y[i] += a * x[i];
}

} // namespace terrace
