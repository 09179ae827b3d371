#pragma once

#include <terrace/multilevel/secant/DenseMatrix.hpp>

namespace terrace {

/// Inner products of secant pairs \f$ (s_i, y_i) \f$. Pair 0 is the oldest.
///
/// Each matrix has room for the whole storage; its leading `pairs` rows and columns are valid.
template <class Real>
struct GramMatrices {
  /// No pairs. \param capacity  most pairs.
  explicit GramMatrices(int capacity)
      : stepStep(capacity, capacity), stepDifference(capacity, capacity),
        differenceDifference(capacity, capacity) {}

  int pairs = 0;                          ///< Number of pairs.
  DenseMatrix<Real> stepStep;             ///< \f$ (s_i, s_j) \f$
  DenseMatrix<Real> stepDifference;       ///< \f$ \langle s_i, y_j \rangle \f$
  DenseMatrix<Real> differenceDifference; ///< \f$ (y_i, y_j) \f$
};

} // namespace terrace
