#pragma once

#include <ROL_Types.hpp>

#include <string>

namespace terrace {

/// Why ROL's status test ended a run, in a few words. Our own tests give SolverContext::stopReason.
inline std::string exitReason(ROL::EExitStatus status) {
  switch (status) {
  case ROL::EXITSTATUS_CONVERGED:
    return "Gradient Tolerance reached";
  case ROL::EXITSTATUS_MAXITER:
    return "Iteration Limit reached";
  case ROL::EXITSTATUS_STEPTOL:
    return "Step Tolerance reached";
  case ROL::EXITSTATUS_NAN:
    return "A value is not finite";
  default:
    return "Stopped";
  }
}

} // namespace terrace
