#pragma once

#include "metric/RowMatrix.hpp"

namespace terrace::resnet::detail {

/// An orthogonal matrix I - Y T Y^T with few columns of Y: the product of Householder's reflections
/// (Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 10, 1989).
struct BlockReflector {
  RowMatrix<double> Y; ///< rows x columns
  RowMatrix<double> T; ///< Upper triangular.
};

/// The one of \p rows rows whose first columns are those of \p directions, up to their signs; they are
/// orthonormal, and zero beyond their own rows.
BlockReflector reflectorOnto(const RowMatrix<double>& directions, int rows);

} // namespace terrace::resnet::detail
