// Cycles and work to a gradient norm of 1e-6 of the initial one on nested meshes, beside ROL's one-level
// trust-region Newton method with truncated conjugate gradients.
//
//   multilevel_mesh_benchmark [largest mesh, default 256] [name=value of Step > Multilevel Trust Region ...]
#include "../problems/MeshProblems.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>
#include <terrace/parameters/ParameterValidation.hpp>

#include <Tpetra_Core.hpp>

#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <vector>

namespace {

using Hierarchy = ROL::Ptr<terrace::LevelHierarchy<double>>;

struct Outcome {
  int cycles;
  double work;
  double reduction; // of the gradient's norm
};

double initialGradientNorm(const Hierarchy& hierarchy) {
  const auto x = (*hierarchy)[0].vector->clone();
  const auto g = x->dual().clone();
  x->zero();
  double tol = 0;
  (*hierarchy)[0].objective->update(*x, ROL::UpdateType::Initial);
  (*hierarchy)[0].objective->gradient(*g, *x, tol);
  return g->norm();
}

Outcome solve(const mesh::MeshProblem& problem, const mesh::Comm& comm, int intervals,
              Teuchos::ParameterList parameters) {
  const double initial = initialGradientNorm(problem.hierarchy(comm, intervals, intervals));
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-6 * initial);
  const Hierarchy hierarchy = problem.hierarchy(comm, intervals, 4);
  const auto x = (*hierarchy)[0].vector->clone();
  x->zero();
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *(*hierarchy)[0].objective);
  const auto state = algorithm->getState();
  return {state->iter, hierarchy->work()->units(), state->gnorm / initial};
}

Teuchos::ParameterList common() {
  Teuchos::ParameterList list(*terrace::solverDefaults());
  list.sublist("General").set("Output Level", 0);
  list.sublist("Status Test").set("Step Tolerance", 0.0).set("Iteration Limit", 200);
  return list;
}

Teuchos::ParameterList multilevel(int argc, char** argv) {
  auto list = common();
  auto& step = list.sublist("Step").sublist("Multilevel Trust Region");
  step.set("Smoother", "Newton")
      .set("Cycle", "W")
      .set("Recursion", "Always")
      .set("Criticality", 0.01)
      .set("Coarse Steps", 5)
      .set("Smoothing CG Iterations", 3)
      .set("Stagnation Window", 1);
  for (int i = 2; i < argc; ++i) {
    const std::string text = argv[i], name = text.substr(0, text.find('=')),
                      value = text.substr(name.size() + 1);
    if (step.isType<int>(name)) {
      step.set(name, std::atoi(value.c_str()));
    } else if (step.isType<double>(name)) {
      step.set(name, std::atof(value.c_str()));
    } else if (step.isType<bool>(name)) {
      step.set(name, value == "true");
    } else {
      step.set(name, value);
    }
  }
  return list;
}

Teuchos::ParameterList oneLevel() {
  auto list = common();
  list.sublist("Step").set("Type", "Trust Region");
  list.sublist("Step").sublist("Trust Region").set("Subproblem Solver", "Truncated CG");
  list.sublist("Step").sublist("Trust Region").set("Initial Radius", 1.0);
  list.sublist("General").sublist("Secant").set("Type", "Limited-Memory BFGS");
  list.sublist("General").sublist("Krylov").set("Iteration Limit", 50000);
  list.sublist("General").sublist("Krylov").set("Relative Tolerance", 1e-2);
  return list;
}

std::string row(const Outcome& o) {
  std::ostringstream text;
  text << o.cycles << " | " << std::fixed << std::setprecision(0) << o.work << " | " << std::scientific
       << std::setprecision(1) << o.reduction;
  return text.str();
}

} // namespace

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  const auto comm = Tpetra::getDefaultComm();
  const int largest = argc > 1 ? std::atoi(argv[1]) : 256;
  std::ostringstream silent;
  std::ostream& out = comm->getRank() == 0 ? std::cout : silent;
  out << "| problem | mesh | cycles | work | reduction | ROL: iterations | work | reduction | ratio of work "
         "|\n"
         "|---|---|---|---|---|---|---|---|---|\n";
  std::vector<mesh::MeshProblem> problems = mesh::meshProblems();
  for (const mesh::MeshProblem& problem : mesh::steepSurfaces()) problems.push_back(problem);
  for (const mesh::MeshProblem& problem : problems) {
    for (int n = 16; n <= largest; n *= 2) {
      const Outcome ours = solve(problem, comm, n, multilevel(argc, argv));
      const Outcome rol = solve(problem, comm, n, oneLevel());
      out << "| " << problem.name << " | " << n + 1 << "² | " << row(ours) << " | " << row(rol) << " | "
          << std::fixed << std::setprecision(1) << rol.work / ours.work << " |" << std::endl;
    }
  }
}
