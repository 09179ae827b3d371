#pragma once

// The kernels of layers on devices: a product, then one kernel over all entries. See
// kernels/LayerKernels.hpp.

#include "kernels/common/DerivativeSums.hpp"
#include "kernels/common/EntryKernels.hpp"
#include "kernels/common/TangentAdjoint.hpp"
#include "kernels/device/Gemm.hpp"

namespace terrace::resnet::detail::device {

template <class Tile>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  static const std::string label = "terrace::resnet::product";
  if (b.extent(0) > 0) {
    multiply<Tile>(space, label, {A, x}, y, accumulate, samples, AddBias<Tile>{b, y});
  } else {
    multiply<Tile>(space, label, {A, x}, y, accumulate, samples, KeepSum<Tile>{y});
  }
}

template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples) {
  static const std::string label = "terrace::resnet::addTwoProducts";
  multiply<Tile>(space, label, {A, x, B, z}, y, true, samples, KeepSum<Tile>{y});
}

// a = sigma(sum + b),  next = q + h a
template <class Tile, class Sigma>
struct FinishEulerStep {
  typename Tile::Bias b;
  typename Tile::Scalar h;
  typename Tile::ConstSlab q;
  typename Tile::Slab a;
  typename Tile::Slab next;

  struct Read {
    typename Tile::Scalar bias, state;
  };
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION Read read(const Row& i, int s) const {
    return {b(matrixRow(i)), q(slabRow(i), s)};
  }
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void entry(const Row& i, int s, typename Tile::Scalar sum,
                                         const Read& r) const {
    const auto value = Sigma::template value<typename Tile::Pack>(sum + r.bias);
    a(slabRow(i), s) = value;
    next(slabRow(i), s) = r.state + h * value;
  }
};

template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  multiply<Tile>(space, label, {W, q}, a, false, samples, FinishEulerStep<Tile, Sigma>{b, h, q, a, next});
}

template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, const std::string& label,
                const ApplySlope<Tile, Sigma>& operands, int samples) {
  forEachEntry<Tile>(space, label, static_cast<int>(operands.mu.extent(0)), samples, operands);
}

// lambda = sum,  next = sigma'(a) lambda
template <class Tile, class Sigma>
struct FinishAdjointStep {
  typename Tile::ConstSlab a;
  typename Tile::Slab lambda;
  typename Tile::Slab next;

  using Read = typename Tile::Scalar;
  KOKKOS_FORCEINLINE_FUNCTION Read read(int i, int s) const { return a(i, s); }
  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s, typename Tile::Scalar sum, Read activation) const {
    lambda(i, s) = sum;
    next(i, s) = Sigma::template slope<typename Tile::Pack>(activation) * sum;
  }
};

template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& lambda, const typename Tile::Slab& next,
                 const typename Tile::ConstSlab& /*ahead*/, int samples) {
  static const std::string label = "terrace::resnet::adjointStep";
  multiply<Tile>(space, label, {A, mu}, lambda, true, samples,
                 FinishAdjointStep<Tile, Sigma>{a, lambda, next});
}

// dz = sum + b,  dnext = dq + h sigma'(a) dz,  next = q + h a;  dz may be dnext; next may be empty, and b
template <class Tile, class Sigma>
struct FinishTangentStep {
  typename Tile::Bias b;
  typename Tile::Scalar h;
  typename Tile::Scalar hPerUnit;
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab dq;
  typename Tile::ConstSlab q;
  typename Tile::Slab dz;
  typename Tile::Slab dnext;
  typename Tile::Slab next;

  struct Read {
    typename Tile::Scalar bias, activation, tangent, state;
  };
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION Read read(const Row& i, int s) const {
    using Scalar = typename Tile::Scalar;
    return {b.extent(0) > 0 ? b(matrixRow(i)) : Scalar(0), a(slabRow(i), s), dq(slabRow(i), s),
            next.extent(0) > 0 ? q(slabRow(i), s) : Scalar(0)};
  }
  template <class Row>
  KOKKOS_FORCEINLINE_FUNCTION void entry(const Row& i, int s, typename Tile::Scalar sum,
                                         const Read& r) const {
    const auto slope = Sigma::template slope<typename Tile::Pack>(r.activation);
    dz(slabRow(i), s) = sum + r.bias;
    dnext(slabRow(i), s) = r.tangent + hPerUnit * slope * (sum + r.bias);
    if (next.extent(0) > 0) next(slabRow(i), s) = r.state + h * r.activation;
  }
};

template <class Tile, class Sigma, bool advances, Start start, bool two>
void tangentStep(const typename Tile::Execution& space, const ProductOperands<Tile>& p,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext,
                 const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::tangentStep";
  const typename Tile::Scalar hPerUnit = h / Sigma::template unit<typename Tile::Pack>;
  const typename Tile::Slab dz = p.y.extent(0) > 0 ? p.y : dnext;
  Products<Tile> products{p.A, p.x};
  if (two) products = {p.A, p.x, p.B, p.z};
  const typename Tile::Slab advanced = advances ? next : typename Tile::Slab();
  multiply<Tile>(space, label, products, dz, false, samples,
                 FinishTangentStep<Tile, Sigma>{p.b, h, hPerUnit, a, p.x, p.z, dz, dnext, advanced});
}

template <class Tile, class Sigma>
void applyCurvature(const typename Tile::Execution& space, const std::string& label,
                    const ApplyCurvature<Tile, Sigma>& operands, int samples) {
  forEachEntry<Tile>(space, label, static_cast<int>(operands.mu.extent(0)), samples, operands);
}

// dlambda = sum, then the curvature's products with it
template <class Tile, class Sigma>
struct FinishTangentAdjointStep {
  ApplyCurvature<Tile, Sigma> curvature;
  typename Tile::Slab dlambda;

  struct Read {
    typename Tile::Scalar activation, preTangent, adjoint;
  };
  KOKKOS_FORCEINLINE_FUNCTION Read read(int i, int s) const {
    return {curvature.a(i, s), curvature.dz(i, s), curvature.lambda(i, s)};
  }
  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s, typename Tile::Scalar sum, const Read& r) const {
    using Pack = typename Tile::Pack;
    const auto slope = Sigma::template slope<Pack>(r.activation);
    const auto bend = Sigma::template curvature<Pack>(r.activation) * r.preTangent * curvature.perUnit;
    dlambda(i, s) = sum;
    curvature.dmu(i, s) = bend * r.adjoint + slope * sum;
    curvature.mu(i, s) = slope * r.adjoint;
  }
};

template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space, const TangentAdjointOperands<Tile, Sigma>& o,
                        int samples) {
  static const std::string label = "terrace::resnet::tangentAdjointStep";
  const auto& first = o.pullBack;
  const auto& second = o.tangentPullBack;
  if (first.y.extent(0) > 0)
    multiply<Tile>(space, label, {first.A, first.x}, first.y, true, samples, KeepSum<Tile>{first.y});
  multiply<Tile>(space, label, {second.A, second.x, second.B, second.z}, second.y, true, samples,
                 FinishTangentAdjointStep<Tile, Sigma>{o.before, second.y});
}

template <class Tile>
void outerProduct(const typename Tile::Execution& space, const OuterProductOperands<Tile>& o,
                  const DerivativeSums& sums, const GradientOffsets& offsets, int samples) {
  double* gradient = sums.partial.data();
  double* weights = gradient + offsets.weights;
  multiplyTransposed<Tile>(space, offsets.factor, o.mu, o.x, weights,
                           offsets.bias >= 0 ? gradient + offsets.bias : nullptr, sums, samples);
  if (o.nu.extent(0) > 0)
    multiplyTransposed<Tile>(space, offsets.factor, o.nu, o.z, weights, nullptr, sums, samples);
}

} // namespace terrace::resnet::detail::device
