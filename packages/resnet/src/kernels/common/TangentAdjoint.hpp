#pragma once

#include "kernels/common/EntryKernels.hpp"
#include "kernels/common/ProductOperands.hpp"

namespace terrace::resnet::detail {

/// What tangentAdjointStep() works on.
template <class Tile, class Sigma>
struct TangentAdjointOperands {
  ProductOperands<Tile> pullBack;        ///< lambda + A mu; left out if its y is empty.
  ProductOperands<Tile> tangentPullBack; ///< dlambda + A dmu + dA mu.
  ApplyCurvature<Tile, Sigma> before;    ///< Of the block before.
  typename Tile::ConstSlab ahead[2];     ///< Of the shape of a; read by what comes next.
};

} // namespace terrace::resnet::detail
