#include "function/FunctionFactory.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<NetworkFunction> makeFunction<float>(const Network& network,
                                                     const std::vector<double>& parameters,
                                                     const DataScaling& inputs, const DataScaling& outputs) {
  return makeFunctionOn<DefaultExecution, float>(network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
