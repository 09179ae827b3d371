#include "function/FunctionFactory.hpp"

namespace terrace::resnet::detail {

template <>
std::unique_ptr<NetworkFunction> makeFunction<double>(const Network& network,
                                                      const std::vector<double>& parameters,
                                                      const DataScaling& inputs, const DataScaling& outputs) {
  return makeFunctionOn<DefaultExecution, double>(network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
