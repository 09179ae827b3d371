#pragma once

// The kernels of dense layers on a chunk of samples, on the host or on a device. i, j: neurons, s: samples.

#include "kernels/device/LayerKernels.hpp"
#include "kernels/host/LayerKernels.hpp"
#include "kernels/host/OuterProduct.hpp"
#include "kernels/host/TangentKernels.hpp"

namespace terrace::resnet::detail {

/// y = b + A x, or A x if b is empty, or with \p accumulate y + A x, where b must be empty. \p y may not
/// alias \p x.
template <class Tile>
void product(const typename Tile::Execution& space, const typename Tile::Weights& A,
             const typename Tile::Bias& b, const typename Tile::ConstSlab& x, const typename Tile::Slab& y,
             bool accumulate, int samples) {
  if constexpr (Tile::onHost) {
    host::product<Tile>(space, A, b, x, y, accumulate, samples);
  } else {
    device::product<Tile>(space, A, b, x, y, accumulate, samples);
  }
}

/// y += A x + B z
template <class Tile>
void addTwoProducts(const typename Tile::Execution& space, const typename Tile::Weights& A,
                    const typename Tile::ConstSlab& x, const typename Tile::Weights& B,
                    const typename Tile::ConstSlab& z, const typename Tile::Slab& y, int samples) {
  if constexpr (Tile::onHost) {
    host::addTwoProducts<Tile>(space, A, x, B, z, y, samples);
  } else {
    device::addTwoProducts<Tile>(space, A, x, B, z, y, samples);
  }
}

/// a = sigma(W q + b),  next = q + h a.  \p W and \p b are in the unit of Sigma. \p next may not alias \p q;
/// \p a is overwritten on devices also if no activation is kept.
template <class Tile, class Sigma, bool keepsActivation>
void eulerStep(const typename Tile::Execution& space, const typename Tile::Weights& W,
               const typename Tile::Bias& b, typename Tile::Scalar h, const typename Tile::ConstSlab& q,
               const typename Tile::Slab& a, const typename Tile::Slab& next, int samples) {
  if constexpr (Tile::onHost) {
    host::eulerStep<Tile, Sigma, keepsActivation>(space, W, b, h, q, a, next, samples);
  } else {
    device::eulerStep<Tile, Sigma, keepsActivation>(space, W, b, h, q, a, next, samples);
  }
}

/// mu = sigma'(a) lambda;  \p mu may alias \p lambda.
template <class Tile, class Sigma>
void applySlope(const typename Tile::Execution& space, const typename Tile::ConstSlab& a,
                const typename Tile::ConstSlab& lambda, const typename Tile::Slab& mu, int samples) {
  static const std::string label = "terrace::resnet::applySlope";
  const ApplySlope<Tile, Sigma> operands{a, lambda, mu};
  if constexpr (Tile::onHost) {
    host::applySlope(space, label, operands, samples);
  } else {
    device::applySlope(space, label, operands, samples);
  }
}

/// lambda += A mu,  next = sigma'(a) lambda,  A = h W^T.  \p next may not alias \p mu; \p ahead, of the shape
/// of a, is read by what comes next, or empty.
template <class Tile, class Sigma>
void adjointStep(const typename Tile::Execution& space, const typename Tile::Weights& A,
                 const typename Tile::ConstSlab& mu, const typename Tile::ConstSlab& a,
                 const typename Tile::Slab& lambda, const typename Tile::Slab& next,
                 const typename Tile::ConstSlab& ahead, int samples) {
  if constexpr (Tile::onHost) {
    host::adjointStep<Tile, Sigma>(space, A, mu, a, lambda, next, ahead, samples);
  } else {
    device::adjointStep<Tile, Sigma>(space, A, mu, a, lambda, next, ahead, samples);
  }
}

/// dz = W dq + dW q + db,  dnext = dq + h sigma'(a) dz, with the products of \p preActivation: x is dq, which
/// \p dnext may not alias; dz is kept in y if that is not empty; without \p two there is no dW q. With \p
/// advances z is q, and \p next becomes what eulerStep() gives it; else \p next is only what is read next, or
/// empty.
template <class Tile, class Sigma, bool advances, Start start, bool two>
void tangentStep(const typename Tile::Execution& space, const ProductOperands<Tile>& preActivation,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext,
                 const typename Tile::Slab& next, int samples) {
  if constexpr (Tile::onHost) {
    host::tangentStep<Tile, Sigma, advances, start, two>(space, preActivation, h, a, dnext, next, samples);
  } else {
    device::tangentStep<Tile, Sigma, advances, start, two>(space, preActivation, h, a, dnext, next, samples);
  }
}

/// mu = sigma'(a) lambda and its tangent: see ApplyCurvature.
template <class Tile, class Sigma>
void applyCurvature(const typename Tile::Execution& space, const ApplyCurvature<Tile, Sigma>& operands,
                    int samples) {
  static const std::string label = "terrace::resnet::applyCurvature";
  if constexpr (Tile::onHost) {
    forEachTile<Tile>(space, label, samples, operands);
  } else {
    device::applyCurvature(space, label, operands, samples);
  }
}

/// lambda += A mu,  dlambda += A dmu + dA mu,  then mu and dmu of the block before;  A = h W^T, dA = h dW^T.
/// The results mu and dmu may not alias the operands.
template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space,
                        const TangentAdjointOperands<Tile, Sigma>& operands, int samples) {
  if constexpr (Tile::onHost) {
    host::tangentAdjointStep(space, operands, samples);
  } else {
    device::tangentAdjointStep(space, operands, samples);
  }
}

/// Adds the products of (mu, x) and, if not empty, of (nu, z) to the derivatives at \p offsets; the bias
/// belongs to mu. \p mu and \p nu must be 0 from the last sample to the end of its tile.
template <class Tile>
void outerProduct(const typename Tile::Execution& space, const OuterProductOperands<Tile>& operands,
                  const DerivativeSums& sums, const GradientOffsets& offsets, int samples) {
  if constexpr (Tile::onHost) {
    host::outerProduct(space, operands, sums, offsets, samples);
  } else {
    device::outerProduct(space, operands, sums, offsets, samples);
  }
}

} // namespace terrace::resnet::detail
