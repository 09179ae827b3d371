#include <terrace/pde/EllipticSolver.hpp>
#include <terrace/pde/EllipticSystem.hpp>
#include <terrace/pde/KrylovSolver.hpp>

#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_MultiVector.hpp>

namespace terrace::pde {

struct EllipticSolver::Implementation {
  // The transposed equations, made when derivatives are asked for. Without a velocity they are the equations.
  struct Adjoint {
    EllipticSystem system;
    KrylovSolver krylov;

    Adjoint(const SquareMesh& mesh, const BoundaryConditions& boundary, double tolerance)
        : system(mesh, boundary), krylov(system.matrix(), KrylovSolver::Symmetry::General, tolerance) {}
  };

  BoundaryConditions boundary;
  bool convection;
  double tolerance;
  EllipticSystem system;
  KrylovSolver krylov;
  Tpetra::MultiVector<> solution;
  EllipticFields fields; ///< Of the last solve.
  std::unique_ptr<Adjoint> adjoint;

  Implementation(const SquareMesh& mesh, const BoundaryConditions& conditions, bool convects, double residual)
      : boundary(conditions), convection(convects), tolerance(residual), system(mesh, boundary),
        krylov(system.matrix(),
               convection ? KrylovSolver::Symmetry::General : KrylovSolver::Symmetry::Symmetric, tolerance),
        solution(system.matrix()->getDomainMap(), 1), fields(mesh) {}
};

EllipticSolver::EllipticSolver(const SquareMesh& mesh, const BoundaryConditions& boundary, bool convection,
                               double tolerance)
    : implementation_(new Implementation(mesh, boundary, convection, tolerance)) {}

EllipticSolver::~EllipticSolver() = default;
EllipticSolver::EllipticSolver(EllipticSolver&&) noexcept = default;

std::vector<double> EllipticSolver::solve(const EllipticFields& fields) {
  Implementation& self = *implementation_;
  self.fields = fields;
  self.system.assemble(fields);
  self.krylov.solve(*self.system.rightHandSide(), self.solution);
  return self.system.nodalValues(self.solution);
}

std::vector<EllipticFields> EllipticSolver::derivatives(const std::vector<LinearFunctional>& functionals) {
  Implementation& self = *implementation_;
  const auto& mesh = self.system.mesh();
  if (self.convection && !self.adjoint)
    self.adjoint = std::make_unique<Implementation::Adjoint>(mesh, self.boundary, self.tolerance);
  if (self.convection) self.adjoint->system.assemble(self.fields, true);
  KrylovSolver& krylov = self.convection ? self.adjoint->krylov : self.krylov;
  const auto nodalValues = self.system.nodalValues(self.solution);
  Tpetra::MultiVector<> load(self.solution.getMap(), 1), lambda(self.solution.getMap(), 1);
  std::vector<EllipticFields> derivatives;
  for (const auto& functional : functionals) {
    self.system.setLoad(functional, load);
    derivatives.empty() ? krylov.solve(load, lambda) : krylov.solveAgain(load, lambda);
    derivatives.push_back(self.system.derivative(self.fields, nodalValues, lambda));
  }
  return derivatives;
}

int EllipticSolver::iterations() const {
  return implementation_->krylov.iterations();
}

} // namespace terrace::pde
