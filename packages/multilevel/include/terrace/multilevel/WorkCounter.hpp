#pragma once

namespace terrace {

/// The work done so far, in work units, and the number of evaluations of each kind.
///
/// One unit is one forward-and-backward sweep (value and gradient) of the finest level; everything else
/// counts by its floating-point operations relative to that. One counter is shared by the objectives of all
/// levels, which are the only ones to add to it, so that every solver is counted alike.
class WorkCounter {
public:
  void addValue(double units) {
    units_ += units;
    ++values_;
  }
  void addGradient(double units) {
    units_ += units;
    ++gradients_;
  }
  /// A sweep that yields the value and the gradient together.
  void addValueAndGradient(double units) {
    units_ += units;
    ++values_;
    ++gradients_;
  }
  void addHessianProduct(double units) {
    units_ += units;
    ++hessianProducts_;
  }

  double units() const { return units_; }
  long values() const { return values_; }
  long gradients() const { return gradients_; }
  long hessianProducts() const { return hessianProducts_; }

private:
  double units_ = 0;
  long values_ = 0;
  long gradients_ = 0;
  long hessianProducts_ = 0;
};

} // namespace terrace
