// Properties of the equations of one mesh.
#include <terrace/pde/EllipticSystem.hpp>
#include <terrace/pde/KrylovSolver.hpp>
#include <terrace/pde/LinearFunctional.hpp>

#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_MultiVector.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace terrace::pde {
namespace {

using Vector = Tpetra::MultiVector<>;

// Dense copy, row by row.
std::vector<std::vector<double>> dense(const EllipticSystem& system) {
  const auto local = system.matrix()->getLocalMatrixHost();
  const auto n = static_cast<std::size_t>(local.numRows());
  std::vector<std::vector<double>> rows(n, std::vector<double>(n, 0));
  for (std::size_t row = 0; row < n; ++row)
    for (auto k = local.graph.row_map(row); k < local.graph.row_map(row + 1); ++k)
      rows[row][static_cast<std::size_t>(local.graph.entries(k))] = local.values(k);
  return rows;
}

// Whether Cholesky's method goes through.
bool isPositiveDefinite(std::vector<std::vector<double>> a) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    if (!(a[j][j] > 0)) return false;
    a[j][j] = std::sqrt(a[j][j]);
    for (std::size_t i = j + 1; i < a.size(); ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  return true;
}

BoundaryConditions mirrors() {
  BoundaryConditions boundary;
  for (auto& condition : boundary) condition.type = BoundaryCondition::Type::Robin;
  return boundary;
}

EllipticFields randomFields(const SquareMesh& mesh) {
  EllipticFields fields(mesh);
  std::mt19937 engine(7);
  std::uniform_real_distribution<double> exponent(-2, 1);
  for (double& value : fields.diffusion) value = std::pow(10, exponent(engine));
  for (double& value : fields.reaction) value = std::pow(10, exponent(engine));
  for (double& value : fields.source) value = exponent(engine);
  return fields;
}

TEST(EllipticSystem, IsSymmetricPositiveDefiniteWithoutVelocity) {
  const SquareMesh mesh(8);
  for (const auto& boundary : {BoundaryConditions{}, mirrors()}) {
    EllipticSystem system(mesh, boundary);
    system.assemble(randomFields(mesh));
    const auto a = dense(system);
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) EXPECT_EQ(a[i][j], a[j][i]);
    EXPECT_TRUE(isPositiveDefinite(a));
  }
}

TEST(EllipticSystem, IsCoerciveWithADivergenceFreeVelocity) {
  // Its symmetric part is positive definite: convection takes no energy away, SUPG only adds some.
  const SquareMesh mesh(8);
  EllipticSystem system(mesh, BoundaryConditions{});
  EllipticFields fields(mesh);
  for (double& value : fields.diffusion) value = 1e-4;
  for (double& value : fields.velocityX) value = 3;
  for (double& value : fields.velocityY) value = -2;
  system.assemble(fields);
  auto a = dense(system);
  bool symmetric = true;
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      symmetric = symmetric && a[i][j] == a[j][i];
      a[i][j] = a[j][i] = (a[i][j] + a[j][i]) / 2;
    }
  EXPECT_FALSE(symmetric);
  EXPECT_TRUE(isPositiveDefinite(a));
}

TEST(EllipticSystem, AConstantHasNoDiffusionAndNoConvection) {
  const SquareMesh mesh(8, 3.0);
  EllipticSystem system(mesh, mirrors());
  EllipticFields fields = randomFields(mesh);
  for (double& value : fields.velocityX) value = 2;
  for (double& value : fields.velocityY) value = -1;
  for (double& value : fields.reaction) value = 0;
  system.assemble(fields);
  for (const auto& row : dense(system)) {
    double sum = 0, size = 0;
    for (const double value : row) {
      sum += value;
      size += std::abs(value);
    }
    EXPECT_NEAR(sum, 0, 1e-14 * size);
  }
}

TEST(EllipticSystem, ReproducesALinearSolutionExactly) {
  // u = 2 + 3 x - y solves the equation with f = b.grad u + r u, whatever the mesh, SUPG included.
  const auto u = [](double x, double y) { return 2 + 3 * x - y; };
  BoundaryConditions boundary;
  for (auto& condition : boundary) condition.data = u;
  const SquareMesh mesh(8, 2.0);
  EllipticFields fields(mesh);
  constexpr double bx = 5, by = 1, r = 0.3;
  for (int cell = 0; cell < mesh.cells(); ++cell) {
    const auto c = static_cast<std::size_t>(cell);
    fields.diffusion[c] = 0.01;
    fields.velocityX[c] = bx;
    fields.velocityY[c] = by;
    fields.reaction[c] = r;
    const auto corners = mesh.corners(cell);
    for (std::size_t a = 0; a < 4; ++a) {
      const auto [x, y] = mesh.position(corners[a]);
      fields.source[4 * c + a] = 3 * bx - by + r * u(x, y);
    }
  }
  EllipticSystem system(mesh, boundary);
  system.assemble(fields);
  KrylovSolver solver(system.matrix(), KrylovSolver::Symmetry::General, 1e-12);
  Vector solution(system.matrix()->getDomainMap(), 1);
  solver.solve(*system.rightHandSide(), solution);
  const auto nodal = system.nodalValues(solution);
  for (int node = 0; node < mesh.nodes(); ++node) {
    const auto [x, y] = mesh.position(node);
    EXPECT_NEAR(nodal[static_cast<std::size_t>(node)], u(x, y), 1e-10);
  }
}

TEST(EllipticSystem, RejectsWhatDoesNotFit) {
  const SquareMesh mesh(4);
  EllipticSystem system(mesh, mirrors());
  EXPECT_THROW(system.assemble(EllipticFields(SquareMesh(8))), std::invalid_argument);
  auto boundary = mirrors();
  boundary[Top].coefficient = -1;
  EXPECT_THROW(EllipticSystem(mesh, boundary), std::invalid_argument);
  EXPECT_THROW(SquareMesh(3), std::invalid_argument);
  EXPECT_THROW(SquareMesh(8, 0.0), std::invalid_argument);
}

TEST(KrylovSolver, ReachesItsToleranceInTheTrueResidual) {
  const SquareMesh mesh(32);
  for (const double velocity : {0.0, 50.0}) {
    EllipticSystem system(mesh, BoundaryConditions{});
    EllipticFields fields = randomFields(mesh);
    for (double& value : fields.velocityX) value = velocity;
    system.assemble(fields);
    for (const double tolerance : {1e-4, 1e-8, 1e-12}) {
      const auto symmetry =
          velocity == 0 ? KrylovSolver::Symmetry::Symmetric : KrylovSolver::Symmetry::General;
      KrylovSolver solver(system.matrix(), symmetry, tolerance);
      Vector x(system.matrix()->getDomainMap(), 1), residual(system.matrix()->getRangeMap(), 1);
      solver.solve(*system.rightHandSide(), x);
      system.matrix()->apply(x, residual);
      residual.update(1, *system.rightHandSide(), -1);
      EXPECT_LE(residual.getVector(0)->norm2(), tolerance * system.rightHandSide()->getVector(0)->norm2());
      EXPECT_GT(solver.iterations(), 0);
    }
  }
}

TEST(KrylovSolver, SaysHowFarItGotIfItFails) {
  // Mirrors all around and no absorption: no solution unless the source has no net strength.
  const SquareMesh mesh(16);
  EllipticSystem system(mesh, mirrors());
  EllipticFields fields(mesh);
  for (double& value : fields.source) value = 1;
  system.assemble(fields);
  KrylovSolver solver(system.matrix(), KrylovSolver::Symmetry::Symmetric, 1e-10);
  Vector x(system.matrix()->getDomainMap(), 1);
  EXPECT_THROW(solver.solve(*system.rightHandSide(), x), std::runtime_error);
}

TEST(LinearFunctional, IntegratesBilinearFieldsExactly) {
  const SquareMesh mesh(8, 2.0);
  std::vector<double> nodal;
  for (int node = 0; node < mesh.nodes(); ++node) {
    const auto [x, y] = mesh.position(node);
    nodal.push_back(1 + x - 2 * y + 3 * x * y);
  }
  EXPECT_NEAR(regionMean(mesh, 1, 0)(nodal), 1 + 1 - 2 + 3, 1e-14);
  EXPECT_NEAR(regionMean(mesh, 2, 1)(nodal), 1 + 1.5 - 2 * 0.5 + 3 * 1.5 * 0.5, 1e-14);
  EXPECT_NEAR(pointValue(mesh, 0.33, 1.71)(nodal), 1 + 0.33 - 2 * 1.71 + 3 * 0.33 * 1.71, 1e-14);
  EXPECT_NEAR(pointValue(mesh, 2, 2)(nodal), 1 + 2 - 4 + 12, 1e-14);
  // x = 2: integral over y of 3 + 4 y; y = 0: integral over x of 1 + x
  EXPECT_NEAR(boundaryIntegral(mesh, {Right}, 0.5)(nodal), 0.5 * (6 + 8), 1e-14);
  EXPECT_NEAR(boundaryIntegral(mesh, {Bottom, Right}, 1)(nodal), 4 + 14, 1e-13);
}

} // namespace
} // namespace terrace::pde
