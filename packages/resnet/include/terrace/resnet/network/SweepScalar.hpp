#pragma once

namespace terrace::resnet {

/// The floating-point type of the states in a sweep over the samples. Parameters, losses and gradients are
/// double in both.
enum class SweepScalar { Double, Float };

} // namespace terrace::resnet
