#pragma once

#include <terrace/multilevel/hierarchy/LevelHierarchy.hpp>
#include <terrace/multilevel/rol/RolProgress.hpp>
#include <terrace/multilevel/run/SolverContext.hpp>

#include <ROL_StatusTest.hpp>
#include <ROL_TypeU_Algorithm.hpp>

#include <limits>
#include <utility>

namespace terrace {

/// A status test that never stops a run. It shows each state of one of ROL's own Type-U algorithms to the
/// context's observer and checkpoints.
///
/// ROL's state has no radius, ratio or acceptance. The record's radius and ratio are NaN; it counts an
/// iterate as accepted if the value changed.
template <class Real>
class ObserverTest : public ROL::StatusTest<Real> {
public:
  /// \param start  where the run is resumed; that state was observed before it was kept.
  ObserverTest(ROL::Ptr<LevelHierarchy<Real>> hierarchy, const SolverContext<Real>& context,
               const RolProgress<Real>& start)
      : hierarchy_(std::move(hierarchy)), context_(context), start_(start) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    // ROL's bundle method asks after every trial; an iteration may need several.
    if (state.iter != lastIteration_ && (state.iter > 0 || !start_.isResumed)) observe(state);
    lastIteration_ = state.iter;
    lastValue_ = state.value;
    rest(state);
    return true;
  }

private:
  void rest(const ROL::AlgorithmState<Real>& state) {
    if (context_.checkpoints == ROL::nullPtr) return;
    // Type-U algorithms pass their own kind of state; it has no virtual functions to ask.
    const Real radius = static_cast<const ROL::TypeU::AlgorithmState<Real>&>(state).searchSize;
    context_.checkpoints->atRest(0, *state.iterateVec,
                                 [progress = RolProgress<Real>{start_.iteration + state.iter, radius, false},
                                  iterate = state.iterateVec](StateArchive<Real>& archive) mutable {
                                   progress.visitState(archive, iterate.get());
                                 });
  }

  void observe(const ROL::AlgorithmState<Real>& state) {
    if (context_.observer == ROL::nullPtr) return;
    IterationRecord<Real> record;
    record.iteration = record.cycle = start_.iteration + state.iter;
    record.value = state.value;
    record.gradientNorm = state.gnorm;
    record.stepNorm = state.iter == 0 ? Real(0) : state.snorm;
    record.radius = record.ratio = std::numeric_limits<Real>::quiet_NaN();
    record.accepted = state.iter > 0 && state.value != lastValue_;
    record.samples = (*hierarchy_)[0].samples;
    record.work = hierarchy_->work()->units();
    context_.observer->observe(record, *state.iterateVec);
  }

  ROL::Ptr<LevelHierarchy<Real>> hierarchy_;
  SolverContext<Real> context_;
  RolProgress<Real> start_;
  int lastIteration_ = -1;
  Real lastValue_ = std::numeric_limits<Real>::quiet_NaN();
};

} // namespace terrace
