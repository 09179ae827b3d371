#include <terrace/multilevel/secant/LuFactors.hpp>
#include <terrace/multilevel/secant/SymmetricEigen.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using Matrix = terrace::DenseMatrix<double>;
using Eigen = terrace::SymmetricEigen<double>;

namespace {

Matrix identity(int n) {
  Matrix matrix(n, n);
  for (int i = 0; i < n; ++i) matrix(i, i) = 1;
  return matrix;
}

Matrix randomSymmetric(int n, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  Matrix matrix(n, n);
  for (int j = 0; j < n; ++j)
    for (int i = 0; i <= j; ++i) matrix(i, j) = matrix(j, i) = normal(engine);
  return matrix;
}

// Largest entry of A V - V Lambda and of V^T V - I, relative to the largest of A.
double residual(const Matrix& a, const Matrix& vectors, const std::vector<double>& values) {
  const int n = a.numRows();
  double largest = 0, size = 0;
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i) {
      double product = -values[static_cast<std::size_t>(j)] * vectors(i, j), overlap = i == j ? -1 : 0;
      for (int k = 0; k < n; ++k) {
        product += a(i, k) * vectors(k, j);
        overlap += vectors(k, i) * vectors(k, j);
      }
      size = std::max(size, std::abs(a(i, j)));
      largest = std::max({largest, std::abs(product), std::abs(overlap) * size});
    }
  }
  return size > 0 ? largest / size : largest;
}

void expectDecomposes(const Matrix& a) {
  Matrix destroyed(a), vectors = identity(a.numRows());
  const auto values = Eigen(destroyed, vectors).values();
  EXPECT_TRUE(std::is_sorted(values.begin(), values.end()));
  EXPECT_LT(residual(a, vectors, values), 1e-13 * (a.numRows() + 1));
}

} // namespace

TEST(SymmetricEigen, DecomposesRandomMatrices) {
  std::mt19937_64 engine(1);
  for (const int n : {1, 2, 3, 7, 20, 41}) expectDecomposes(randomSymmetric(n, engine));
}

TEST(SymmetricEigen, DecomposesWhatHasEqualOrVanishingOrTinyEigenvalues) {
  std::mt19937_64 engine(2);
  std::normal_distribution<double> normal;
  expectDecomposes(Matrix(5, 5));
  expectDecomposes(identity(6));
  Matrix low(12, 12), graded(12, 12), tiny(4, 4);
  for (int rank = 0; rank < 3; ++rank) {
    std::vector<double> v(12);
    for (double& entry : v) entry = normal(engine);
    for (int j = 0; j < 12; ++j)
      for (int i = 0; i < 12; ++i)
        low(i, j) += v[static_cast<std::size_t>(i)] * v[static_cast<std::size_t>(j)];
  }
  expectDecomposes(low);
  for (int j = 0; j < 12; ++j)
    for (int i = 0; i < 12; ++i) graded(i, j) = std::pow(10.0, -std::max(i, j) * 20) * (1 + i + j);
  expectDecomposes(graded);
  tiny(0, 1) = tiny(1, 0) = tiny(2, 3) = tiny(3, 2) = 1e-200;
  tiny(0, 0) = tiny(3, 3) = 1;
  expectDecomposes(tiny);
}

TEST(SymmetricEigen, MultipliesAnyBasisFromTheRight) {
  std::mt19937_64 engine(3);
  const int n = 9;
  const Matrix a = randomSymmetric(n, engine);
  Matrix destroyed(a), vectors = identity(n);
  const auto values = Eigen(destroyed, vectors).values();
  for (const int rows : std::vector<int>{0, 1, 5}) {
    Matrix basis(rows, n);
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < rows; ++i) basis(i, j) = j - 3.5 * i;
    const Matrix before(basis);
    destroyed = a;
    EXPECT_EQ(Eigen(destroyed, basis).values(), values);
    for (int j = 0; j < n; ++j)
      for (int i = 0; i < rows; ++i) {
        double expected = 0;
        for (int k = 0; k < n; ++k) expected += before(i, k) * vectors(k, j);
        EXPECT_NEAR(basis(i, j), expected, 1e-12);
      }
  }
}

TEST(SymmetricEigen, ReportsEntriesThatAreNotFinite) {
  Matrix a = identity(4), vectors = identity(4);
  a(1, 2) = a(2, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Eigen(a, vectors), std::runtime_error);
}

TEST(LuFactors, SolveForSeveralRightHandSides) {
  std::mt19937_64 engine(4);
  const int n = 15;
  Matrix a = randomSymmetric(n, engine);
  for (int i = 0; i < n; ++i) a(i, i) = 0; // wants row interchanges
  Matrix rows(2, n), solved(2, n);
  for (int i = 0; i < n; ++i) {
    rows(0, i) = solved(0, i) = i;
    rows(1, i) = solved(1, i) = 1.0 / (1 + i);
  }
  terrace::LuFactors<double> factors;
  factors.factor(a);
  factors.solve(solved);
  for (int side = 0; side < 2; ++side)
    for (int i = 0; i < n; ++i) {
      double product = 0;
      for (int j = 0; j < n; ++j) product += a(i, j) * solved(side, j);
      EXPECT_NEAR(product, rows(side, i), 1e-11);
    }
}
