#pragma once

#include "function/NetworkFunction.hpp"
#include "plain/PlainNetwork.hpp"

namespace terrace::resnet::detail {

/// The function of any network in plain loops, on the host: the last of the list, as PlainSweep.
class PlainFunction final : public NetworkFunction {
public:
  static bool supports(const Network&) { return true; }

  PlainFunction(const Network& network, const std::vector<double>& parameters, const DataScaling& inputs,
                const DataScaling& outputs);

  void apply(const ConstBatch& x, const Batch& y) override;
  void applyJacobian(const ConstBatch& x, const ConstBatch& v, const Batch& jv) override;
  void applyAdjointJacobian(const ConstBatch& x, const ConstBatch& u, const Batch& jtu) override;

private:
  std::vector<double> parameters_;
  std::vector<Dual> dualParameters_;
  DataScaling inputs_;
  DataScaling outputs_;
  PlainNetwork<double> plain_;
  PlainNetwork<Dual> dual_;
};

} // namespace terrace::resnet::detail
