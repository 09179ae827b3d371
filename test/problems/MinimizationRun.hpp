#pragma once

#include "MoreGarbowHillstrom.hpp"

#include <terrace/multilevel/rol/SolverFactory.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>

#include <cmath>

namespace mgh {

/// A solver of the comparison: a name and the deck's lists.
struct Solver {
  std::string name;
  Teuchos::ParameterList parameters;
};

struct Run {
  bool solved; ///< Near one of the known optima (1e-6 relative, 1e-8 absolute).
  double value;
  long values, gradients;
};

/// Ours twice (one level), then ROL's.
inline std::vector<Solver> solvers() {
  Teuchos::ParameterList common(*terrace::solverDefaults());
  common.sublist("General").set("Output Level", 0);
  common.sublist("General").sublist("Secant").set("Maximum Storage", 20);
  common.sublist("Status Test")
      .set("Gradient Tolerance", 1e-8)
      .set("Step Tolerance", 1e-16)
      .set("Iteration Limit", 2000);
  common.sublist("Step")
      .sublist("Trust Region")
      .set("Initial Radius", 1.0)
      .set("Subproblem Solver", "Truncated CG");
  // Solutions may be a million away.
  common.sublist("Step").sublist("Multilevel Trust Region").set("Maximum Radius", 1e8);
  std::vector<Solver> result = {{"ours", common}, {"ours, fixed scaling", common}};
  result[1]
      .parameters.sublist("General")
      .sublist("Secant")
      .set("Initial Scaling", "Fixed")
      .set("Fixed Scaling", 1.0);
  const auto add = [&](const std::string& name, const std::string& step, const std::string& secant) {
    Solver solver = {name, common};
    solver.parameters.sublist("Step").set("Type", step);
    auto& list = solver.parameters.sublist("General").sublist("Secant");
    list.set("Type", secant).set("Use as Hessian", step == "Trust Region");
    if (step == "Line Search") {
      solver.parameters.sublist("Step")
          .sublist("Line Search")
          .sublist("Descent Method")
          .set("Type", "Quasi-Newton Method");
    }
    result.push_back(solver);
  };
  add("ROL TR, CompactSR1", "Trust Region", "Compact SR1");
  add("ROL TR, L-SR1", "Trust Region", "Limited-Memory SR1");
  add("ROL TR, L-BFGS", "Trust Region", "Limited-Memory BFGS");
  add("ROL line search, L-BFGS", "Line Search", "Limited-Memory BFGS");
  return result;
}

inline Run solve(const Problem& problem, Solver solver) {
  const auto objective = ROL::makePtr<SumOfSquares>(problem);
  const auto x = ROL::makePtr<ROL::StdVector<double>>(ROL::makePtr<Values>(problem.start));
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  terrace::Level<double> level;
  level.objective = objective;
  level.vector = x;
  hierarchy->add(level);
  try {
    terrace::makeAlgorithm(hierarchy, solver.parameters)->run(*x, *objective);
  } catch (const std::exception&) { // a failed line search, for one
  }
  Run run = {false, 0, objective->values, objective->gradients};
  double tol = 0;
  run.value = objective->value(*x, tol);
  for (const double optimum : problem.optima)
    run.solved = run.solved || std::abs(run.value - optimum) <= 1e-6 * std::max(std::abs(optimum), 1e-2);
  return run;
}

} // namespace mgh
