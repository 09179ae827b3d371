#pragma once

#include <terrace/multilevel/hierarchy/WorkCounter.hpp>
#include <terrace/multilevel/run/Validation.hpp>

#include <ROL_StatusTest.hpp>

#include <sstream>
#include <string>
#include <utility>

namespace terrace {

/// Stops when the validation loss of the iterates has not improved for some work units.
///
/// It counts work units because iterations differ by orders of magnitude in their costs. In a combination of
/// tests it must come first, so that it sees the last iterate too.
template <class Real>
class EarlyStoppingTest : public ROL::StatusTest<Real> {
public:
  /// \param patience        work units without a better iterate; 0: the iterates are judged, nothing stops.
  /// \param stopReason      receives the reason if this test ends the run; may be null.
  /// \param firstIteration  number in the whole run of the iteration that ROL's state calls 0.
  EarlyStoppingTest(ROL::Ptr<Validation<Real>> validation, double patience, ROL::Ptr<WorkCounter> work,
                    ROL::Ptr<std::string> stopReason, int firstIteration = 0)
      : validation_(std::move(validation)), patience_(patience), work_(std::move(work)),
        stopReason_(std::move(stopReason)), firstIteration_(firstIteration) {}

  bool check(ROL::AlgorithmState<Real>& state) override {
    const double work = work_->units();
    validation_->judge(*state.iterateVec, firstIteration_ + state.iter, work);
    if (!(patience_ > 0) || work - validation_->bestWork() < patience_) return true;
    state.statusFlag = ROL::EXITSTATUS_USERDEFINED;
    if (stopReason_ != ROL::nullPtr) {
      std::ostringstream text;
      text << "No better validation loss within the Patience of " << patience_ << " units";
      *stopReason_ = text.str();
    }
    return false;
  }

private:
  ROL::Ptr<Validation<Real>> validation_;
  double patience_;
  ROL::Ptr<WorkCounter> work_;
  ROL::Ptr<std::string> stopReason_;
  int firstIteration_;
};

} // namespace terrace
