#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace terrace {

/// Says when a level of nested iteration has given what it can: when its decrease per work unit, over a
/// window of the last cycles, falls below a share of the mean decrease per work unit of the nested iteration
/// so far. The share is `tolerance` times the cost of the level relative to the next finer one: where the
/// finer level costs little more, little is lost by climbing early; where it costs ten times more, a slow
/// level is still the better place to be.
///
/// The window has at least `window` cycles and at least one work unit, so that cheap levels, whose progress
/// comes in bursts, are given time; ten cycles whose decrease is lost in rounding errors end it at once. The
/// measure does not change when the objective is scaled or shifted.
class StagnationTest {
public:
  StagnationTest(int window, double tolerance)
      : window_(static_cast<std::size_t>(window)), tolerance_(tolerance) {}

  /// A level is entered.
  /// \param value      of its objective at its start.
  /// \param work       units spent so far.
  /// \param costRatio  work of an evaluation here over that on the next finer level, in (0, 1].
  void enter(double value, double work, double costRatio) {
    history_.assign(1, {value, work});
    costRatio_ = costRatio;
  }

  /// \param value  of the level's objective after one more cycle.
  /// \param work   units spent so far.
  /// \return whether progress has stagnated.
  bool stagnates(double value, double work) {
    totalDecrease_ += history_.back().value - value;
    totalWork_ += work - history_.back().work;
    history_.push_back({value, work});
    const std::size_t newest = history_.size() - 1;
    if (newest < window_) return false;
    if (newest >= patience && lostInRounding(history_[newest - patience].value, value)) return true;
    std::size_t first = newest - window_;
    while (first > 0 && work - history_[first].work < 1) --first;
    if (work - history_[first].work < 1) return false;
    const double recent = (history_[first].value - value) / (work - history_[first].work);
    return !(recent > tolerance_ * costRatio_ * std::max(totalDecrease_, 0.0) / totalWork_);
  }

private:
  struct Point {
    double value;
    double work;
  };

  // Cycles without any decrease: more than a radius that must shrink a thousandfold takes.
  static constexpr std::size_t patience = 10;

  static bool lostInRounding(double before, double after) {
    return !(before - after > 10 * std::numeric_limits<double>::epsilon() * std::abs(after));
  }

  std::size_t window_;
  double tolerance_;
  double costRatio_ = 1;
  std::vector<Point> history_; // of the level
  double totalDecrease_ = 0;   // on all levels
  double totalWork_ = 0;
};

} // namespace terrace
