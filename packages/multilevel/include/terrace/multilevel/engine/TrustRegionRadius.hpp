#pragma once

#include <terrace/multilevel/engine/CycleParameters.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace terrace {

/// A trust-region radius with the classical update by the ratio of actual to predicted reduction.
///
/// Source: Conn, Gould & Toint, Trust-Region Methods, 2000, algorithm 6.1.1.
template <class Real>
class TrustRegionRadius {
public:
  /// \param parameters  the initial and the maximum radius, thresholds and rates.
  explicit TrustRegionRadius(const CycleParameters& parameters)
      : parameters_(parameters), radius_(static_cast<Real>(parameters.initialRadius)) {}

  /// The radius, positive.
  Real value() const { return radius_; }
  /// Sets the radius, at most the maximum radius.
  void set(Real radius) { radius_ = std::min(radius, static_cast<Real>(parameters_.maximumRadius)); }

  /// Takes over the \p radius with which another objective was left. Where it collapsed as that objective
  /// converged, it says nothing about the one entered: it is at least a hundredth of the initial one.
  void carryOver(Real radius) { set(std::max(radius, static_cast<Real>(0.01 * parameters_.initialRadius))); }

  /// Whether a trial step of this \p ratio of actual to predicted reduction is accepted.
  bool accepts(Real ratio) const { return ratio >= static_cast<Real>(parameters_.acceptanceThreshold); }

  /// Shrinks, keeps or grows the radius after a trial step.
  /// \param ratio     of actual to predicted reduction; NaN or infinite for a step that failed.
  /// \param stepNorm  norm of the trial step.
  void update(Real ratio, Real stepNorm) {
    const bool failed =
        !(ratio >= static_cast<Real>(parameters_.shrinkingThreshold)) || !std::isfinite(ratio);
    if (failed) {
      radius_ = static_cast<Real>(parameters_.shrinkingRate) * std::min(radius_, stepNorm);
    } else if (ratio >= static_cast<Real>(parameters_.growingThreshold) && stepNorm >= Real(0.8) * radius_) {
      set(static_cast<Real>(parameters_.growingRate) * radius_);
    }
  }

  /// The radius.
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name, radius_);
  }

private:
  CycleParameters parameters_;
  Real radius_;
};

} // namespace terrace
