#include <terrace/pde/KrylovSolver.hpp>

#include <Teuchos_ParameterList.hpp>
#include <Tpetra_CrsMatrix.hpp>
#include <Tpetra_MultiVector.hpp>

#include <BelosLinearProblem.hpp>
#include <BelosSolverFactory.hpp>
#include <BelosTpetraAdapter.hpp>
#include <Ifpack2_RILUK_decl.hpp>
#include <sstream>
#include <stdexcept>

namespace terrace::pde {
namespace {

using Matrix = Tpetra::CrsMatrix<>;
using Vector = Tpetra::MultiVector<>;
using Operator = Tpetra::Operator<>;
using RowMatrix = Tpetra::RowMatrix<>;
using Factorization = Ifpack2::RILUK<RowMatrix>;

constexpr int levelOfFill = 4; // the fastest of 0..4 on 64 x 64 cells and above
constexpr int mostIterations = 3000;
constexpr int basisSize = 100;     // of GMRES before a restart
constexpr int mostRefinements = 3; // solves for the true residual where the recursive one has drifted away

Teuchos::RCP<Teuchos::ParameterList> krylovParameters(bool symmetric, double tolerance) {
  const auto list = Teuchos::parameterList();
  list->set("Convergence Tolerance", tolerance);
  list->set("Maximum Iterations", mostIterations);
  list->set("Verbosity", 0);
  if (symmetric) {
    list->set("Residual Scaling", "Norm of RHS");
  } else {
    list->set("Num Blocks", basisSize);
    list->set("Maximum Restarts", mostIterations / basisSize);
    list->set("Implicit Residual Scaling", "Norm of RHS");
    list->set("Explicit Residual Scaling", "Norm of RHS");
  }
  return list;
}

} // namespace

struct KrylovSolver::Implementation {
  Teuchos::RCP<const Matrix> matrix;
  bool symmetric;
  double tolerance;
  Teuchos::RCP<Factorization> factors;
  Teuchos::RCP<Belos::SolverManager<double, Vector, Operator>> krylov;
  Vector residual;
  int iterations = 0;

  void iterate(const Vector& rightHandSide, Vector& x);
  double residualNorm(const Vector& rightHandSide, const Vector& x);
};

void KrylovSolver::Implementation::iterate(const Vector& rightHandSide, Vector& x) {
  const auto problem = Teuchos::rcp(new Belos::LinearProblem<double, Vector, Operator>(
      matrix, Teuchos::rcpFromRef(x), Teuchos::rcpFromRef(rightHandSide)));
  if (symmetric) {
    problem->setLeftPrec(factors);
  } else {
    problem->setRightPrec(factors); // GMRES then sees the true residual
  }
  problem->setProblem();
  krylov->setProblem(problem);
  try {
    krylov->solve();
  } catch (const Belos::BelosError&) {
    // A breakdown, such as a direction without curvature: the residual says what came of it.
  }
  iterations += krylov->getNumIters();
}

double KrylovSolver::Implementation::residualNorm(const Vector& rightHandSide, const Vector& x) {
  matrix->apply(x, residual);
  residual.update(1, rightHandSide, -1);
  return residual.getVector(0)->norm2();
}

KrylovSolver::KrylovSolver(const Teuchos::RCP<const Matrix>& matrix, Symmetry symmetry, double tolerance) {
  const bool symmetric = symmetry == Symmetry::Symmetric;
  const auto factors = Teuchos::rcp(new Factorization(Teuchos::RCP<const RowMatrix>(matrix)));
  Teuchos::ParameterList fill;
  fill.set("fact: iluk level-of-fill", levelOfFill);
  // Numeric factorisation by Kokkos Kernels: a sixth of the time of Ifpack2's own.
  fill.set("fact: type", "KSPILUK");
  factors->setParameters(fill);
  factors->initialize();
  Belos::SolverFactory<double, Vector, Operator> factory;
  const auto krylov = factory.create(symmetric ? "Pseudoblock CG" : "Pseudoblock GMRES",
                                     krylovParameters(symmetric, tolerance));
  implementation_.reset(
      new Implementation{matrix, symmetric, tolerance, factors, krylov, Vector(matrix->getRangeMap(), 1)});
}

KrylovSolver::~KrylovSolver() = default;

void KrylovSolver::solve(const Vector& rightHandSide, Vector& x) {
  if (rightHandSide.getVector(0)->norm2() > 0) implementation_->factors->compute();
  solveAgain(rightHandSide, x);
}

void KrylovSolver::solveAgain(const Vector& rightHandSide, Vector& x) {
  Implementation& self = *implementation_;
  x.putScalar(0);
  self.iterations = 0;
  const double scale = rightHandSide.getVector(0)->norm2();
  if (scale == 0) return;
  double reached = 1;
  for (int attempt = 0; attempt < mostRefinements; ++attempt) {
    self.iterate(rightHandSide, x);
    reached = self.residualNorm(rightHandSide, x) / scale;
    if (reached <= self.tolerance) return;
  }
  std::ostringstream message;
  message << "The linear solver stopped at a relative residual of " << reached << " after " << self.iterations
          << " iterations; expected " << self.tolerance << ".";
  throw std::runtime_error(message.str());
}

int KrylovSolver::iterations() const {
  return implementation_->iterations;
}

} // namespace terrace::pde
