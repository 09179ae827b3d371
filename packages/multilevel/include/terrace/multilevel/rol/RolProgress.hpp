#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Vector.hpp>

namespace terrace {

/// How far a run of one of ROL's own algorithms has come: what can be kept of it. Its secant, line search and
/// Krylov memory cannot be had; they start empty when the run goes on.
template <class Real>
struct RolProgress {
  int iteration = 0;   ///< of the whole run
  Real radius = 0;     ///< trust-region radius; 0: not known, or none
  bool goesOn = false; ///< whether a kept state was restored

  /// \param iterate  stored as "iterate", for the caller of run() to restore.
  void visitState(StateArchive<Real>& archive, ROL::Vector<Real>* iterate = nullptr) {
    archive.visitNumber("iteration", iteration);
    archive.visitNumber("radius", radius);
    if (iterate != nullptr) archive.visit("iterate", *iterate);
    goesOn = archive.restores();
  }
};

} // namespace terrace
