#include "metric/BlockReflector.hpp"

#include <cmath>

namespace terrace::resnet::detail {

BlockReflector reflectorOnto(const RowMatrix<double>& directions, int rows) {
  const int count = directions.columns(), n = rows;
  RowMatrix<double> V(n, count), Y(n, count), T(count, count);
  for (int i = 0; i < directions.rows(); ++i)
    for (int j = 0; j < count; ++j) V(i, j) = directions(i, j);
  for (int j = 0; j < count; ++j) {
    double squared = 0;
    for (int i = j; i < n; ++i) squared += V(i, j) * V(i, j);
    const double norm = std::sqrt(squared);
    const double pivot = V(j, j) + std::copysign(norm, V(j, j));
    const double tau = norm > 0 ? 2 * pivot * pivot / (pivot * pivot + squared - V(j, j) * V(j, j)) : 0;
    for (int i = j + 1; i < n; ++i) Y(i, j) = norm > 0 ? V(i, j) / pivot : 0;
    Y(j, j) = 1;
    for (int k = j + 1; k < count; ++k) {
      double product = 0;
      for (int i = j; i < n; ++i) product += Y(i, j) * V(i, k);
      for (int i = j; i < n; ++i) V(i, k) -= tau * product * Y(i, j);
    }
    T(j, j) = tau;
    for (int k = 0; k < j; ++k) {
      double product = 0;
      for (int i = j; i < n; ++i) product += Y(i, k) * Y(i, j);
      T(k, j) = -tau * product;
    }
    // T(0..j-1, j) = T(0..j-1, 0..j-1) T(0..j-1, j), from the top down
    for (int k = 0; k < j; ++k) {
      double sum = 0;
      for (int l = k; l < j; ++l) sum += T(k, l) * T(l, j);
      T(k, j) = sum;
    }
  }
  return {Y, T};
}

} // namespace terrace::resnet::detail
