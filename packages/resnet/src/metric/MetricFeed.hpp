#pragma once

#include "metric/FactorMoments.hpp"

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <ROL_Ptr.hpp>

#include <utility>

namespace terrace::resnet::detail {

/// What an objective and its metric share.
struct MetricFeed {
  MetricFeed(ROL::Ptr<const ParameterSpace> parameters, SampleSet samples, ROL::Ptr<WorkCounter> work,
             double workOfOneSample)
      : space(std::move(parameters)), moments(space->layout()), pool(std::move(samples)),
        counter(std::move(work)), workOfSample(workOfOneSample) {}

  ROL::Ptr<const ParameterSpace> space;
  FactorMoments moments;
  bool wanted = false;      ///< The metric: the next sweep is to gather.
  long gatheredSamples = 0; ///< The objective: samples of the sweep that did; 0 if none has since.
  SampleSet pool;           ///< All samples.
  ROL::Ptr<WorkCounter> counter;
  double workOfSample; ///< Work units of a value and gradient for one sample.

  /// Work units of floating-point operations.
  double workOf(double flops) const { return workOfSample * flops / space->network().flopsPerSample(); }
  /// Adds work that is not a sweep's.
  void charge(double flops) const { counter->addOther(workOf(flops)); }
};

} // namespace terrace::resnet::detail
