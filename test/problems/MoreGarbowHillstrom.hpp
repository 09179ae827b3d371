#pragma once

#include "Dual.hpp"

#include <ROL_Objective.hpp>
#include <ROL_StdVector.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace mgh {

using Values = std::vector<double>;
using Duals = std::vector<Dual>;

/// A least-squares problem of Moré, Garbow & Hillstrom (ACM Trans. Math. Softw. 7, 1981): f = sum of
/// r_i(x)^2.
struct Problem {
  int number; ///< In their section 3.
  std::string name;
  Values start;
  /// Values of f at the known minimisers; the first is the global one.
  std::vector<double> optima;
  std::function<Duals(const Duals&)> residuals;
};

/// f with its exact gradient, the residuals' derivatives by forward differentiation. Calls are counted.
class SumOfSquares : public ROL::Objective<double> {
public:
  explicit SumOfSquares(const Problem& problem) : residuals_(problem.residuals) {}

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    ++values;
    double sum = 0;
    for (const Dual& r : at(x)) sum += r.value * r.value;
    return sum;
  }
  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    ++gradients;
    g.zero();
    Values& out = *dynamic_cast<ROL::StdVector<double>&>(g).getVector();
    for (const Dual& r : at(x))
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += 2 * r.value * r.derivative(i);
  }

  long values = 0, gradients = 0;

private:
  Duals at(const ROL::Vector<double>& x) const {
    const Values& entries = *dynamic_cast<const ROL::StdVector<double>&>(x).getVector();
    Duals variables;
    for (std::size_t i = 0; i < entries.size(); ++i)
      variables.push_back(Dual::variable(entries[i], i, entries.size()));
    return residuals_(variables);
  }

  std::function<Duals(const Duals&)> residuals_;
};

/// The problems of the set that are implemented, with standard starts.
std::vector<Problem> problems();

} // namespace mgh
