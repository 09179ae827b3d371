#pragma once

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
/// comes in bursts, are given time; a window whose decrease is lost in rounding errors ends it at once. The
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
    std::size_t first = newest - window_;
    // Rounding errors: no work will change that.
    if (!(history_[first].value - value > 10 * std::numeric_limits<double>::epsilon() * std::abs(value)))
      return true;
    while (first > 0 && work - history_[first].work < 1) --first;
    if (work - history_[first].work < 1) return false;
    const double recent = (history_[first].value - value) / (work - history_[first].work);
    return !(recent > tolerance_ * costRatio_ * totalDecrease_ / totalWork_);
  }

private:
  struct Point {
    double value;
    double work;
  };

  std::size_t window_;
  double tolerance_;
  double costRatio_ = 1;
  std::vector<Point> history_; // of the level
  double totalDecrease_ = 0;   // on all levels
  double totalWork_ = 0;
};

} // namespace terrace
