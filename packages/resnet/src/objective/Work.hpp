#pragma once

namespace terrace::resnet::detail {

/// Work of what an objective does, relative to a value-and-gradient sweep: see ResNetObjective.
constexpr double forwardWork = 1.0 / 3.0;
constexpr double exactHessianWork = 8.0 / 3.0;
constexpr double gaussNewtonWork = 5.0 / 3.0;

} // namespace terrace::resnet::detail
