#pragma once

#include "plain/PlainNetwork.hpp"
#include "sweep/Sweep.hpp"

#include <vector>

namespace terrace::resnet::detail {

/// The sweep of any network in plain loops, on the host, one sample group at a time: slow, and easy to
/// believe. The kernels are compared with it, and it sweeps where no kernels know a network.
class PlainSweep final : public Sweep {
public:
  static bool supports(const Network&) { return true; }

  explicit PlainSweep(const Network& network, int chunkSamples = 0);

  SweepSums value(const ConstParameterView& theta, const SampleSet& samples) override;
  SweepSums valueAndGradient(const ConstParameterView& theta, const SampleSet& samples,
                             const CompensatedView& gradient, FactorMoments* moments = nullptr) override;
  void hessianProduct(const ConstParameterView& theta, const ConstParameterView& direction,
                      const SampleSet& samples, HessianKind kind, const CompensatedView& product) override;
  void sumStatistics(const ConstParameterView& theta, const SampleSet& samples,
                     const CompensatedView& sums) override;
  std::vector<double> outputs(const ConstParameterView& theta, const SampleSet& samples) override;

private:
  Network network_;
  PlainNetwork<double> plain_;
  PlainNetwork<Dual> dual_;
};

} // namespace terrace::resnet::detail
