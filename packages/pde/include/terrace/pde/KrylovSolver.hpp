#pragma once

#include <Teuchos_RCP.hpp>
#include <Tpetra_CrsMatrix_fwd.hpp>
#include <Tpetra_MultiVector_fwd.hpp>

#include <memory>

namespace terrace::pde {

/// Belos' conjugate gradients (symmetric) or GMRES with Ifpack2's incomplete factorisation ILU(k), for a
/// matrix whose values change while its graph stays: the symbolic factorisation is made once.
class KrylovSolver {
public:
  /// Of the matrix: conjugate gradients need Symmetric, and a positive definite one; General is GMRES.
  enum class Symmetry { Symmetric, General };

  /// \param tolerance  of ||b - A x|| / ||b||, computed from x at the end of a solve and not from a
  /// recursion.
  KrylovSolver(const Teuchos::RCP<const Tpetra::CrsMatrix<>>& matrix, Symmetry symmetry, double tolerance);
  ~KrylovSolver();

  /// Factorises the present values of the matrix and solves from x = 0, so that the result does not depend on
  /// earlier solves.
  /// \throws std::runtime_error if the tolerance is not reached; it names the residual that is.
  void solve(const Tpetra::MultiVector<>& rightHandSide, Tpetra::MultiVector<>& x);

  /// The same with the factorisation of the last solve(): the matrix has not changed since.
  void solveAgain(const Tpetra::MultiVector<>& rightHandSide, Tpetra::MultiVector<>& x);

  /// Iterations of the last solve.
  int iterations() const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

} // namespace terrace::pde
