#pragma once

#include <ROL_Objective.hpp>

#include <cmath>
#include <limits>

namespace terrace {

/// The value of \p objective at \p x, which is no iterate: objectives that know (UpdateType::Temp) compute no
/// gradient for it.
template <class Real>
Real valueAlone(ROL::Objective<Real>& objective, const ROL::Vector<Real>& x) {
  Real tolerance = std::sqrt(std::numeric_limits<Real>::epsilon());
  objective.update(x, ROL::UpdateType::Temp);
  return objective.value(x, tolerance);
}

} // namespace terrace
