#pragma once

#include "parameters/Differences.hpp"

#include <terrace/resnet/samples/SampleSet.hpp>

#include <optional>

namespace terrace::resnet::detail {

/// Parameters and samples of the last Hessian product.
class Point {
public:
  /// False if \p theta and \p samples are the same as in the last call.
  bool moveTo(const ConstParameterView& theta, const SampleSet& samples) {
    if (samples_ && samples_->sameAs(samples) && differences(theta, theta_) == 0) return false;
    if (theta_.extent(0) == 0) theta_ = ParameterView("terrace::resnet::keptPoint", theta.extent(0));
    Kokkos::deep_copy(theta_, theta);
    samples_ = samples;
    return true;
  }

private:
  ParameterView theta_;
  std::optional<SampleSet> samples_;
};

} // namespace terrace::resnet::detail
