#pragma once

#include <array>

namespace terrace::pde::detail {

using ElementMatrix = std::array<double, 16>; ///< row-major: (test function a, trial function c)
using ElementVector = std::array<double, 4>;

/// The data of one cell; see EllipticFields.
struct CellData {
  double diffusion;
  double velocityX;
  double velocityY;
  double reaction;
  const double* source; ///< at the four corners
};

/// The stabilisation parameter tau of EllipticSystem; 0 without a velocity, where it has no effect.
double stabilization(const CellData& cell, double cellSize);

/// Matrix and load of a square cell for the weak form of EllipticSystem; corners as SquareMesh counts them.
void computeElement(const CellData& cell, double cellSize, ElementMatrix& matrix, ElementVector& load);

/// The derivatives of lambda . (load - A u) by the data of the cell, for its matrix A.
struct CellDerivative {
  double diffusion = 0;
  double velocityX = 0;
  double velocityY = 0;
  double reaction = 0;
  ElementVector source{}; ///< By the values at the four corners.
};
CellDerivative derivativeOfResidual(const CellData& cell, double cellSize, const ElementVector& u,
                                    const ElementVector& lambda);

} // namespace terrace::pde::detail
