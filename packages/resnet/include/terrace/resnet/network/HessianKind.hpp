#pragma once

namespace terrace::resnet {

/// Exact Hessian, or Gauss-Newton \f$J^T H_\mathrm{loss} J\f$: without the network's curvature, positive
/// semidefinite.
enum class HessianKind { Exact, GaussNewton };

} // namespace terrace::resnet
