#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <ROL_Vector.hpp>

namespace terrace {

/// How far a run of one of ROL's own algorithms has come, as far as it can be kept. ROL's secant, line search
/// and Krylov memory cannot be read; they start empty when the run is resumed.
template <class Real>
struct RolProgress {
  int iteration = 0;      ///< Of the whole run.
  Real radius = 0;        ///< Trust-region radius; 0 if there is none or it is not known.
  bool isResumed = false; ///< Whether a kept state was restored.

  /// \param iterate  stored as "iterate", for the caller of run() to restore.
  void visitState(StateArchive<Real>& archive, ROL::Vector<Real>* iterate = nullptr) {
    archive.visitNumber("iteration", iteration);
    archive.visitNumber("radius", radius);
    if (iterate != nullptr) archive.visit("iterate", *iterate);
    isResumed = archive.restores();
  }
};

} // namespace terrace
