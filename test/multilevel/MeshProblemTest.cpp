#include "../problems/MeshProblems.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>

#include <Teuchos_DefaultMpiComm.hpp>
#include <Tpetra_Core.hpp>

#include <gtest/gtest.h>

#include <cctype>
#include <cmath>

using namespace mesh;

namespace {

// Smooth fields that vanish on the boundary.
ROL::Ptr<ROL::Vector<double>> smooth(const Grid& grid, const ROL::Vector<double>& prototype, int frequency) {
  const auto v = prototype.clone();
  const auto entries = ROL::dynamicPtrCast<MeshVector>(v)->getVector();
  for (std::size_t column = 0; column < entries->getNumVectors(); ++column) {
    const auto values = entries->getDataNonConst(column);
    const double k = M_PI * (frequency + static_cast<int>(column)) * grid.width();
    for (int j = grid.firstRow(); j < grid.endRow(); ++j)
      for (int i = 1; i < grid.intervals(); ++i)
        values[static_cast<Teuchos::Ordinal>(grid.local(j, i))] =
            std::sin(k * i) * std::sin(M_PI * grid.width() * j);
  }
  return v;
}

struct Outcome {
  int cycles;
  double value, work, reduction;
};

Outcome solve(const MeshProblem& problem, const Comm& comm, int intervals) {
  Teuchos::ParameterList parameters(*terrace::solverDefaults());
  parameters.sublist("General").set("Output Level", 0);
  parameters.sublist("Step")
      .sublist("Multilevel Trust Region")
      .set("Smoother", "Newton")
      .set("Cycle", "W")
      .set("Recursion", "Always")
      .set("Criticality", 0.01)
      .set("Coarse Steps", 5)
      .set("Stagnation Window", 1);
  const auto hierarchy = problem.hierarchy(comm, intervals, 4);
  const auto x = (*hierarchy)[0].vector->clone(), g = x->dual().clone();
  double tol = 0;
  problem.hierarchy(comm, intervals, intervals)->operator[](0).objective->gradient(*g, *x, tol);
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-6 * g->norm()).set("Step Tolerance", 0.0);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  const auto state = algorithm->getState();
  return {state->iter, state->value, hierarchy->work()->units(), state->gnorm / g->norm()};
}

struct Problems : ::testing::TestWithParam<MeshProblem> {};

} // namespace

// Remainders of the Taylor series along random-like directions: slopes 2 with the gradient, 3 with the
// Hessian.
TEST_P(Problems, DerivativesHaveTheTaylorSlopes) {
  const auto grid = ROL::makePtr<const Grid>(Tpetra::getDefaultComm(), 8);
  const auto objective = GetParam().objectiveOn(grid);
  const auto prototype = makeVector(*grid, GetParam().metric(*grid));
  const auto x = smooth(*grid, *prototype, 1), moved = x->clone(), g = x->dual().clone(), hv = g->clone();
  double tol = 0;
  const double value = objective->value(*x, tol);
  objective->gradient(*g, *x, tol);
  for (const int frequency : {2, 5}) {
    const auto v = smooth(*grid, *prototype, frequency);
    objective->hessVec(*hv, *v, *x, tol);
    std::vector<double> first, second;
    for (const double t : {1e-1, 1e-2}) {
      moved->set(*x);
      moved->axpy(t, *v);
      const double linear = objective->value(*moved, tol) - value - t * v->apply(*g);
      first.push_back(std::abs(linear));
      second.push_back(std::abs(linear - 0.5 * t * t * v->apply(*hv)));
    }
    EXPECT_NEAR(std::log10(first[0] / first[1]), 2.0, 0.3);
    EXPECT_GT(std::log10(second[0] / second[1]), 2.7);
  }
}

TEST_P(Problems, TheHessianIsSymmetric) {
  const auto grid = ROL::makePtr<const Grid>(Tpetra::getDefaultComm(), 8);
  const auto objective = GetParam().objectiveOn(grid);
  const auto prototype = makeVector(*grid, GetParam().metric(*grid));
  const auto x = smooth(*grid, *prototype, 1), a = smooth(*grid, *prototype, 3),
             b = smooth(*grid, *prototype, 4);
  a->axpy(0.5, *b);
  const auto ha = x->dual().clone(), hb = x->dual().clone();
  double tol = 0;
  objective->hessVec(*ha, *a, *x, tol);
  objective->hessVec(*hb, *b, *x, tol);
  EXPECT_NEAR(a->apply(*hb), b->apply(*ha), 1e-12 * std::abs(a->apply(*hb)));
}

TEST_P(Problems, TheNumberOfCyclesDoesNotGrowWithTheMesh) {
  const auto comm = Tpetra::getDefaultComm();
  const Outcome coarse = solve(GetParam(), comm, 16), fine = solve(GetParam(), comm, 64);
  EXPECT_LE(coarse.reduction, 1e-6);
  EXPECT_LE(fine.reduction, 1e-6);
  EXPECT_LE(fine.cycles, coarse.cycles + 2);
  EXPECT_LE(fine.work, 160);
}

// The run of all ranks together beside that of each rank alone.
TEST_P(Problems, CyclesDoNotDependOnTheNumberOfRanks) {
  const Comm self = ROL::makePtr<const Teuchos::MpiComm<int>>(MPI_COMM_SELF);
  const Outcome alone = solve(GetParam(), self, 32),
                together = solve(GetParam(), Tpetra::getDefaultComm(), 32);
  EXPECT_EQ(alone.cycles, together.cycles);
  EXPECT_NEAR(alone.value, together.value, 1e-12 * std::max(1.0, std::abs(alone.value)));
  // Steps at the level of rounding errors on the coarsest mesh may differ.
  EXPECT_NEAR(alone.work, together.work, 1e-2 * alone.work);
}

TEST(SteepSurface, NeedsLessThanHalfTheCyclesWithAPreconditioner) {
  const auto comm = Tpetra::getDefaultComm();
  const Outcome plain = solve(steepSurfaces()[0], comm, 64), jacobi = solve(steepSurfaces()[1], comm, 64);
  EXPECT_LE(plain.reduction, 1e-6);
  EXPECT_LE(jacobi.reduction, 1e-6);
  EXPECT_LT(2 * jacobi.cycles, plain.cycles);
  EXPECT_NEAR(jacobi.value, plain.value, 1e-8);
}

// At u = 3 s, gamma = 0 with s = sin(pi x) sin(pi y), along the direction that leaves f as it is: -laplace s
// + u dgamma = 0.
TEST(OptimalControl, IsNotConvex) {
  const auto grid = ROL::makePtr<const Grid>(Tpetra::getDefaultComm(), 16);
  OptimalControl objective(grid);
  const auto x = smooth(*grid, *makeVector(*grid, controlMetric(*grid)), 1), v = x->clone(),
             hv = x->dual().clone();
  const auto entries = [](const ROL::Ptr<ROL::Vector<double>>& vector, std::size_t column) {
    return ROL::dynamicPtrCast<MeshVector>(vector)->getVector()->getVectorNonConst(column);
  };
  v->set(*x);
  x->scale(3);
  entries(x, 1)->putScalar(0);
  entries(v, 1)->putScalar(-2 * M_PI * M_PI / 3);
  double tol = 0;
  objective.hessVec(*hv, *v, *x, tol);
  EXPECT_LT(v->apply(*hv), -10);
  x->zero(); // where the product gamma u is negligible, the curvature is that of the squares
  objective.hessVec(*hv, *v, *x, tol);
  EXPECT_GT(v->apply(*hv), 10);
}

INSTANTIATE_TEST_SUITE_P(Mesh, Problems, ::testing::ValuesIn(meshProblems()),
                         [](const ::testing::TestParamInfo<MeshProblem>& problem) {
                           std::string name;
                           for (const char c : problem.param.name)
                             if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
                           return name;
                         });
