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
  multiply<Tile>(A, x, y, accumulate, samples);
  addBias<Tile>(space, b, y, samples);
}

template <class Tile>
void addTwoProducts(const typename Tile::Execution&, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples) {
  multiply<Tile>(A, x, y, true, samples);
  multiply<Tile>(B, z, y, true, samples);
}

// What is left of an Euler step when a holds W q.
template <class Tile, class Sigma>
struct FinishEulerStep {
  typename Tile::Bias b;
  typename Tile::Scalar h;
  typename Tile::ConstSlab q;
  typename Tile::Slab a;
  typename Tile::Slab next;

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    const auto value = Sigma::template value<typename Tile::Pack>(a(i, s) + b(i));
    a(i, s) = value;
    next(i, s) = q(i, s) + h * value;
  }
};

template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::eulerStep";
  multiply<Tile>(W, q, a, false, samples);
  forEachEntry<Tile>(space, label, W.rows, samples, FinishEulerStep<Tile, Sigma>{b, h, q, a, next});
}

template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, const std::string& label,
                const ApplySlope<Tile, Sigma>& operands, int samples) {
  forEachEntry<Tile>(space, label, static_cast<int>(operands.mu.extent(0)), samples, operands);
}

template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& lambda, const typename Tile::Slab& next,
                 const typename Tile::ConstSlab& /*ahead*/, int samples) {
  static const std::string label = "terrace::resnet::applySlope";
  multiply<Tile>(A, mu, lambda, true, samples);
  device::applySlope(space, label, ApplySlope<Tile, Sigma>{a, lambda, next}, samples);
}

// What is left of a tangent step when dz holds W dq + dW q; dz may alias dnext. next is written if not empty.
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

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    const auto slope = Sigma::template slope<typename Tile::Pack>(a(i, s));
    const typename Tile::Scalar sum = b.extent(0) > 0 ? dz(i, s) + b(i) : dz(i, s);
    dz(i, s) = sum;
    dnext(i, s) = dq(i, s) + hPerUnit * slope * sum;
    if (next.extent(0) > 0) next(i, s) = q(i, s) + h * a(i, s);
  }
};

template <class Tile, class Sigma, bool advances, Start start, bool two>
void tangentStep(const typename Tile::Execution& space, const ProductOperands<Tile>& p,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext,
                 const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::tangentStep";
  const typename Tile::Scalar hPerUnit = h / Sigma::template unit<typename Tile::Pack>;
  const typename Tile::Slab dz = p.y.extent(0) > 0 ? p.y : dnext;
  multiply<Tile>(p.A, p.x, dz, false, samples);
  if (two) multiply<Tile>(p.B, p.z, dz, true, samples);
  const typename Tile::Slab advanced = advances ? next : typename Tile::Slab();
  forEachEntry<Tile>(space, label, p.A.rows, samples,
                     FinishTangentStep<Tile, Sigma>{p.b, h, hPerUnit, a, p.x, p.z, dz, dnext, advanced});
}

template <class Tile, class Sigma>
void applyCurvature(const typename Tile::Execution& space, const std::string& label,
                    const ApplyCurvature<Tile, Sigma>& operands, int samples) {
  forEachEntry<Tile>(space, label, static_cast<int>(operands.mu.extent(0)), samples, operands);
}

template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space, const TangentAdjointOperands<Tile, Sigma>& o,
                        int samples) {
  static const std::string label = "terrace::resnet::applyCurvature";
  const auto& first = o.pullBack;
  const auto& second = o.tangentPullBack;
  if (first.y.extent(0) > 0) multiply<Tile>(first.A, first.x, first.y, true, samples);
  device::addTwoProducts<Tile>(space, second.A, second.x, second.B, second.z, second.y, samples);
  device::applyCurvature(space, label, o.before, samples);
}

template <class Tile>
void outerProduct(const typename Tile::Execution& space, const OuterProductOperands<Tile>& o,
                  const DerivativeSums& sums, const GradientOffsets& offsets, int samples) {
  double* gradient = sums.partial.data();
  const double factor = offsets.factor;
  multiplyTransposed<Tile>(factor, o.mu, o.x, gradient + offsets.weights, samples);
  if (o.nu.extent(0) > 0) multiplyTransposed<Tile>(factor, o.nu, o.z, gradient + offsets.weights, samples);
  if (offsets.bias >= 0) addBiasGradient<Tile>(space, factor, o.mu, gradient + offsets.bias, samples);
}

} // namespace terrace::resnet::detail::device
