#pragma once

#include <terrace/multilevel/CycleParameters.hpp>

#include <algorithm>

namespace terrace {

/// Decides on one level whether the next cycle recurses.
///
/// "Adaptive": the decrease per work unit of the last coarse correction is compared with that of the
/// smoothing steps (an exponential mean over about five cycles). A correction that was rejected or paid less
/// postpones the next one: by 1, 2, 4, ... up to 64 cycles if that goes on. One that paid resets the wait. So
/// recursion is never forbidden, and a level on which it does not pay loses at most a vanishing share of its
/// work to it.
class RecursionControl {
public:
  explicit RecursionControl(CycleParameters::Recursion rule) : rule_(rule) {}

  /// Asked once a cycle.
  bool recurseNow() {
    if (rule_ != CycleParameters::Recursion::Adaptive) return rule_ == CycleParameters::Recursion::Always;
    if (wait_ == 0) return true;
    --wait_;
    return false;
  }

  /// \param decrease  of the level's model by smoothing steps.
  /// \param work      units spent on them.
  void recordSmoothing(double decrease, double work) {
    if (!(work > 0)) return;
    const double rate = std::max(decrease, 0.0) / work;
    smoothingRate_ = hasSmoothingRate_ ? 0.8 * smoothingRate_ + 0.2 * rate : rate;
    hasSmoothingRate_ = true;
  }

  /// \param decrease  of the level's model by the correction, 0 if it was rejected.
  /// \param work      units spent on it, trial evaluation included.
  void recordCorrection(double decrease, double work) {
    const bool paid = decrease > 0 && decrease >= smoothingRate_ * work;
    backOff_ = paid ? 0 : std::min(std::max(1, 2 * backOff_), 64);
    wait_ = backOff_;
  }

private:
  CycleParameters::Recursion rule_;
  double smoothingRate_ = 0;
  bool hasSmoothingRate_ = false;
  int backOff_ = 0;
  int wait_ = 0;
};

} // namespace terrace
