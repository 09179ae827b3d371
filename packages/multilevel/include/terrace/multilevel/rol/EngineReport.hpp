#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>

#include <ROL_Types.hpp>

#include <iomanip>
#include <limits>
#include <sstream>
#include <string>

namespace terrace {

/// Evaluations by level and kind, printed after a run at Output Level 2.
template <class Real>
std::string evaluationTable(const MultilevelTrustRegion<Real>& engine) {
  std::ostringstream text;
  text << "Evaluations:\n  " << std::left << std::setw(8) << "level" << std::setw(12) << "values"
       << std::setw(12) << "gradients" << std::setw(18) << "Hessian products"
       << "failures\n";
  for (int level = 0; level < engine.levels(); ++level) {
    const EvaluationCounts& counts = engine.counts(level);
    text << "  " << std::setw(8) << level << std::setw(12) << counts.values << std::setw(12)
         << counts.gradients << std::setw(18) << counts.hessianProducts << counts.failures << '\n';
  }
  return text.str();
}

/// Fills ROL's state from the engine's last iteration.
///
/// ROL ends a run at a small step norm. After a rejected cycle, which is no sign of convergence, it gets the
/// radius instead: small only where the radius has collapsed. A cycle that had no step left to try gets 0,
/// which ends the run. Steps on a batch say nothing of convergence; they get the largest number.
template <class Real>
void copyRecord(ROL::AlgorithmState<Real>& state, const MultilevelTrustRegion<Real>& engine) {
  const IterationRecord<Real>& record = engine.record();
  state.value = engine.value();
  state.gnorm = engine.gradientNorm();
  state.snorm = record.accepted ? record.stepNorm : record.radius;
  if (state.iter == 0 || engine.wasOnBatch()) state.snorm = std::numeric_limits<Real>::max();
  if (state.iter > 0 && (engine.idle() || engine.atPrecisionFloor())) state.snorm = Real(0);
  state.nfval = static_cast<int>(engine.counts(0).values);
  state.ngrad = static_cast<int>(engine.counts(0).gradients);
  if (state.iterateVec == ROL::nullPtr) state.iterateVec = engine.iterateVector().clone();
  state.iterateVec->set(engine.iterateVector());
}

} // namespace terrace
