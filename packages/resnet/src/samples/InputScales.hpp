#pragma once

#include <terrace/resnet/parameters/ParameterSpace.hpp>
#include <terrace/resnet/parameters/ParameterVector.hpp>
#include <terrace/resnet/samples/SampleSet.hpp>

#include <vector>

namespace terrace::resnet::detail {

/// How large the inputs are, where they are large: first states would saturate, an input much larger than the
/// others would decide alone, and lengths of steps would not fit the lift.
///
/// The scale of all inputs is the median of their root mean squares where that is above 10, else 1. An input
/// whose own is more than ten times the scale has that instead. From the first 2048 samples. Small inputs
/// have the scale 1: their weights must be large, which the regularisation sees. Collective; the same bits on
/// any number of ranks. \return one number for each input; none if all are 1.
std::vector<double> inputScales(const SampleSet& samples);

/// Divides a dense lift's weights by the scales of their inputs.
void divideLift(ParameterVector& x, const ParameterSpace& space, const std::vector<double>& scales);

} // namespace terrace::resnet::detail
