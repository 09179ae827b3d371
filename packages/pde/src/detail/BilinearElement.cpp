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

namespace {

// lambda^T M u, and with `transposed` lambda^T M^T u.
double form(const ElementVector& lambda, const ElementMatrix& M, const ElementVector& u,
            bool transposed = false) {
  double sum = 0;
  for (unsigned a = 0; a < 4; ++a)
    for (unsigned c = 0; c < 4; ++c) sum += lambda[a] * M[transposed ? 4 * c + a : 4 * a + c] * u[c];
  return sum;
}

// lambda^T M^T, entry c.
double row(const ElementVector& lambda, const ElementMatrix& M, unsigned c) {
  double sum = 0;
  for (unsigned a = 0; a < 4; ++a) sum += lambda[a] * M[4 * c + a];
  return sum;
}

} // namespace

// With w = r u - f, what tests a bilinear function:
//   lambda . (A u - load) = kappa (Sx + Sy) + tau (bx^2 Sx + by^2 Sy + bx by M) + h (bx Bx + by By)(lambda,
//   u)
//                           + h^2 mass(lambda, w) + tau h (bx Bx^T + by By^T)(lambda, w)
// tau = D^(-1/2), D = 4 |b|^2 / h^2 + 144 kappa^2 / h^4 + r^2
CellDerivative derivativeOfResidual(const CellData& cell, double h, const ElementVector& u,
                                    const ElementVector& lambda) {
  const double bx = cell.velocityX, by = cell.velocityY, kappa = cell.diffusion, r = cell.reaction;
  ElementVector w{};
  for (unsigned c = 0; c < 4; ++c) w[c] = r * u[c] - cell.source[c];
  const double Sx = form(lambda, unit.stiffnessX, u), Sy = form(lambda, unit.stiffnessY, u);
  const double M = form(lambda, unit.mixed, u);
  const double Bx = h * form(lambda, unit.byX, u), By = h * form(lambda, unit.byY, u);
  const double Wx = h * form(lambda, unit.byX, w, true), Wy = h * form(lambda, unit.byY, w, true);
  const double Ux = h * form(lambda, unit.byX, u, true), Uy = h * form(lambda, unit.byY, u, true);
  const double D = 4 * (bx * bx + by * by) / (h * h) + 144 * kappa * kappa / (h * h * h * h) + r * r;
  const double tau = 1 / std::sqrt(D);
  // The derivative by tau, times that of tau by D; 0 without a velocity, where tau has no effect.
  const double byD = -0.5 * tau / D * (bx * bx * Sx + by * by * Sy + bx * by * M + bx * Wx + by * Wy);

  CellDerivative derivative;
  derivative.diffusion = -(Sx + Sy + byD * 288 * kappa / (h * h * h * h));
  derivative.velocityX = -(tau * (2 * bx * Sx + by * M + Wx) + Bx + byD * 8 * bx / (h * h));
  derivative.velocityY = -(tau * (2 * by * Sy + bx * M + Wy) + By + byD * 8 * by / (h * h));
  derivative.reaction = -(h * h * form(lambda, unit.mass, u) + tau * (bx * Ux + by * Uy) + byD * 2 * r);
  for (unsigned c = 0; c < 4; ++c)
    derivative.source[c] = h * h * row(lambda, unit.mass, c) +
                           tau * h * (bx * row(lambda, unit.byX, c) + by * row(lambda, unit.byY, c));
  return derivative;
}

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
