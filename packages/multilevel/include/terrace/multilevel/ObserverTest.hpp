#pragma once

#include <terrace/multilevel/LevelHierarchy.hpp>
#include <terrace/multilevel/SolverContext.hpp>

#include <ROL_StatusTest.hpp>

#include <limits>
#include <utility>

namespace terrace {

/// A status test that never stops a run but shows each state of one of ROL's own algorithms to an observer.
///
/// ROL's state has no radius, ratio or acceptance: the radius and ratio of the record are NaN.
template <class Real>
class ObserverTest : public ROL::StatusTest<Real> {
public:
  ObserverTest(ROL::Ptr<LevelHierarchy<Real>> hierarchy, ROL::Ptr<IterationObserver<Real>> observer)
      : hierarchy_(std::move(hierarchy)), observer_(std::move(observer)) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    IterationRecord<Real> record;
    record.iteration = record.cycle = state.iter;
    record.value = state.value;
    record.gradientNorm = state.gnorm;
    record.stepNorm = state.iter == 0 ? Real(0) : state.snorm;
    record.radius = record.ratio = std::numeric_limits<Real>::quiet_NaN();
    record.accepted = state.iter > 0 && state.value != lastValue_;
    record.samples = (*hierarchy_)[0].samples;
    record.work = hierarchy_->work()->units();
    lastValue_ = state.value;
    observer_->observe(record, *state.iterateVec);
    return true;
  }

private:
  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  ROL::Ptr<IterationObserver<Real>> observer_;
  Real lastValue_ = std::numeric_limits<Real>::quiet_NaN();
};

} // namespace terrace
