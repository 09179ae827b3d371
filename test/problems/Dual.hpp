#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace mgh {

/// A number and its derivatives by the variables of a problem (forward differentiation). Constants have no
/// derivatives.
struct Dual {
  double value = 0;
  std::vector<double> d;

  Dual() = default;
  Dual(double v) : value(v) {} // NOLINT: numbers are duals
  Dual(double v, std::vector<double> derivatives) : value(v), d(std::move(derivatives)) {}

  static Dual variable(double v, std::size_t i, std::size_t n) {
    Dual x(v, std::vector<double>(n));
    x.d[i] = 1;
    return x;
  }
  double derivative(std::size_t i) const { return i < d.size() ? d[i] : 0; }
};

/// v with derivatives a x' + b y'.
inline Dual combine(double v, double a, const Dual& x, double b, const Dual& y) {
  std::vector<double> d(x.d.size() > y.d.size() ? x.d.size() : y.d.size());
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = a * x.derivative(i) + b * y.derivative(i);
  return {v, std::move(d)};
}
inline Dual chain(double v, double slope, const Dual& x) {
  return combine(v, slope, x, 0, Dual());
}

inline Dual operator+(const Dual& x, const Dual& y) {
  return combine(x.value + y.value, 1, x, 1, y);
}
inline Dual operator-(const Dual& x, const Dual& y) {
  return combine(x.value - y.value, 1, x, -1, y);
}
inline Dual operator-(const Dual& x) {
  return chain(-x.value, -1, x);
}
inline Dual operator*(const Dual& x, const Dual& y) {
  return combine(x.value * y.value, y.value, x, x.value, y);
}
inline Dual operator/(const Dual& x, const Dual& y) {
  return combine(x.value / y.value, 1 / y.value, x, -x.value / (y.value * y.value), y);
}
inline Dual exp(const Dual& x) {
  return chain(std::exp(x.value), std::exp(x.value), x);
}
inline Dual sin(const Dual& x) {
  return chain(std::sin(x.value), std::cos(x.value), x);
}
inline Dual cos(const Dual& x) {
  return chain(std::cos(x.value), -std::sin(x.value), x);
}
inline Dual atan(const Dual& x) {
  return chain(std::atan(x.value), 1 / (1 + x.value * x.value), x);
}
inline Dual sqrt(const Dual& x) {
  return chain(std::sqrt(x.value), 0.5 / std::sqrt(x.value), x);
}
inline Dual power(const Dual& x, int p) {
  return chain(std::pow(x.value, p), p == 0 ? 0 : p * std::pow(x.value, p - 1), x);
}

} // namespace mgh
