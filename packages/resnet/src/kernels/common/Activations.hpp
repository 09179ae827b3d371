#pragma once

#include "kernels/common/PackMath.hpp"

#include <terrace/resnet/network/Network.hpp>

#include <cmath>
#include <stdexcept>

namespace terrace::resnet::detail {

// An activation is value(z), and its first and second derivative as functions of that value a = value(z): the
// sweep then keeps one array a layer for the derivatives, whatever the activation. NaN in, NaN out.

/// values(z) replaces n packs by their activation; this is how, for those without a better way.
template <class Sigma>
struct PackByPack {
  template <class Pack, int n>
  KOKKOS_FORCEINLINE_FUNCTION static void values(typename Pack::Value (&z)[std::size_t(n)]) {
    for (int u = 0; u < n; ++u) z[u] = Sigma::template value<Pack>(z[u]);
  }
};

/// scaledValues(z) takes z in the unit that suits the activation: z times unit<Pack>. Layers whose weights
/// are kept in it save the products. Here the unit is 1.
template <class Sigma>
struct WithoutUnit {
  template <class Pack>
  static constexpr typename Pack::Scalar unit = 1;
  template <class Pack, int n>
  KOKKOS_FORCEINLINE_FUNCTION static void scaledValues(typename Pack::Value (&z)[std::size_t(n)]) {
    Sigma::template values<Pack, n>(z);
  }
};

struct TanhActivation {
  template <class Pack>
  static constexpr typename Pack::Scalar unit =
      Pack::lanes == 1 ? 1 : StepConstants<typename Pack::Scalar>::perUnit;
  template <class Pack, int n>
  KOKKOS_FORCEINLINE_FUNCTION static void scaledValues(typename Pack::Value (&z)[std::size_t(n)]) {
    if constexpr (Pack::lanes == 1) {
      tanhOf<Pack, n>(z);
    } else {
      tanhOfSteps<Pack, n>(z);
    }
  }
  template <class Pack, int n>
  KOKKOS_FORCEINLINE_FUNCTION static void values(typename Pack::Value (&z)[std::size_t(n)]) {
    tanhOf<Pack, n>(z);
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value value(const typename Pack::Value& z) {
    return tanhOf<Pack>(z);
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value slope(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    return S(1) - a * a;
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value curvature(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    return S(-2) * a * slope<Pack>(a);
  }
};

struct SigmoidActivation : WithoutUnit<SigmoidActivation> {
  template <class Pack, int n>
  KOKKOS_FORCEINLINE_FUNCTION static void values(typename Pack::Value (&z)[std::size_t(n)]) {
    sigmoidOf<Pack, n>(z);
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value value(const typename Pack::Value& z) {
    return sigmoidOf<Pack>(z);
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value slope(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    return a * (S(1) - a);
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value curvature(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    return slope<Pack>(a) * (S(1) - S(2) * a);
  }
};

struct IdentityActivation : PackByPack<IdentityActivation>, WithoutUnit<IdentityActivation> {
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value value(const typename Pack::Value& z) {
    return z;
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value slope(const typename Pack::Value&) {
    return broadcast<Pack>(typename Pack::Scalar(1));
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value curvature(const typename Pack::Value&) {
    return typename Pack::Value{};
  }
};

struct ReLUActivation : PackByPack<ReLUActivation>, WithoutUnit<ReLUActivation> {
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value value(const typename Pack::Value& z) {
    using Value = typename Pack::Value;
    return z < Value{} ? Value{} : z;
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value slope(const typename Pack::Value& a) {
    using Value = typename Pack::Value;
    return a > Value{} ? broadcast<Pack>(typename Pack::Scalar(1)) : Value{};
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value curvature(const typename Pack::Value&) {
    return typename Pack::Value{};
  }
};

// (z + c)^2 / (4c) on |z| < c = 0.1. There a is in (0, c) and z + c = 2 sqrt(c a), so the slope is sqrt(a /
// c).
struct SmoothReLUActivation : PackByPack<SmoothReLUActivation>, WithoutUnit<SmoothReLUActivation> {
  static constexpr double halfWidth = 0.1;

  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value value(const typename Pack::Value& z) {
    using S = typename Pack::Scalar;
    using Value = typename Pack::Value;
    const Value c = broadcast<Pack>(S(halfWidth));
    const Value blend = (z + c) * (z + c) * S(0.25 / halfWidth);
    const Value right = z > c ? z : blend;
    return z < -c ? Value{} : right;
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value slope(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    using Value = typename Pack::Value;
    const Value one = broadcast<Pack>(S(1));
    const Value ratio = a * S(1 / halfWidth);
    const Value bounded = ratio > one ? one : ratio;
    return Pack::map(bounded, SquareRoot());
  }
  template <class Pack>
  KOKKOS_FORCEINLINE_FUNCTION static typename Pack::Value curvature(const typename Pack::Value& a) {
    using S = typename Pack::Scalar;
    using Value = typename Pack::Value;
    const Value below = a < broadcast<Pack>(S(halfWidth)) ? broadcast<Pack>(S(0.5 / halfWidth)) : Value{};
    return a > Value{} ? below : Value{};
  }

private:
  struct SquareRoot {
    template <class S>
    KOKKOS_FORCEINLINE_FUNCTION S operator()(S x) const {
      return std::sqrt(x);
    }
  };
};

/// Calls \p f with the type of the activation as a value.
template <class Function>
void withActivation(Activation activation, Function f) {
  switch (activation) {
  case Activation::Tanh:
    return f(TanhActivation());
  case Activation::ReLU:
    return f(ReLUActivation());
  case Activation::SmoothReLU:
    return f(SmoothReLUActivation());
  case Activation::Sigmoid:
    return f(SigmoidActivation());
  case Activation::Identity:
    return f(IdentityActivation());
  }
  throw std::invalid_argument("Unknown activation.");
}

} // namespace terrace::resnet::detail
