#pragma once

#include "Problems.hpp"

#include <terrace/resnet/objective/ResNetObjective.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>

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

} // namespace terrace::resnet
