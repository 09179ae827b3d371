#pragma once

#include <ROL_StdVector.hpp>

#include <random>
#include <vector>

namespace terrace_test {

using StdVector = ROL::StdVector<double>;

inline ROL::Ptr<StdVector> makeVector(std::vector<double> values) {
  return ROL::makePtr<StdVector>(ROL::makePtr<std::vector<double>>(std::move(values)));
}

inline ROL::Ptr<StdVector> makeVector(int n) {
  return makeVector(std::vector<double>(static_cast<std::size_t>(n)));
}

inline double& at(const ROL::Ptr<StdVector>& v, int i) {
  return (*v->getVector())[static_cast<std::size_t>(i)];
}

inline ROL::Ptr<StdVector> randomVector(int n, std::mt19937_64& engine) {
  std::normal_distribution<double> normal;
  const auto v = makeVector(n);
  for (double& entry : *v->getVector()) entry = normal(engine);
  return v;
}

/// A dense symmetric matrix, enough for references in tests.
struct Dense {
  explicit Dense(int size) : n(size), a(static_cast<std::size_t>(size * size)) {}
  double& operator()(int i, int j) { return a[static_cast<std::size_t>(i * n + j)]; }
  double operator()(int i, int j) const { return a[static_cast<std::size_t>(i * n + j)]; }

  ROL::Ptr<StdVector> operator*(const ROL::Ptr<StdVector>& v) const {
    const auto result = makeVector(n);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) at(result, i) += (*this)(i, j) * at(v, j);
    return result;
  }

  static Dense randomSymmetric(int n, std::mt19937_64& engine) {
    std::normal_distribution<double> normal;
    Dense matrix(n);
    for (int i = 0; i < n; ++i)
      for (int j = 0; j <= i; ++j) matrix(i, j) = matrix(j, i) = normal(engine);
    return matrix;
  }

  int n;
  std::vector<double> a;
};

} // namespace terrace_test
