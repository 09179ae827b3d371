// A function on nested meshes: rod INTERVALS LEVELS.
//
// The temperature u of a rod that heats itself, -u'' = 3 e^u with u(0) = u(1) = 0, minimises the integral of
// u'^2 / 2 - 3 e^u (locally). Each level has half the intervals of the one before.
#include <terrace/multilevel/hierarchy/CountedObjective.hpp>
#include <terrace/multilevel/rol/SolverFactory.hpp>

#include <ROL_StdObjective.hpp>
#include <ROL_StdVector.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Nodes = std::vector<double>; // values at the inner nodes

Nodes& nodes(ROL::Vector<double>& v) {
  return *dynamic_cast<ROL::StdVector<double>&>(v).getVector();
}
const Nodes& nodes(const ROL::Vector<double>& v) {
  return *dynamic_cast<const ROL::StdVector<double>&>(v).getVector();
}

// The value at node i of 0..n, with the zeros at the ends.
double at(const Nodes& u, std::size_t i) {
  return i == 0 || i == u.size() + 1 ? 0.0 : u[i - 1];
}

struct Energy : ROL::StdObjective<double> {
  double value(const Nodes& u, double&) override {
    const double h = 1.0 / static_cast<double>(u.size() + 1);
    double sum = 0;
    for (std::size_t i = 0; i <= u.size(); ++i)
      sum += std::pow((at(u, i + 1) - at(u, i)) / h, 2) / 2 - 3 * std::exp(at(u, i));
    return h * sum;
  }
  void gradient(Nodes& g, const Nodes& u, double&) override {
    const double h = 1.0 / static_cast<double>(u.size() + 1);
    for (std::size_t i = 1; i <= u.size(); ++i)
      g[i - 1] = (2 * at(u, i) - at(u, i - 1) - at(u, i + 1)) / h - 3 * h * std::exp(at(u, i));
  }
};

// Linear interpolation of steps, its transpose for gradients, every second node for iterates.
struct Interpolation : terrace::TransferOperator<double> {
  void prolong(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override {
    const Nodes& c = nodes(coarse);
    Nodes& f = nodes(fine);
    for (std::size_t i = 1; i <= f.size(); ++i)
      f[i - 1] = i % 2 == 0 ? at(c, i / 2) : (at(c, i / 2) + at(c, i / 2 + 1)) / 2;
  }
  void restrictDual(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override {
    Nodes& c = nodes(coarse);
    const Nodes& f = nodes(fine);
    for (std::size_t i = 1; i <= c.size(); ++i)
      c[i - 1] = at(f, 2 * i) + (at(f, 2 * i - 1) + at(f, 2 * i + 1)) / 2;
  }
  void project(ROL::Vector<double>& coarse, const ROL::Vector<double>& fine) const override {
    Nodes& c = nodes(coarse);
    for (std::size_t i = 1; i <= c.size(); ++i) c[i - 1] = at(nodes(fine), 2 * i);
  }
  // The vectors have the Euclidean inner product, so derivatives go up as steps do.
  void prolongDual(ROL::Vector<double>& fine, const ROL::Vector<double>& coarse) const override {
    prolong(fine, coarse);
  }
};

ROL::Ptr<terrace::LevelHierarchy<double>> makeHierarchy(int intervals, int levels) {
  const auto counter = ROL::makePtr<terrace::WorkCounter>();
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
  double work = 1;
  for (int l = 0; l < levels; ++l, intervals /= 2, work /= 2) {
    if (intervals < 2 || (l + 1 < levels && intervals % 2 != 0))
      throw std::invalid_argument("INTERVALS cannot be halved for so many LEVELS");
    terrace::Level<double> level;
    level.objective = ROL::makePtr<terrace::CountedObjective<double>>(ROL::makePtr<Energy>(), counter, work);
    level.vector = ROL::makePtr<ROL::StdVector<double>>(
        ROL::makePtr<Nodes>(static_cast<std::size_t>(intervals - 1), 0.0));
    level.work = work;
    if (l + 1 < levels) level.toCoarser = ROL::makePtr<Interpolation>();
    hierarchy->add(level);
  }
  return hierarchy;
}

void solve(int intervals, int levels) {
  const auto hierarchy = makeHierarchy(intervals, levels);
  const auto u = (*hierarchy)[0].vector->clone();
  u->zero();

  Teuchos::ParameterList parameters;
  parameters.sublist("Step").set("Type", "Multilevel Trust Region");
  parameters.sublist("Step").sublist("Multilevel Trust Region").set("Recursion", "Always");
  parameters.sublist("General").set("Output Level", 0);
  parameters.sublist("Status Test").set("Gradient Tolerance", 1e-6);
  const auto algorithm = terrace::makeAlgorithm(hierarchy, parameters);
  algorithm->run(*u, *(*hierarchy)[0].objective, std::cout);
  const bool converged = algorithm->getState()->gnorm <= 1e-6;
  std::printf("%d levels: %s, %.0f work units, hottest %.4f\n", levels,
              converged ? "converged" : "not converged", hierarchy->work()->units(),
              at(nodes(*u), static_cast<std::size_t>(intervals / 2)));
}

} // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("usage: rod INTERVALS LEVELS");
    solve(std::stoi(argv[1]), std::stoi(argv[2]));
  } catch (const std::exception& error) {
    std::cerr << "rod: " << error.what() << '\n';
    return 1;
  }
}
