#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// A network with fixed parameters as a function of its inputs: the kernels behind Surrogate, which says what
/// the functions do. The caller has checked all sizes.
class NetworkFunction {
public:
  virtual ~NetworkFunction() = default;
  virtual void apply(const ConstBatch& x, const Batch& y) = 0;
  virtual void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) = 0;
  virtual void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) = 0;
};

/// On the default execution space with states in \p Scalar (double or float).
template <class Scalar>
std::unique_ptr<NetworkFunction> makeFunction(const Network& network, const std::vector<double>& parameters,
                                              const DataScaling& inputs, const DataScaling& outputs);
template <>
std::unique_ptr<NetworkFunction> makeFunction<double>(const Network& network,
                                                      const std::vector<double>& parameters,
                                                      const DataScaling& inputs, const DataScaling& outputs);
template <>
std::unique_ptr<NetworkFunction> makeFunction<float>(const Network& network,
                                                     const std::vector<double>& parameters,
                                                     const DataScaling& inputs, const DataScaling& outputs);

/// The same, for states in \p scalar.
inline std::unique_ptr<NetworkFunction> makeFunction(const Network& network, SweepScalar scalar,
                                                     const std::vector<double>& parameters,
                                                     const DataScaling& inputs, const DataScaling& outputs) {
  return scalar == SweepScalar::Double ? makeFunction<double>(network, parameters, inputs, outputs)
                                       : makeFunction<float>(network, parameters, inputs, outputs);
}

} // namespace terrace::resnet::detail
