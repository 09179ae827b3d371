#pragma once

#include <terrace/multilevel/engine/MultilevelTrustRegion_Def.hpp>
#include <terrace/multilevel/rol/EngineReport.hpp>
#include <terrace/multilevel/rol/MultilevelTrustRegionStep.hpp>
#include <terrace/multilevel/run/IterationTable.hpp>

#include <stdexcept>

namespace terrace {

template <class Real>
void MultilevelTrustRegionStep<Real>::initialize(ROL::Vector<Real>& x, const ROL::Vector<Real>& s,
                                                 const ROL::Vector<Real>& g, ROL::Objective<Real>& objective,
                                                 ROL::BoundConstraint<Real>& bound,
                                                 ROL::AlgorithmState<Real>& state) {
  if (bound.isActivated())
    throw std::invalid_argument("Multilevel Trust Region: bound constraints are not supported.");
  auto step = this->getState();
  step->descentVec = s.clone();
  step->gradientVec = g.clone();
  engine_.initialize(x, objective);
  x.set(engine_.iterateVector());
  copyState(state);
}

template <class Real>
void MultilevelTrustRegionStep<Real>::compute(ROL::Vector<Real>& s, const ROL::Vector<Real>& x,
                                              ROL::Objective<Real>& /*objective*/,
                                              ROL::BoundConstraint<Real>& /*bound*/,
                                              ROL::AlgorithmState<Real>& /*state*/) {
  engine_.iterate();
  s.set(engine_.iterateVector());
  s.axpy(Real(-1), x);
}

template <class Real>
void MultilevelTrustRegionStep<Real>::update(ROL::Vector<Real>& x, const ROL::Vector<Real>& s,
                                             ROL::Objective<Real>& /*objective*/,
                                             ROL::BoundConstraint<Real>& /*bound*/,
                                             ROL::AlgorithmState<Real>& state) {
  x.set(engine_.iterateVector());
  this->getState()->descentVec->set(s);
  ++state.iter;
  copyState(state);
}

template <class Real>
void MultilevelTrustRegionStep<Real>::copyState(ROL::AlgorithmState<Real>& state) {
  const auto& record = engine_.record();
  auto step = this->getState();
  step->gradientVec->set(engine_.gradientVector());
  step->searchSize = record.radius;
  step->flag = record.accepted ? 0 : 1;
  copyRecord(state, engine_);
}

template <class Real>
std::string MultilevelTrustRegionStep<Real>::printHeader() const {
  return iterationTableHeader();
}

template <class Real>
std::string MultilevelTrustRegionStep<Real>::printName() const {
  return "\nMultilevel Trust-Region Solver, " + std::to_string(engine_.levels()) + " levels\n";
}

template <class Real>
std::string MultilevelTrustRegionStep<Real>::print(ROL::AlgorithmState<Real>& state, bool header) const {
  std::string text;
  if (state.iter == 0) text += printName();
  if (header) text += printHeader();
  return text + iterationTableRow(engine_.record());
}

} // namespace terrace
