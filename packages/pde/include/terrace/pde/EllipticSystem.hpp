#pragma once

#include <terrace/pde/BoundaryCondition.hpp>
#include <terrace/pde/EllipticFields.hpp>
#include <terrace/pde/LinearFunctional.hpp>
#include <terrace/pde/SquareMesh.hpp>

#include <Teuchos_RCP.hpp>
#include <Tpetra_CrsMatrix_fwd.hpp>
#include <Tpetra_MultiVector_fwd.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace terrace::pde {

/// The finite-element equations of EllipticFields: bilinear elements, streamline-upwind Petrov-Galerkin
/// (SUPG) where there is a velocity, integrals exact for fields that are as EllipticFields says.
///
/// The weak form: find u with u = data on Dirichlet sides such that for all bilinear v that are 0 there
/// \f[ \int \kappa\nabla u\cdot\nabla v + (b\cdot\nabla u + r u - f)(v + \tau\, b\cdot\nabla v)
///     + \int_{Robin} (\alpha u - g) v = 0, \f]
/// \f[ \tau = \left[(2|b|/h)^2 + 9(4\kappa/h^2)^2 + r^2\right]^{-1/2} \f]
/// (Shakib, Hughes & Johan, Comput. Methods Appl. Mech. Engrg. 89, 1991). The Laplacian of a bilinear
/// function of a square cell is zero, so the stabilised residual lacks kappa times that of u: an error of
/// order h kappa / |b| where convection dominates. Dirichlet nodes are no unknowns, so without a velocity the
/// matrix is symmetric.
///
/// The matrix lives on this process alone (MPI_COMM_SELF): samples are what is distributed. Its graph is made
/// once; assemble() writes values only.
class EllipticSystem {
public:
  /// \throws std::invalid_argument if a Robin coefficient is negative or not finite.
  EllipticSystem(const SquareMesh& mesh, const BoundaryConditions& boundary);

  /// Fills matrix() and rightHandSide(). \param transposed  the matrix is the transposed one.
  /// \throws std::invalid_argument if a field does not have its length.
  void assemble(const EllipticFields& fields, bool transposed = false);

  /// The derivative of \p functional of the nodal values by the unknowns: a right-hand side of the transposed
  /// equations.
  void setLoad(const LinearFunctional& functional, Tpetra::MultiVector<>& load) const;

  /// The derivatives of a functional of the solution by the fields (the adjoint method).
  ///
  /// \param fields       as they were assembled.
  /// \param nodalValues  of the solution.
  /// \param adjoint      solution of the transposed equations with the load of the functional.
  EllipticFields derivative(const EllipticFields& fields, const std::vector<double>& nodalValues,
                            const Tpetra::MultiVector<>& adjoint) const;

  /// Unknowns x unknowns; its values change with each assemble().
  Teuchos::RCP<const Tpetra::CrsMatrix<>> matrix() const { return matrix_; }
  /// One column of as many entries as there are unknowns.
  Teuchos::RCP<const Tpetra::MultiVector<>> rightHandSide() const { return rightHandSide_; }

  /// Values at all nodes, Dirichlet data included, from a solution of the equations.
  std::vector<double> nodalValues(const Tpetra::MultiVector<>& solution) const;

  /// The mesh that it was made for.
  const SquareMesh& mesh() const { return mesh_; }

private:
  using ElementPlaces = std::array<int, 16>;

  int unknownOf(int node) const { return unknownOfNode_[static_cast<std::size_t>(node)]; }
  void numberUnknowns(const BoundaryConditions& boundary);
  void makeMatrix();
  void findPlaces();
  void addBoundary(const BoundaryConditions& boundary);

  SquareMesh mesh_;
  std::vector<int> unknownOfNode_;     ///< -1: Dirichlet
  std::vector<double> dirichletData_;  ///< one a node
  std::vector<ElementPlaces> places_;  ///< of each cell's matrix among the matrix's values; -1: not there
  std::vector<double> boundaryMatrix_; ///< Robin terms, as the matrix's values
  std::vector<double> boundaryLoad_;   ///< one an unknown
  Teuchos::RCP<Tpetra::CrsMatrix<>> matrix_;
  Teuchos::RCP<Tpetra::MultiVector<>> rightHandSide_;
};

} // namespace terrace::pde
