#pragma once

#include <terrace/multilevel/engine/CycleParameters.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>

#include <algorithm>
#include <string>

namespace terrace {

/// Decides on one level whether the next cycle recurses.
///
/// "Adaptive" keeps an account of the work that corrections have lost. A correction of work w and decrease d
/// loses w - d / r, where r is the decrease per work unit of smoothing (an exponential mean over about five
/// cycles); a negative loss is a gain. The next correction is done when the debt is at most a twentieth of
/// the work spent on smoothing.
///
/// So recursion is tried at once, is continued while it pays, and is never forbidden. It costs at most one
/// correction and 5 % more than smoothing alone would need for the same decrease.
class RecursionControl {
public:
  /// Without a debt. \param rule  of which only Adaptive keeps the account.
  explicit RecursionControl(CycleParameters::Recursion rule) : rule_(rule) {}

  /// Whether this cycle recurses. Asked once a cycle.
  bool recurseNow() const {
    if (rule_ != CycleParameters::Recursion::Adaptive) return rule_ == CycleParameters::Recursion::Always;
    return debt_ <= affordableShare * smoothingWork_;
  }

  /// Takes over the debt of the next coarser level when nested iteration climbs: where a cheap level found
  /// that corrections do not pay, the dear one need not find out again.
  /// \param costRatio  work of an evaluation here over the work of one on the coarser level.
  void inherit(const RecursionControl& coarser, double costRatio) { debt_ = costRatio * coarser.debt_; }

  /// Takes smoothing steps into the account.
  /// \param decrease  of the level's model by smoothing steps.
  /// \param work      units spent on them.
  void recordSmoothing(double decrease, double work) {
    if (!(work > 0)) return;
    const double rate = std::max(decrease, 0.0) / work;
    smoothingRate_ = smoothingWork_ > 0 ? 0.8 * smoothingRate_ + 0.2 * rate : rate;
    smoothingWork_ += work;
  }

  /// Whether a correction is worth being taken in nested iteration. "Adaptive" rejects one whose decrease is
  /// less than twice what smoothing gives for its work: the next finer level can have that decrease as well.
  /// The run then continues as if the correction had not been tried.
  bool isWorthTaking(double decrease, double work) const {
    return rule_ != CycleParameters::Recursion::Adaptive || decrease >= leastGain * smoothingRate_ * work;
  }

  /// Takes a correction into the account.
  /// \param decrease  of the level's model by the correction, 0 if it was rejected.
  /// \param work      units spent on it, trial evaluation included.
  void recordCorrection(double decrease, double work) {
    // Where smoothing stands still, any decrease pays for itself.
    const double worth = smoothingRate_ > 0 ? decrease / smoothingRate_ : (decrease > 0 ? work : 0.0);
    debt_ = std::max(debt_ + work - worth, 0.0);
  }

  /// Work units lost.
  double debt() const { return debt_; }

  /// The account.
  template <class Real>
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/smoothing_rate", smoothingRate_);
    archive.visitNumber(name + "/smoothing_work", smoothingWork_);
    archive.visitNumber(name + "/debt", debt_);
  }

private:
  static constexpr double affordableShare = 0.05;
  static constexpr double leastGain = 2;

  CycleParameters::Recursion rule_;
  double smoothingRate_ = 0;
  double smoothingWork_ = 0;
  double debt_ = 0;
};

} // namespace terrace
