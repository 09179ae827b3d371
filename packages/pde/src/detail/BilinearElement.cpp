#include "BilinearElement.hpp"

#include <cmath>

namespace terrace::pde::detail {
namespace {

// Signs of the coordinates of the corners about the centre: the derivative of shape function a by x is
// signX[a] / h times a linear function of y.
constexpr std::array<int, 4> signX{-1, 1, 1, -1};
constexpr std::array<int, 4> signY{-1, -1, 1, 1};

// Integrals over the unit square of products of shape functions and their derivatives; those over a square of
// size h are h^2, h and 1 times them with none, one and two derivatives.
struct UnitIntegrals {
  ElementMatrix mass{}, byX{}, byY{}, stiffnessX{}, stiffnessY{}, mixed{};

  constexpr UnitIntegrals() {
    for (unsigned a = 0; a < 4; ++a)
      for (unsigned c = 0; c < 4; ++c) {
        const double overX = signX[a] == signX[c] ? 1.0 / 3 : 1.0 / 6;
        const double overY = signY[a] == signY[c] ? 1.0 / 3 : 1.0 / 6;
        mass[4 * a + c] = overX * overY;
        byX[4 * a + c] = 0.5 * signX[c] * overY;
        byY[4 * a + c] = 0.5 * signY[c] * overX;
        stiffnessX[4 * a + c] = signX[a] * signX[c] * overY;
        stiffnessY[4 * a + c] = signY[a] * signY[c] * overX;
        mixed[4 * a + c] = 0.25 * (signX[a] * signY[c] + signY[a] * signX[c]);
      }
  }
};

constexpr UnitIntegrals unit;

} // namespace

double stabilization(const CellData& cell, double h) {
  const double speed = std::hypot(cell.velocityX, cell.velocityY);
  if (speed == 0) return 0;
  const double convection = 2 * speed / h;
  const double diffusion = 4 * cell.diffusion / (h * h);
  return 1 / std::sqrt(convection * convection + 9 * diffusion * diffusion + cell.reaction * cell.reaction);
}

void computeElement(const CellData& cell, double h, ElementMatrix& matrix, ElementVector& load) {
  const double bx = cell.velocityX;
  const double by = cell.velocityY;
  const double tau = stabilization(cell, h);
  const double alongX = cell.diffusion + tau * bx * bx;
  const double alongY = cell.diffusion + tau * by * by;
  for (unsigned a = 0; a < 4; ++a) {
    load[a] = 0;
    for (unsigned c = 0; c < 4; ++c) {
      const unsigned ac = 4 * a + c;
      const unsigned ca = 4 * c + a;
      const double carried = h * (bx * unit.byX[ac] + by * unit.byY[ac]); // v (b . grad u)
      // (v + tau b . grad v) times a bilinear function
      const double tested = h * h * unit.mass[ac] + tau * h * (bx * unit.byX[ca] + by * unit.byY[ca]);
      matrix[ac] = alongX * unit.stiffnessX[ac] + alongY * unit.stiffnessY[ac] +
                   tau * bx * by * unit.mixed[ac] + carried + cell.reaction * tested;
      load[a] += tested * cell.source[c];
    }
  }
}

} // namespace terrace::pde::detail
