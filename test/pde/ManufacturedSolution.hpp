#pragma once

#include <terrace/pde/BoundaryCondition.hpp>
#include <terrace/pde/EllipticFields.hpp>
#include <terrace/pde/EllipticSolver.hpp>

#include <cmath>
#include <cstddef>
#include <functional>
#include <vector>

namespace terrace::pde::test {

/// A function with its first and second derivatives, so that the source of an equation with any coefficients
/// follows from it.
struct SmoothFunction {
  std::function<double(double, double)> value, byX, byY, laplacian;
};

/// Coefficients of the equation; the source is found so that \p solution solves it.
struct ManufacturedProblem {
  SmoothFunction solution;
  std::function<double(double, double)> diffusion, diffusionByX, diffusionByY;
  std::function<double(double, double)> velocityX, velocityY, reaction;
  BoundaryConditions boundary;
  double side = 1;

  /// -div(kappa grad u) + b.grad u + r u
  double source(double x, double y) const {
    return -diffusion(x, y) * solution.laplacian(x, y) +
           (velocityX(x, y) - diffusionByX(x, y)) * solution.byX(x, y) +
           (velocityY(x, y) - diffusionByY(x, y)) * solution.byY(x, y) +
           reaction(x, y) * solution.value(x, y);
  }
};

inline EllipticFields fieldsOf(const ManufacturedProblem& problem, const SquareMesh& mesh) {
  EllipticFields fields(mesh);
  for (int cell = 0; cell < mesh.cells(); ++cell) {
    const auto c = static_cast<std::size_t>(cell);
    const auto [x, y] = mesh.centre(cell);
    fields.diffusion[c] = problem.diffusion(x, y);
    fields.velocityX[c] = problem.velocityX(x, y);
    fields.velocityY[c] = problem.velocityY(x, y);
    fields.reaction[c] = problem.reaction(x, y);
    const auto corners = mesh.corners(cell);
    for (std::size_t a = 0; a < 4; ++a) {
      const auto at = mesh.position(corners[a]);
      fields.source[4 * c + a] = problem.source(at[0], at[1]);
    }
  }
  return fields;
}

/// Relative L2 norm of the difference between a bilinear field and a function, by 3 x 3 Gauss points a cell.
inline double errorNorm(const SquareMesh& mesh, const std::vector<double>& nodal,
                        const std::function<double(double, double)>& exact) {
  constexpr double points[] = {-0.774596669241483377, 0, 0.774596669241483377};
  constexpr double weights[] = {5.0 / 9, 8.0 / 9, 5.0 / 9};
  const double half = mesh.cellSize() / 2;
  double sum = 0, scale = 0;
  for (int cell = 0; cell < mesh.cells(); ++cell) {
    const auto corners = mesh.corners(cell);
    const auto [x, y] = mesh.centre(cell);
    const auto at = [&](std::size_t a) { return nodal[static_cast<std::size_t>(corners[a])]; };
    for (int p = 0; p < 3; ++p)
      for (int q = 0; q < 3; ++q) {
        const double s = points[p], t = points[q];
        const double value = 0.25 * ((1 - s) * (1 - t) * at(0) + (1 + s) * (1 - t) * at(1) +
                                     (1 + s) * (1 + t) * at(2) + (1 - s) * (1 + t) * at(3));
        const double wanted = exact(x + half * s, y + half * t);
        sum += weights[p] * weights[q] * (value - wanted) * (value - wanted);
        scale += weights[p] * weights[q] * wanted * wanted;
      }
  }
  return std::sqrt(sum / scale);
}

/// Relative L2 errors on meshes of these numbers of cells.
inline std::vector<double> errorsOn(const ManufacturedProblem& problem, const std::vector<int>& meshes,
                                    bool convection) {
  std::vector<double> errors;
  for (const int cells : meshes) {
    const SquareMesh mesh(cells, problem.side);
    EllipticSolver solver(mesh, problem.boundary, convection, 1e-11);
    errors.push_back(errorNorm(mesh, solver.solve(fieldsOf(problem, mesh)), problem.solution.value));
  }
  return errors;
}

/// log2 of the ratio of successive errors.
inline std::vector<double> orders(const std::vector<double>& errors) {
  std::vector<double> result;
  for (std::size_t i = 0; i + 1 < errors.size(); ++i) result.push_back(std::log2(errors[i] / errors[i + 1]));
  return result;
}

} // namespace terrace::pde::test
