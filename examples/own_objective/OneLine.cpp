// The smallest program: minimises a function that is written on one line.
#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <ROL_StdObjective.hpp>
#include <ROL_StdVector.hpp>

#include <cmath>
#include <iostream>
#include <vector>

namespace {

struct Rosenbrock : ROL::StdObjective<double> {
  double value(const std::vector<double>& x, double&) override {
    return std::pow(1 - x[0], 2) + 100 * std::pow(x[1] - x[0] * x[0], 2);
  }
  void gradient(std::vector<double>& g, const std::vector<double>& x, double&) override {
    g[1] = 200 * (x[1] - x[0] * x[0]);
    g[0] = -2 * (1 - x[0]) - 2 * x[0] * g[1];
  }
};

} // namespace

int main() {
  const auto entries = ROL::makePtr<std::vector<double>>(std::vector<double>{-1.2, 1.0});
  const auto x = ROL::makePtr<ROL::StdVector<double>>(entries);

  terrace::Level<double> level;
  level.objective = ROL::makePtr<Rosenbrock>();
  level.vector = x->clone();
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(ROL::makePtr<terrace::WorkCounter>());
  hierarchy->add(level);

  Teuchos::ParameterList parameters;
  parameters.sublist("Step").set("Type", "Multilevel Trust Region");
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*x, *level.objective, std::cout);
  std::cout << "x = (" << (*entries)[0] << ", " << (*entries)[1] << ")\n";
}
