#pragma once

#include "kernels/common/Tile.hpp"

namespace terrace::resnet::detail {

/// What a sum of products begins with.
enum class Start { Zero, Bias, Sum };

/// sum(i, s) = start + sum_j A(i, j) x(j, s) + sum_j B(i, j) z(j, s), start being 0, b(i) or y(i, s). What is
/// not used is empty.
template <class Tile>
struct ProductOperands {
  typename Tile::Weights A;
  typename Tile::ConstSlab x;
  typename Tile::Slab y;
  typename Tile::Bias b;
  typename Tile::Weights B;
  typename Tile::ConstSlab z;
};

} // namespace terrace::resnet::detail
