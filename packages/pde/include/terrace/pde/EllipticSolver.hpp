#pragma once

#include <terrace/pde/BoundaryCondition.hpp>
#include <terrace/pde/EllipticFields.hpp>
#include <terrace/pde/LinearFunctional.hpp>
#include <terrace/pde/SquareMesh.hpp>

#include <memory>
#include <vector>

namespace terrace::pde {

/// Solves the equation of EllipticFields again and again on one mesh: EllipticSystem and KrylovSolver behind
/// a light header.
class EllipticSolver {
public:
  /// \param convection  whether fields may have a velocity.
  EllipticSolver(const SquareMesh& mesh, const BoundaryConditions& boundary, bool convection,
                 double tolerance);
  ~EllipticSolver();
  /// Takes the solver over; the other one may then only be destroyed.
  EllipticSolver(EllipticSolver&&) noexcept;

  /// Values of u at the nodes of the mesh.
  /// \throws std::runtime_error if the solver does not reach its tolerance.
  std::vector<double> solve(const EllipticFields& fields);

  /// The derivatives of functionals of the last solution by the fields of its solve: an adjoint solve for
  /// each functional, all with one factorisation. What the source's entry says belongs to the value at the
  /// corner. \throws std::runtime_error if the solver does not reach its tolerance.
  std::vector<EllipticFields> derivatives(const std::vector<LinearFunctional>& functionals);

  /// Iterations of the last solve.
  int iterations() const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

} // namespace terrace::pde
