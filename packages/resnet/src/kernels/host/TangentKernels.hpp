#pragma once

// Kernels of the Hessian products and of a map's Jacobian: tangents (derivatives along a direction) of the
// forward and backward sweep.

#include "kernels/host/LayerKernels.hpp"

namespace terrace::resnet::detail {

// dz(i, s) = sum_j W(i, j) dq(j, s) + dW(i, j) q(j, s) + db(i)      W, dW, db and so dz in the unit of Sigma
// dnext(i, s) = dq(i, s) + h sigma'(a(i, s)) dz(i, s)
// and, if advances, next(i, s) = q(i, s) + h a(i, s)
// PreActivation is the product that gives dz: without dW and db along a direction of the inputs alone; dz is
// written if its y is not empty
template <class Tile, class Sigma, class PreActivation, bool advances>
struct TangentStep {
  PreActivation preActivation;
  typename Tile::Scalar h;
  typename Tile::Scalar hPerUnit; ///< h over the unit of dz
  typename Tile::ConstSlab a;
  typename Tile::Slab dnext;
  typename Tile::Slab next; ///< Of the shape of a; if not advances it is read by what comes next.

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
    preActivation.template sum<rows>(
        i, s,
        [this](int row, int sample, typename PreActivation::Values& dz) TERRACE_INLINE_LAMBDA {
          using Pack = typename Tile::Pack;
          if (preActivation.y.extent(0) > 0) PreActivation::store(preActivation.y, row, sample, dz);
          const typename Tile::Scalar* value = &a(row, sample);
          const typename Tile::Scalar* tangent = &preActivation.x(row, sample);
          unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
            const auto slope = Sigma::template slope<Pack>(loadPack<Pack>(value + u * Pack::lanes));
            dz[u] = loadPack<Pack>(tangent + u * Pack::lanes) + hPerUnit * slope * dz[u];
          });
          PreActivation::store(dnext, row, sample, dz);
          if constexpr (advances) {
            const typename Tile::Scalar* state = &preActivation.z(row, sample);
            unrolled<Tile::packs>([&](auto u) TERRACE_INLINE_LAMBDA {
              dz[u] = loadPack<Pack>(state + u * Pack::lanes) + h * loadPack<Pack>(value + u * Pack::lanes);
            });
            PreActivation::store(next, row, sample, dz);
          }
        },
        Ahead<Tile, rows, 4, 3>({a, dnext, preActivation.y, next}, i, s));
  }
};

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

/// The products' first operand is dq, which \p dnext may not alias. With \p advances their second is q, and
/// \p next becomes what eulerStep() gives it; else it is only what is read next, or empty.
template <class Tile, class Sigma, bool advances, class PreActivation>
void tangentStep(const typename Tile::Execution& space, const PreActivation& preActivation,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext,
                 const typename Tile::Slab& next, int samples) {
  static const std::string label = "terrace::resnet::tangentStep";
  const typename Tile::Scalar hPerUnit = h / Sigma::template unit<typename Tile::Pack>;
  if constexpr (Tile::onHost) {
    using Step = TangentStep<Tile, Sigma, PreActivation, advances>;
    forEachPanelAndTile<Tile>(space, label, preActivation.A.rows, samples,
                              Step{preActivation, h, hPerUnit, a, dnext, next});
  } else {
    const PreActivation& p = preActivation;
    const typename Tile::Slab dz = p.y.extent(0) > 0 ? p.y : dnext;
    multiply<Tile>(p.A, p.x, dz, false, samples);
    if (p.B.columns > 0) multiply<Tile>(p.B, p.z, dz, true, samples);
    const typename Tile::Slab advanced = advances ? next : typename Tile::Slab();
    forEachEntry<Tile>(space, label, p.A.rows, samples,
                       FinishTangentStep<Tile, Sigma>{p.b, h, hPerUnit, a, p.x, p.z, dz, dnext, advanced});
  }
}

// mu(i, s)  = sigma'(a) lambda(i, s)
// dmu(i, s) = sigma''(a) dz(i, s) lambda(i, s) / unit + sigma'(a) dlambda(i, s)      dz in the unit
template <class Tile, class Sigma>
struct ApplyCurvature {
  typename Tile::Scalar perUnit; ///< 1 / unit
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab dz;
  typename Tile::ConstSlab lambda;
  typename Tile::ConstSlab dlambda;
  typename Tile::Slab mu;
  typename Tile::Slab dmu;

  /// Neuron i and the packs of samples that begin at s, whose dlambda is \p dadjoint.
  template <int packs>
  KOKKOS_FORCEINLINE_FUNCTION void apply(int i, int s,
                                         const typename Tile::Value (&dadjoint)[std::size_t(packs)]) const {
    using Pack = typename Tile::Pack;
    using Scalar = typename Tile::Scalar;
    const Scalar *values = &a(i, s), *preTangents = &dz(i, s), *adjoints = &lambda(i, s);
    Scalar *first = &mu(i, s), *second = &dmu(i, s);
    unrolled<packs>([&](auto u) TERRACE_INLINE_LAMBDA {
      constexpr int at = decltype(u)::value * Pack::lanes;
      const auto value = loadPack<Pack>(values + at);
      const auto adjoint = loadPack<Pack>(adjoints + at);
      const auto slope = Sigma::template slope<Pack>(value);
      const auto curvature = Sigma::template curvature<Pack>(value);
      const auto dvalue = loadPack<Pack>(preTangents + at) * perUnit;
      storePack<Pack>(second + at, curvature * dvalue * adjoint + slope * dadjoint[u]);
      storePack<Pack>(first + at, slope * adjoint);
    });
  }

  KOKKOS_FORCEINLINE_FUNCTION void entry(int i, int s) const {
    const typename Tile::Value dadjoint[1] = {loadPack<typename Tile::Pack>(&dlambda(i, s))};
    apply<1>(i, s, dadjoint);
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(mu.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Tile::Pack::lanes) entry(i, s);
  }
};

template <class Tile, class Sigma>
void applyCurvature(const typename Tile::Execution& space, const ApplyCurvature<Tile, Sigma>& operands,
                    int samples) {
  static const std::string label = "terrace::resnet::applyCurvature";
  if constexpr (Tile::onHost) {
    forEachTile<Tile>(space, label, samples, operands);
  } else {
    forEachEntry<Tile>(space, label, static_cast<int>(operands.mu.extent(0)), samples, operands);
  }
}

// lambda(i, s)  += sum_j A(i, j) mu(j, s)                          A = h W^T, dA = h dW^T
// dlambda(i, s) += sum_j A(i, j) dmu(j, s) + dA(i, j) mu(j, s)
// then mu and dmu of the layer before (ApplyCurvature)
template <class Tile, class Sigma>
struct TangentAdjointStep {
  Product<Tile, Start::Sum> pullBack;              ///< lambda + A mu; left out if its y is empty
  Product<Tile, Start::Sum, true> tangentPullBack; ///< dlambda + A dmu + dA mu
  ApplyCurvature<Tile, Sigma> before;
  typename Tile::ConstSlab ahead[2]; ///< Of the shape of a; read by what comes next.

  template <int rows>
  KOKKOS_FORCEINLINE_FUNCTION void block(int i, int s) const {
    using TangentPullBack = Product<Tile, Start::Sum, true>;
    if (pullBack.y.extent(0) > 0) pullBack.template block<rows>(i, s);
    tangentPullBack.template sum<rows>(
        i, s,
        [this](int row, int sample, const typename TangentPullBack::Values& dlambda) TERRACE_INLINE_LAMBDA {
          TangentPullBack::store(tangentPullBack.y, row, sample, dlambda);
          before.template apply<Tile::packs>(row, sample, dlambda);
        },
        Ahead<Tile, rows, 5, 0>({before.a, before.dz, before.lambda, ahead[0], ahead[1]}, i, s));
  }
};

/// The results mu and dmu of \p step may not alias its operands.
template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space, const TangentAdjointStep<Tile, Sigma>& step,
                        int samples) {
  static const std::string label = "terrace::resnet::tangentAdjointStep";
  if constexpr (Tile::onHost) {
    forEachPanelAndTile<Tile>(space, label, step.pullBack.A.rows, samples, step);
  } else {
    const auto& first = step.pullBack;
    const auto& second = step.tangentPullBack;
    if (first.y.extent(0) > 0) multiply<Tile>(first.A, first.x, first.y, true, samples);
    addTwoProducts<Tile>(space, second.A, second.x, second.B, second.z, second.y, samples);
    applyCurvature(space, step.before, samples);
  }
}

} // namespace terrace::resnet::detail
