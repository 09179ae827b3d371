#pragma once

#include <Teuchos_Comm.hpp>

#include <cstddef>
#include <vector>

namespace terrace::resnet {

/// How far an input lies from the training data: the Mahalanobis distance
/// \f$d(x) = \sqrt{(x - \mu)^T\Sigma^{-1}(x - \mu)/n}\f$ of its n numbers, with mean and covariance of the
/// training inputs.
///
/// The mean of \f$d^2\f$ over the training inputs is 1 if there are more of them than columns. d does not
/// depend on the units of columns. 1e-6 of the variance of each column is added to it, so that a combination
/// of columns which was constant in training is near only where it still is. With more than 128 columns the
/// correlations are left out, and d is made of the columns' standard deviations alone. It knows no holes
/// inside the data, and in many columns it hardly notices a single one that is a little outside. Source:
/// Mahalanobis, Proc. Nat. Inst. Sci. India 2 (1936); doc/exchange.md compares it with other measures.
struct DataDistance {
  std::vector<double> center; ///< The mean; empty: unknown.
  /// Lower triangular F with d(x) = |F (x - center)|: columns x columns, row-major; or its diagonal alone.
  std::vector<double> factor;
  double usual = 0;   ///< 99 % of the training inputs are not farther.
  double largest = 0; ///< Of all training inputs.

  bool isKnown() const { return !center.empty(); }                   ///< Set from data.
  bool isDiagonal() const { return factor.size() == center.size(); } ///< No correlations.
  int columns() const { return static_cast<int>(center.size()); }    ///< Inputs of a sample.

  /// Of the training inputs; collective, the same on any number of ranks.
  /// \param[in] rows  local samples x \p columns in the units of the data, row-major, dealt as SampleSet
  /// says.
  static DataDistance of(const std::vector<double>& rows, int columns, const Teuchos::Comm<int>& comm);

  /// d(x) of one input. \param[in] x  columns() numbers in the units of the data.
  double at(const double* x) const;
  /// d of each row. \throws std::invalid_argument if the rows have another number of columns.
  std::vector<double> atRows(const std::vector<double>& rows) const;
};

/// The smallest number that at least this share of all ranks' values does not exceed; collective, the same on
/// all ranks. \param[in] values  0 or more; at least one on one of the ranks. \param[in] share  in (0, 1].
double quantileOverRanks(const std::vector<double>& values, double share, const Teuchos::Comm<int>& comm);

} // namespace terrace::resnet
