#pragma once

#include <terrace/resnet/network/Network.hpp>
#include <terrace/resnet/parameters/Device.hpp>
#include <terrace/resnet/samples/DataScaling.hpp>

#include <memory>
#include <vector>

namespace terrace::resnet::detail {

/// A network with fixed parameters as a function of its inputs: the kernels behind Surrogate, which says what
/// the functions do. The caller has checked all sizes.
class NetworkMap {
public:
  using Batch = Kokkos::View<double**, Kokkos::LayoutStride, Device>;
  using ConstBatch = Kokkos::View<const double**, Kokkos::LayoutStride, Device>;

  virtual ~NetworkMap() = default;
  virtual void apply(const ConstBatch& x, const Batch& y) = 0;
  virtual void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) = 0;
  virtual void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) = 0;
};

/// On the default execution space with states in \p Scalar (double or float).
template <class Scalar>
std::unique_ptr<NetworkMap> makeNetworkMap(const Network& network, const std::vector<double>& parameters,
                                           const DataScaling& inputs, const DataScaling& outputs);
template <>
std::unique_ptr<NetworkMap> makeNetworkMap<double>(const Network& network,
                                                   const std::vector<double>& parameters,
                                                   const DataScaling& inputs, const DataScaling& outputs);
template <>
std::unique_ptr<NetworkMap> makeNetworkMap<float>(const Network& network,
                                                  const std::vector<double>& parameters,
                                                  const DataScaling& inputs, const DataScaling& outputs);

} // namespace terrace::resnet::detail
