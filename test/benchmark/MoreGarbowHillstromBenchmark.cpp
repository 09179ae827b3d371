// The Moré-Garbow-Hillstrom problems: ours on one level (CompactSR1 with the exact subproblem solver) and in
// ROL's trust region, beside ROL's trust region with its own secants and its L-BFGS line search. Prints
// values/gradients evaluated; an asterisk: the value at the end is not a known optimum.
#include "../problems/MinimizationRun.hpp"

#include <Tpetra_Core.hpp>

#include <cmath>
#include <iomanip>
#include <iostream>

// Solves too few to be in the mean.
constexpr const char* notCompared = "ROL TR, L-SR1";

int main(int argc, char** argv) {
  Tpetra::ScopeGuard scope(&argc, &argv);
  const auto solvers = mgh::solvers();
  std::vector<int> solved(solvers.size());
  std::vector<double> logarithms(solvers.size());
  int common = 0;
  std::cout << "| problem |";
  for (const auto& solver : solvers) std::cout << ' ' << solver.name << " |";
  std::cout << "\n|---|";
  for (std::size_t s = 0; s < solvers.size(); ++s) std::cout << "---|";
  std::cout << '\n';
  for (const mgh::Problem& problem : mgh::problems()) {
    std::cout << "| " << problem.number << ' ' << problem.name << " |";
    std::vector<double> evaluations;
    for (std::size_t s = 0; s < solvers.size(); ++s) {
      const mgh::Run run = mgh::solve(problem, solvers[s]);
      std::cout << ' ' << (run.solved ? "" : "*") << run.values << '/' << run.gradients << " |";
      if (run.solved) ++solved[s];
      if (run.solved || solvers[s].name == notCompared)
        evaluations.push_back(static_cast<double>(run.values + run.gradients));
    }
    std::cout << std::endl;
    if (evaluations.size() != solvers.size()) continue;
    ++common;
    for (std::size_t s = 0; s < solvers.size(); ++s) logarithms[s] += std::log(evaluations[s]);
  }
  std::cout << "| solved of " << mgh::problems().size() << " |";
  for (const int count : solved) std::cout << ' ' << count << " |";
  std::cout << "\n| geometric mean of evaluations, " << common << " problems that all others solve |";
  for (std::size_t s = 0; s < solvers.size(); ++s) {
    std::cout << ' ';
    if (solvers[s].name != notCompared)
      std::cout << std::fixed << std::setprecision(1) << std::exp(logarithms[s] / common);
    std::cout << " |";
  }
  std::cout << '\n';
}
