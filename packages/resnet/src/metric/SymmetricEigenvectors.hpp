#pragma once

#include "metric/RowMatrix.hpp"

#include <Teuchos_LAPACK.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace terrace::resnet::detail {

/// The orthonormal eigenvectors of a symmetric matrix, by LAPACK, in columns from the largest eigenvalue
/// down; their signs are fixed. \throws std::runtime_error if they cannot be found: the matrix is not finite.
inline RowMatrix<double> symmetricEigenvectors(const RowMatrix<double>& A) {
  const int n = A.rows();
  const auto at = [n](int i, int j) { return static_cast<std::size_t>(j * n + i); };
  std::vector<double> vectors(static_cast<std::size_t>(n) * static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) vectors[at(i, j)] = 0.5 * (A(i, j) + A(j, i));
  std::vector<double> values(static_cast<std::size_t>(n)), work(static_cast<std::size_t>(34 * n));
  int info = 0;
  Teuchos::LAPACK<int, double>().SYEV('V', 'U', n, vectors.data(), n, values.data(), work.data(),
                                      static_cast<int>(work.size()), &info);
  if (info != 0)
    throw std::runtime_error(
        "The eigenvectors of a matrix of second moments cannot be found (LAPACK's SYEV: " +
        std::to_string(info) + ").");
  RowMatrix<double> result(n, n);
  for (int j = 0; j < n; ++j) {
    int largest = 0;
    for (int i = 1; i < n; ++i)
      if (std::abs(vectors[at(i, n - 1 - j)]) > std::abs(vectors[at(largest, n - 1 - j)])) largest = i;
    const double sign = vectors[at(largest, n - 1 - j)] < 0 ? -1 : 1;
    for (int i = 0; i < n; ++i) result(i, j) = sign * vectors[at(i, n - 1 - j)];
  }
  return result;
}

} // namespace terrace::resnet::detail
