#pragma once

#include <cstddef>
#include <vector>

namespace terrace {

/// Says when a level of nested iteration has given what it can: when the decrease over the last `window`
/// cycles is less than `tolerance` times the decrease since the level was entered.
///
/// The measure does not change when a constant is added to the objective or when it is scaled.
class StagnationTest {
public:
  StagnationTest(int window, double tolerance)
      : window_(static_cast<std::size_t>(window)), tolerance_(tolerance) {}

  /// Starts anew on a level.
  void reset(double value) { values_.assign(1, value); }

  /// \param value  of the level's objective after one more cycle.
  /// \return whether progress has stagnated.
  bool stagnates(double value) {
    values_.push_back(value);
    if (values_.size() <= window_) return false;
    const double recent = values_[values_.size() - 1 - window_] - value;
    return !(recent > tolerance_ * (values_.front() - value));
  }

private:
  std::size_t window_;
  double tolerance_;
  std::vector<double> values_;
};

} // namespace terrace
