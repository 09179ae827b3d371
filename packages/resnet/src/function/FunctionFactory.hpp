#pragma once

#include "function/ChainFunction.hpp"
#include "plain/PlainFunction.hpp"

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// The function of a network on an execution space: the first implementation that supports it.
template <class Space, class Scalar>
std::unique_ptr<NetworkFunction> makeFunctionOn(const Network& network, const std::vector<double>& parameters,
                                                const DataScaling& inputs, const DataScaling& outputs) {
  if (ChainFunction<Space, Scalar>::supports(network))
    return std::make_unique<ChainFunction<Space, Scalar>>(network, parameters, inputs, outputs);
  return std::make_unique<PlainFunction>(network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
