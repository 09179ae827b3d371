#pragma once

// Kernels of the Hessian products and of a map's Jacobian: tangents (derivatives along a direction) of the
// forward and backward sweep.

#include <terrace/resnet/detail/LayerKernels.hpp>

namespace terrace::resnet::detail {

// dz(i, s) = sum_j W(i, j) dq(j, s) + dW(i, j) q(j, s) + db(i)
// dnext(i, s) = dq(i, s) + h sigma'(a(i, s)) dz(i, s)
template <class Tile, class Sigma>
struct TangentStep {
  Product<Tile> preActivation; ///< Writes W dq + dW q + db into dz; without a second operand W dq.
  typename Tile::Scalar h;
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab dq;
  typename Tile::Slab dz;
  typename Tile::Slab dnext;

  template <int rows>
  KOKKOS_INLINE_FUNCTION void block(int i, int s) const {
    preActivation.template block<rows>(i, s);
    forEachPack<Tile, rows>(i, s, [this](int row, int sample) {
      using Pack = typename Tile::Pack;
      const auto slope = Sigma::template slope<Pack>(loadPack<Pack>(&a(row, sample)));
      storePack<Pack>(&dnext(row, sample),
                      loadPack<Pack>(&dq(row, sample)) + h * slope * loadPack<Pack>(&dz(row, sample)));
    });
  }
};

/// Layer \p step holds the functor's operands; \p dnext may not alias \p dq.
template <class Tile, class Sigma>
void tangentStep(const typename Tile::Execution& space, const TangentStep<Tile, Sigma>& step, int samples) {
  static const std::string label = "terrace::resnet::tangentStep";
  forEachPanelAndTile<Tile>(space, label, step.preActivation.A.rows, samples, step);
}

// mu(i, s)  = h sigma'(a) lambda(i, s)
// dmu(i, s) = h ( sigma''(a) dz(i, s) lambda(i, s) + sigma'(a) dlambda(i, s) )
template <class Tile, class Sigma>
struct ApplyCurvature {
  typename Tile::Scalar h;
  typename Tile::ConstSlab a;
  typename Tile::ConstSlab dz;
  typename Tile::ConstSlab lambda;
  typename Tile::ConstSlab dlambda;
  typename Tile::Slab mu;
  typename Tile::Slab dmu;

  /// Neuron i and the pack of samples that begins at s.
  KOKKOS_FORCEINLINE_FUNCTION void apply(int i, int s) const {
    using Pack = typename Tile::Pack;
    const auto value = loadPack<Pack>(&a(i, s));
    const auto adjoint = loadPack<Pack>(&lambda(i, s));
    const auto slope = Sigma::template slope<Pack>(value);
    const auto curvature = Sigma::template curvature<Pack>(value);
    storePack<Pack>(&dmu(i, s), h * (curvature * loadPack<Pack>(&dz(i, s)) * adjoint +
                                     slope * loadPack<Pack>(&dlambda(i, s))));
    storePack<Pack>(&mu(i, s), h * slope * adjoint);
  }

  KOKKOS_INLINE_FUNCTION void operator()(const int tile) const {
    const int first = tile * Tile::samples;
    for (int i = 0; i < static_cast<int>(mu.extent(0)); ++i)
      for (int s = first; s < first + Tile::samples; s += Tile::Pack::lanes) apply(i, s);
  }
};

template <class Tile, class Sigma>
void applyCurvature(const typename Tile::Execution& space, const ApplyCurvature<Tile, Sigma>& operands,
                    int samples) {
  static const std::string label = "terrace::resnet::applyCurvature";
  forEachTile<Tile>(space, label, samples, operands);
}

// lambda(i, s)  += sum_j A(i, j) mu(j, s)                          A = W^T, dA = dW^T
// dlambda(i, s) += sum_j A(i, j) dmu(j, s) + dA(i, j) mu(j, s)
// then mu and dmu of the layer before (ApplyCurvature)
template <class Tile, class Sigma>
struct TangentAdjointStep {
  Product<Tile> pullBack;        ///< Adds A mu to lambda.
  Product<Tile> tangentPullBack; ///< Adds A dmu + dA mu to dlambda.
  ApplyCurvature<Tile, Sigma> before;

  template <int rows>
  KOKKOS_INLINE_FUNCTION void block(int i, int s) const {
    pullBack.template block<rows>(i, s);
    tangentPullBack.template block<rows>(i, s);
    forEachPack<Tile, rows>(i, s, [this](int row, int sample) { before.apply(row, sample); });
  }
};

/// The results mu and dmu of \p step may not alias its operands.
template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space, const TangentAdjointStep<Tile, Sigma>& step,
                        int samples) {
  static const std::string label = "terrace::resnet::tangentAdjointStep";
  forEachPanelAndTile<Tile>(space, label, step.pullBack.A.rows, samples, step);
}

} // namespace terrace::resnet::detail
