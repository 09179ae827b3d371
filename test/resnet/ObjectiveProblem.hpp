#pragma once

#include "Problems.hpp"

#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

#include <cmath>

namespace terrace::resnet {

inline double tolerance = 0; ///< ROL's unused argument

/// A network with its space, samples and objective.
struct Problem {
  explicit Problem(const Network& net, int count = 9, bool labels = true,
                   const ObjectiveOptions& options = {}, double workOfOneSweep = 1.0)
      : network(net), data(reference::makeData(net, count, labels)),
        space(ROL::makePtr<ParameterSpace>(net, Tpetra::getDefaultComm())), work(ROL::makePtr<WorkCounter>()),
        made(makeObjective(space, reference::makeSamples(net, data), work, workOfOneSweep, options)),
        objective(*made) {}

  ROL::Ptr<ParameterVector> vector(const reference::Vector& values) const {
    auto x = space->createVector();
    space->assign(values, *x);
    return x;
  }
  ROL::Ptr<ParameterVector> point(unsigned seed = 3) const {
    return vector(reference::makeParameters(network, seed));
  }
  reference::Vector product(const ParameterVector& x, const ParameterVector& v) {
    auto hv = space->createDualVector();
    objective.hessVec(*hv, v, x, tolerance);
    return space->gatherToAll(*hv);
  }

  Network network;
  reference::Data data;
  ROL::Ptr<const ParameterSpace> space;
  ROL::Ptr<WorkCounter> work;
  ROL::Ptr<NetworkObjective> made;
  NetworkObjective& objective;
};

struct TaylorSlopes {
  double gradient; ///< 2 if the gradient is right.
  double hessian;  ///< 3 if the Hessian is right, too.
};

/// Slopes of the Taylor remainders of first and second order between \p step and half of it.
inline TaylorSlopes taylorSlopes(NetworkObjective& f, const Problem& problem, double step) {
  const auto x = problem.point(5), d = problem.point(6);
  auto g = problem.space->createDualVector(), hd = problem.space->createDualVector();
  const double f0 = f.value(*x, tolerance);
  f.gradient(*g, *x, tolerance);
  f.hessVec(*hd, *d, *x, tolerance);
  const double first = g->apply(*d), second = hd->apply(*d);
  const auto remainders = [&](double h) {
    auto moved = x->clone();
    moved->set(*x);
    moved->axpy(h, *d);
    const double remainder = f.value(*moved, tolerance) - f0 - h * first;
    return TaylorSlopes{std::abs(remainder), std::abs(remainder - h * h / 2 * second)};
  };
  const auto coarse = remainders(step), fine = remainders(step / 2);
  return {std::log2(coarse.gradient / fine.gradient), std::log2(coarse.hessian / fine.hessian)};
}

} // namespace terrace::resnet
