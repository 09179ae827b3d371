#include <terrace/pde/EllipticSolver.hpp>
#include <terrace/pde/EllipticSystem.hpp>
#include <terrace/pde/KrylovSolver.hpp>

#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_MultiVector.hpp>

namespace terrace::pde {

struct EllipticSolver::Implementation {
  EllipticSystem system;
  KrylovSolver krylov;
  Tpetra::MultiVector<> solution;

  Implementation(const SquareMesh& mesh, const BoundaryConditions& boundary, bool convection,
                 double tolerance)
      : system(mesh, boundary),
        krylov(system.matrix(),
               convection ? KrylovSolver::Symmetry::General : KrylovSolver::Symmetry::Symmetric, tolerance),
        solution(system.matrix()->getDomainMap(), 1) {}
};

EllipticSolver::EllipticSolver(const SquareMesh& mesh, const BoundaryConditions& boundary, bool convection,
                               double tolerance)
    : implementation_(new Implementation(mesh, boundary, convection, tolerance)) {}

EllipticSolver::~EllipticSolver() = default;
EllipticSolver::EllipticSolver(EllipticSolver&&) noexcept = default;

std::vector<double> EllipticSolver::solve(const EllipticFields& fields) {
  Implementation& self = *implementation_;
  self.system.assemble(fields);
  self.krylov.solve(*self.system.rightHandSide(), self.solution);
  return self.system.nodalValues(self.solution);
}

int EllipticSolver::iterations() const {
  return implementation_->krylov.iterations();
}

} // namespace terrace::pde
