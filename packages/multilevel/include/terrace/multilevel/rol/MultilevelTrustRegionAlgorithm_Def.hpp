#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion_Def.hpp>
#include <terrace/multilevel/rol/EngineReport.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionAlgorithm.hpp>
#include <terrace/multilevel/run/IterationTable.hpp>

namespace terrace {

template <class Real>
void MultilevelTrustRegionAlgorithm<Real>::run(ROL::Vector<Real>& x, const ROL::Vector<Real>& g,
                                               ROL::Objective<Real>& objective, std::ostream& out) {
  auto& state = *this->state_;
  state.reset();
  StateArchive<Real>* resumed = checkpoints_ == ROL::nullPtr ? nullptr : checkpoints_->resumed();
  if (resumed != nullptr) {
    engine_.resume(*resumed, objective);
  } else {
    engine_.initialize(x, objective);
  }
  x.set(engine_.iterateVector());
  state.iter = engine_.record().cycle;
  state.value = engine_.value();
  ROL::TypeU::Algorithm<Real>::initialize(x, g);
  copyState();
  if (verbosity_ > 0) {
    writeName(out);
    writeOutput(out, true);
  }
  for (engine_.rest(); continues(); engine_.rest()) {
    engine_.iterate();
    x.set(engine_.iterateVector());
    ++state.iter;
    copyState();
    if (verbosity_ > 0) writeOutput(out, verbosity_ > 1);
  }
  if (verbosity_ > 0) this->writeExitStatus(out);
  if (verbosity_ > 1) out << evaluationTable(engine_);
}

template <class Real>
bool MultilevelTrustRegionAlgorithm<Real>::continues() {
  auto& state = *this->state_;
  return (guard_ == ROL::nullPtr || guard_->check(state)) && this->status_->check(state);
}

template <class Real>
void MultilevelTrustRegionAlgorithm<Real>::copyState() {
  auto& state = *this->state_;
  state.stepVec->set(engine_.iterateVector());
  state.stepVec->axpy(Real(-1), *state.iterateVec);
  copyRecord(state, engine_);
  state.gradientVec->set(engine_.gradientVector());
  state.searchSize = engine_.record().radius;
  if (state.value < state.minValue) {
    state.minValue = state.value;
    state.minIter = state.iter;
    state.minIterVec->set(*state.iterateVec);
  }
}

template <class Real>
void MultilevelTrustRegionAlgorithm<Real>::writeHeader(std::ostream& out) const {
  out << iterationTableHeader();
}

template <class Real>
void MultilevelTrustRegionAlgorithm<Real>::writeName(std::ostream& out) const {
  out << "\nMultilevel Trust-Region Solver, " << engine_.levels() << " levels\n";
}

template <class Real>
void MultilevelTrustRegionAlgorithm<Real>::writeOutput(std::ostream& out, bool header) const {
  if (header) writeHeader(out);
  out << iterationTableRow(engine_.record());
}

} // namespace terrace
