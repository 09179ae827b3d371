#pragma once

#include <cstddef>
#include <vector>

namespace terrace {

/// Inner products of one vector with the steps and the differences of some secant pairs, pair by pair.
template <class Real>
struct PairProducts {
  std::vector<Real> withSteps, ///< With \f$ s_i \f$.
      withDifferences;         ///< With \f$ y_i \f$.

  /// The products with some of these pairs, in the order of \p pairs.
  PairProducts of(const std::vector<int>& pairs) const {
    PairProducts some;
    for (const int i : pairs) {
      some.withSteps.push_back(withSteps[static_cast<std::size_t>(i)]);
      some.withDifferences.push_back(withDifferences[static_cast<std::size_t>(i)]);
    }
    return some;
  }
};

} // namespace terrace
