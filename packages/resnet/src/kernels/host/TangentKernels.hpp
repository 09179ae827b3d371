#pragma once

// Kernels of the Hessian products and of a function's Jacobian: tangents (derivatives along a direction) of
// the forward and backward sweep.

#include "kernels/common/EntryKernels.hpp"
#include "kernels/common/TangentAdjoint.hpp"
#include "kernels/host/Product.hpp"

namespace terrace::resnet::detail::host {

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

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
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

template <class Tile, class Sigma, bool advances, Start start, bool two, class Grid = OnePixel>
void tangentStep(const typename Tile::Execution& space, const ProductOperands<Tile>& preActivation,
                 typename Tile::Scalar h, const typename Tile::ConstSlab& a, const typename Tile::Slab& dnext,
                 const typename Tile::Slab& next, int samples, const Grid& grid = {}) {
  static const std::string label = "terrace::resnet::tangentStep";
  using PreActivation = Product<Tile, start, two>;
  using Step = TangentStep<Tile, Sigma, PreActivation, advances>;
  const typename Tile::Scalar hPerUnit = h / Sigma::template unit<typename Tile::Pack>;
  forEachBlock<Tile>(space, label, grid, preActivation.A, samples,
                     Step{PreActivation{preActivation}, h, hPerUnit, a, dnext, next});
}

// lambda(i, s)  += sum_j A(i, j) mu(j, s)                          A = h W^T, dA = h dW^T
// dlambda(i, s) += sum_j A(i, j) dmu(j, s) + dA(i, j) mu(j, s)
// then mu and dmu of the layer before (ApplyCurvature)
template <class Tile, class Sigma>
struct TangentAdjointStep {
  Product<Tile, Start::Sum> pullBack;
  Product<Tile, Start::Sum, true> tangentPullBack;
  ApplyCurvature<Tile, Sigma> before;
  typename Tile::ConstSlab ahead[2];

  template <int rows, class Row>
  KOKKOS_FORCEINLINE_FUNCTION void block(const Row& i, int s) const {
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

template <class Tile, class Sigma>
void tangentAdjointStep(const typename Tile::Execution& space, const TangentAdjointOperands<Tile, Sigma>& o,
                        int samples) {
  static const std::string label = "terrace::resnet::tangentAdjointStep";
  forEachPanelAndTile<Tile>(
      space, label, o.pullBack.A.rows, samples,
      TangentAdjointStep<Tile, Sigma>{{o.pullBack}, {o.tangentPullBack}, o.before, {o.ahead[0], o.ahead[1]}});
}

} // namespace terrace::resnet::detail::host
