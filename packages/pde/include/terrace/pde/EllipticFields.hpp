#pragma once

#include <terrace/pde/SquareMesh.hpp>

#include <cstddef>
#include <vector>

namespace terrace::pde {

/// Coefficients and source of
/// \f$ -\nabla\cdot(\kappa\nabla u) + b\cdot\nabla u + r u = f \f$ on a SquareMesh.
///
/// Coefficients are constant in each cell; for smooth ones the value at the cell's centre keeps the order of
/// the discretisation. The source is bilinear in each cell and may jump between cells.
struct EllipticFields {
  std::vector<double> diffusion; ///< kappa, one a cell, positive
  std::vector<double> velocityX; ///< b, one a cell
  std::vector<double> velocityY; ///< its second component, one a cell
  std::vector<double> reaction;  ///< r, one a cell
  std::vector<double> source;    ///< f, four a cell: at its corners

  /// kappa = 1, all others 0.
  explicit EllipticFields(const SquareMesh& mesh)
      : diffusion(static_cast<std::size_t>(mesh.cells()), 1.0), velocityX(diffusion.size(), 0.0),
        velocityY(diffusion.size(), 0.0), reaction(diffusion.size(), 0.0), source(4 * diffusion.size(), 0.0) {
  }
};

} // namespace terrace::pde
