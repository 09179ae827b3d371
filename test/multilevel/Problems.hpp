#pragma once

#include "StdVectors.hpp"

#include <terrace/multilevel/hierarchy/CountedObjective.hpp>
#include <terrace/multilevel/hierarchy/IdentityTransfer.hpp>
#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/rol/SolverParameters.hpp>

#include <ROL_Objective.hpp>
#include <Teuchos_ParameterList.hpp>

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace terrace_test {

using Values = std::vector<double>;

/// An objective made of residuals r_i(x) and their derivatives: sum r_i^2 (Moré, Garbow & Hillstrom, ACM TOMS
/// 7, 1981).
struct SumOfSquares : ROL::Objective<double> {
  struct Residual {
    double value;
    Values gradient;
  };
  using Residuals = std::function<std::vector<Residual>(const Values&)>;

  explicit SumOfSquares(Residuals function) : residuals(std::move(function)) {}

  double value(const ROL::Vector<double>& x, double& /*tol*/) override {
    double sum = 0;
    for (const Residual& r : residuals(entries(x))) sum += r.value * r.value;
    return sum;
  }

  void gradient(ROL::Vector<double>& g, const ROL::Vector<double>& x, double& /*tol*/) override {
    g.zero();
    Values& out = *dynamic_cast<StdVector&>(g).getVector();
    for (const Residual& r : residuals(entries(x)))
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += 2 * r.value * r.gradient[i];
  }

  static const Values& entries(const ROL::Vector<double>& x) {
    return *dynamic_cast<const StdVector&>(x).getVector();
  }

  Residuals residuals;
};

/// A problem with its standard start and optimal value.
struct Problem {
  std::string name;
  Values start;
  double optimum;
  SumOfSquares::Residuals residuals;

  ROL::Ptr<ROL::Objective<double>> objective() const { return ROL::makePtr<SumOfSquares>(residuals); }
};

inline std::vector<Problem> standardProblems() {
  const auto rosenbrock = [](const Values& x) {
    return std::vector<SumOfSquares::Residual>{{10 * (x[1] - x[0] * x[0]), {-20 * x[0], 10}},
                                               {1 - x[0], {-1, 0}}};
  };
  const auto powellSingular = [](const Values& x) {
    const double a = x[1] - 2 * x[2], b = x[0] - x[3], r5 = std::sqrt(5.0), r10 = std::sqrt(10.0);
    return std::vector<SumOfSquares::Residual>{{x[0] + 10 * x[1], {1, 10, 0, 0}},
                                               {r5 * (x[2] - x[3]), {0, 0, r5, -r5}},
                                               {a * a, {0, 2 * a, -4 * a, 0}},
                                               {r10 * b * b, {2 * r10 * b, 0, 0, -2 * r10 * b}}};
  };
  const auto beale = [](const Values& x) {
    std::vector<SumOfSquares::Residual> r;
    const double y[3] = {1.5, 2.25, 2.625};
    for (int i = 1; i <= 3; ++i)
      r.push_back({y[i - 1] - x[0] * (1 - std::pow(x[1], i)),
                   {-(1 - std::pow(x[1], i)), x[0] * i * std::pow(x[1], i - 1)}});
    return r;
  };
  const auto brownBadlyScaled = [](const Values& x) {
    return std::vector<SumOfSquares::Residual>{
        {x[0] - 1e6, {1, 0}}, {x[1] - 2e-6, {0, 1}}, {x[0] * x[1] - 2, {x[1], x[0]}}};
  };
  return {{"Rosenbrock", {-1.2, 1}, 0, rosenbrock},
          {"Powell singular", {3, -1, 0, 1}, 0, powellSingular},
          {"Beale", {1, 1}, 0, beale},
          {"Brown badly scaled", {1, 1}, 0, brownBadlyScaled}};
}

/// Levels that share one space, the coarse objectives scaled and shifted so that they differ from the fine
/// one.
inline ROL::Ptr<terrace::LevelHierarchy<double>>
artificialHierarchy(const std::vector<ROL::Ptr<ROL::Objective<double>>>& objectives, int dimension) {
  const auto counter = ROL::makePtr<terrace::WorkCounter>();
  const auto hierarchy = ROL::makePtr<terrace::LevelHierarchy<double>>(counter);
  double work = 1;
  for (const auto& objective : objectives) {
    terrace::Level<double> level;
    level.objective = ROL::makePtr<terrace::CountedObjective<double>>(objective, counter, work);
    level.vector = makeVector(dimension);
    level.toCoarser = ROL::makePtr<terrace::IdentityTransfer<double>>();
    level.work = work;
    hierarchy->add(level);
    work /= 4;
  }
  return hierarchy;
}

/// The solver's lists with our defaults, quiet.
inline Teuchos::ParameterList solverParameters() {
  Teuchos::ParameterList list(*terrace::solverDefaults());
  list.sublist("General").set("Output Level", 0);
  return list;
}

} // namespace terrace_test
