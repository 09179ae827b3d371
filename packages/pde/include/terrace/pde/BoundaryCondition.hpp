#pragma once

#include <array>
#include <cstddef>
#include <functional>

namespace terrace::pde {

/// Sides of a SquareMesh. Their values index BoundaryConditions.
enum Side : std::size_t { Left = 0, Right = 1, Bottom = 2, Top = 3 };

/// What holds on a side, for the equation of EllipticFields:
/// Dirichlet: u = data. Robin: kappa du/dn + coefficient u = data; with both 0, no flux (a mirror).
struct BoundaryCondition {
  /// Which of the two conditions holds.
  enum class Type { Dirichlet, Robin };
  Type type = Type::Dirichlet;                  ///< For the whole side.
  double coefficient = 0;                       ///< Robin: not negative
  std::function<double(double, double)> data{}; ///< of (x, y); empty: 0
};

/// One a side. A corner of a Dirichlet side is Dirichlet, with the data of the side that comes first.
using BoundaryConditions = std::array<BoundaryCondition, 4>;

} // namespace terrace::pde
