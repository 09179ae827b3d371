#pragma once

#include <cmath>

namespace terrace::resnet::detail {

/// A number and its derivative along a direction: arithmetic with them differentiates what is computed.
struct Dual {
  double value = 0;
  double derivative = 0;

  Dual() = default;
  Dual(double number) : value(number) {}
  Dual(double number, double along) : value(number), derivative(along) {}

  Dual& operator+=(const Dual& x) { return *this = *this + x; }
  Dual& operator-=(const Dual& x) { return *this = *this - x; }
  Dual& operator*=(const Dual& x) { return *this = *this * x; }

  friend Dual operator+(const Dual& x, const Dual& y) {
    return {x.value + y.value, x.derivative + y.derivative};
  }
  friend Dual operator-(const Dual& x, const Dual& y) {
    return {x.value - y.value, x.derivative - y.derivative};
  }
  friend Dual operator-(const Dual& x) { return {-x.value, -x.derivative}; }
  friend Dual operator*(const Dual& x, const Dual& y) {
    return {x.value * y.value, x.derivative * y.value + x.value * y.derivative};
  }
  friend Dual operator/(const Dual& x, const Dual& y) {
    const double ratio = x.value / y.value;
    return {ratio, (x.derivative - ratio * y.derivative) / y.value};
  }
};

inline double valueOf(double x) {
  return x;
}
inline double valueOf(const Dual& x) {
  return x.value;
}

inline Dual exp(const Dual& x) {
  const double e = std::exp(x.value);
  return {e, e * x.derivative};
}
inline Dual log(const Dual& x) {
  return {std::log(x.value), x.derivative / x.value};
}
inline Dual tanh(const Dual& x) {
  const double t = std::tanh(x.value);
  return {t, (1 - t * t) * x.derivative};
}

} // namespace terrace::resnet::detail
