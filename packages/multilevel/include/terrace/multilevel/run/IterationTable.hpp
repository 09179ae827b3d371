#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion.hpp>

#include <ROL_Types.hpp>

#include <iomanip>
#include <limits>
#include <sstream>
#include <string>

namespace terrace {

/// Header of the table that both faces of the engine print, in ROL's manner.
inline std::string iterationTableHeader() {
  std::ostringstream text;
  text << "  " << std::left << std::setw(6) << "iter" << std::setw(15) << "value" << std::setw(15) << "gnorm"
       << std::setw(15) << "snorm" << std::setw(15) << "delta" << std::setw(12) << "ratio" << std::setw(8)
       << "levels"
       << "work\n";
  return text.str();
}

/// One row of it.
template <class Real>
std::string iterationTableRow(const IterationRecord<Real>& record) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(6) << record.cycle << std::scientific << std::setprecision(6)
       << std::setw(15) << record.value << std::setw(15) << record.gradientNorm << std::setw(15)
       << record.stepNorm << std::setw(15) << record.radius << std::setprecision(2) << std::setw(12)
       << record.ratio << std::setw(8)
       << std::to_string(record.level) + "-" + std::to_string(record.coarsestLevel) << std::fixed
       << record.work << '\n';
  return text.str();
}

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

/// Fills ROL's state from the engine's last cycle. A rejected cycle is no sign of convergence: its radius
/// stands in for the step norm, so that it ends the run only when the radius has collapsed. A cycle that had
/// no step left to try reports a step norm of 0, which ends the run. Steps on a batch say nothing of
/// convergence.
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
