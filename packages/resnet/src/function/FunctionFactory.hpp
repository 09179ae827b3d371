#pragma once

#include "function/ChainFunction.hpp"
#include "function/PlainFunction.hpp"
#include "network/Implementation.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

namespace terrace::resnet::detail {

using FunctionImplementation =
    Implementation<NetworkFunction, const std::vector<double>&, const DataScaling&, const DataScaling&>;

/// How the function of a network is computed on an execution space.
template <class Space, class Scalar>
const std::vector<FunctionImplementation>& functions() {
  static const std::vector<FunctionImplementation> list{
      FunctionImplementation::of<ChainFunction<Space, Scalar>>(),
      FunctionImplementation::of<PlainFunction>()};
  return list;
}

template <class Space, class Scalar>
std::unique_ptr<NetworkFunction> makeFunctionOn(const Network& network, const std::vector<double>& parameters,
                                                const DataScaling& inputs, const DataScaling& outputs) {
  if (network.samplesTogether() > 1)
    throw std::logic_error("The outputs of this network depend on other samples; expected that of "
                           "predictionNetwork().");
  return makeFirstSupported(functions<Space, Scalar>(), network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
