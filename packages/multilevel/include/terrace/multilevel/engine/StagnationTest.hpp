#pragma once

#include <terrace/multilevel/engine/ProgressPoint.hpp>
#include <terrace/multilevel/run/StateArchive.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

namespace terrace {

/// Says when a level of nested iteration has little left to give.
///
/// A level stagnates when its decrease per work unit, over a window of the last cycles, is below the least
/// rate. That is a share of the mean decrease per work unit of the whole nested iteration so far. The share
/// is `tolerance` times the cost of the level relative to the next finer one: where the finer level costs
/// little more, little is lost by climbing early; where it costs ten times more, a slow level is still the
/// better place. The measure does not change when the objective is scaled or shifted.
///
/// Prolongation adds to the value. Recovering from that is no progress, so it does not count in the mean,
/// with one exception: where prolongation added more than ten times the progress so far, little of what is
/// gained carries over, and counting the recovery shortens this level and the next ones.
///
/// A level has recovered when its value is back at the final value of the coarser level, up to what the least
/// rate gives in a fifth of a work unit. Then it is judged by its last cycle alone, and left at once if it
/// starts recovered: what it could still give, the next one gives as well.
///
/// A target is a target of the finest level, and prolongation will add something once more. So a coarse level
/// is worked on until it is below the target by three tenths of what the prolongation to it added, though not
/// by more than a thousandth of the progress so far.
///
/// Otherwise the window has at least `window` cycles and at least one work unit, because the progress of
/// cheap levels comes in bursts. Ten cycles whose decrease is lost in rounding errors end the
/// level at once. Where values have the noise of batches, the window has at least half of the work on the
/// level.
class StagnationTest {
public:
  /// \param target  value of the finest level at which the run ends; minus infinity for none.
  StagnationTest(int window, double tolerance, double target = -std::numeric_limits<double>::infinity())
      : window_(static_cast<std::size_t>(window)), tolerance_(tolerance), target_(target) {}

  /// A level is entered.
  /// \param value      of the level's objective at its start.
  /// \param work       units spent so far.
  /// \param costRatio  work of an evaluation here over the work of one on the next finer level, in (0, 1].
  void enter(double value, double work, double costRatio) {
    if (!history_.empty()) coarserValue_ = history_.back().value;
    recoveryCounts_ = value - coarserValue_ > uselessGain * totalDecrease_; // true on the coarsest level
    history_.assign(1, {value, work});
    costRatio_ = costRatio;
  }

  /// Whether the level has nothing to give that the next finer one would not give as well: its value has
  /// reached the target, or it has recovered.
  bool hasNothingToGive() const { return isDone() || hasRecovered(); }

  /// \param value  of the level's objective after one more cycle.
  /// \param work   units spent so far.
  /// \param noisy  whether the value is a batch's.
  /// \return whether progress has stagnated.
  bool stagnates(double value, double work, bool noisy = false) {
    totalDecrease_ += progress(history_.back().value, value);
    totalWork_ += work - history_.back().work;
    history_.push_back({value, work});
    const std::size_t newest = history_.size() - 1;
    if (isDone()) return true;
    if (hasRecovered()) return !(rateSince(newest - 1) > leastRate());
    if (newest < window_) return false;
    if (!noisy && newest >= patience && lostInRounding(history_[newest - patience].value, value)) return true;
    std::size_t first = newest - window_;
    const double leastWork = noisy ? std::max(1.0, (work - history_.front().work) / 2) : 1.0;
    while (first > 0 && work - history_[first].work < leastWork) --first;
    if (work - history_[first].work < leastWork) return false;
    return !(rateSince(first) > leastRate());
  }

  /// The course on the level, and the progress on all of them.
  template <class Real>
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    visitProgress(archive, name, history_);
    archive.visitNumber(name + "/cost_ratio", costRatio_);
    archive.visitNumber(name + "/coarser_value", coarserValue_);
    archive.visitNumber(name + "/recovery_counts", recoveryCounts_);
    archive.visitNumber(name + "/total_decrease", totalDecrease_);
    archive.visitNumber(name + "/total_work", totalWork_);
  }

private:
  static constexpr double slack = 0.2; // work units
  static constexpr double uselessGain = 10;

  bool isDone() const { return history_.back().value <= target_ - 0.5 * leastRate() - nextRise(); }
  // What the next prolongation may add.
  double nextRise() const {
    if (!std::isfinite(coarserValue_)) return 0;
    const double rise = std::max(history_.front().value - coarserValue_, 0.0); // on the way to the level
    return std::min(0.3 * rise, 1e-3 * std::max(totalDecrease_, 0.0));
  }
  bool hasRecovered() const { return history_.back().value <= coarserValue_ + slack * leastRate(); }

  // The decrease from one value to the next, as far as it is progress.
  double progress(double before, double after) const {
    return recoveryCounts_ ? before - after : std::max(std::min(before, coarserValue_) - after, 0.0);
  }

  // Cycles without any decrease: more than a radius that must shrink a thousandfold takes.
  static constexpr std::size_t patience = 10;

  // Decrease per work unit from a point of the history on.
  double rateSince(std::size_t point) const {
    return (history_[point].value - history_.back().value) / (history_.back().work - history_[point].work);
  }
  // The decrease per work unit below which the level is left.
  double leastRate() const {
    return totalWork_ > 0 ? tolerance_ * costRatio_ * std::max(totalDecrease_, 0.0) / totalWork_ : 0.0;
  }

  static bool lostInRounding(double before, double after) {
    return !(before - after > 10 * std::numeric_limits<double>::epsilon() * std::abs(after));
  }

  std::size_t window_;
  double tolerance_;
  double target_;
  double costRatio_ = 1;
  double coarserValue_ = -std::numeric_limits<double>::infinity(); // at the end of the coarser level
  std::vector<ProgressPoint> history_;                             // of the level
  bool recoveryCounts_ = true;
  double totalDecrease_ = 0; // on all levels, as far as it is progress
  double totalWork_ = 0;
};

} // namespace terrace
