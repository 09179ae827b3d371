#pragma once

#include <terrace/multilevel/run/StateArchive.hpp>

#include <string>

namespace terrace {

/// The work done so far, in work units, and the number of evaluations of each kind.
///
/// One unit is one forward-and-backward sweep (value and gradient) of the finest level. All other evaluations
/// count by their floating-point operations relative to such a sweep. The objectives of all levels share one
/// counter and are the only ones to add to it, so every solver is counted alike. Evaluations that only inform
/// the reader are not counted (UncountedWork).
class WorkCounter {
public:
  /// One value, at a cost of \p units.
  void addValue(double units) { add(units, 1, 0, 0); }
  /// One gradient, at a cost of \p units.
  void addGradient(double units) { add(units, 0, 1, 0); }
  /// A sweep that yields the value and the gradient together.
  void addValueAndGradient(double units) { add(units, 1, 1, 0); }
  /// One product of the Hessian with a vector, at a cost of \p units.
  void addHessianProduct(double units) { add(units, 0, 0, 1); }
  /// What is no evaluation: the arithmetic of a metric.
  void addOther(double units) { add(units, 0, 0, 0); }

  /// Work units so far.
  double units() const { return units_; }
  /// Values so far.
  long values() const { return values_; }
  /// Gradients so far.
  long gradients() const { return gradients_; }
  /// Hessian products so far.
  long hessianProducts() const { return hessianProducts_; }

  /// The units and the three counts.
  template <class Real>
  void visitState(StateArchive<Real>& archive, const std::string& name) {
    archive.visitNumber(name + "/units", units_);
    archive.visitNumber(name + "/values", values_);
    archive.visitNumber(name + "/gradients", gradients_);
    archive.visitNumber(name + "/hessian_products", hessianProducts_);
  }

private:
  friend class UncountedWork;

  void add(double units, long values, long gradients, long hessianProducts) {
    if (pauses_ > 0) return;
    units_ += units;
    values_ += values;
    gradients_ += gradients;
    hessianProducts_ += hessianProducts;
  }

  int pauses_ = 0;
  double units_ = 0;
  long values_ = 0;
  long gradients_ = 0;
  long hessianProducts_ = 0;
};

/// While one lives, evaluations are not counted. For values that only inform the reader of a run, such as the
/// full value after an epoch of batches. A solver must not use their results in place of counted evaluations.
class UncountedWork {
public:
  /// \param counter  must outlive this object.
  explicit UncountedWork(WorkCounter& counter) : counter_(counter) { ++counter_.pauses_; }
  ~UncountedWork() { --counter_.pauses_; }
  UncountedWork(const UncountedWork&) = delete;
  UncountedWork& operator=(const UncountedWork&) = delete;

private:
  WorkCounter& counter_;
};

} // namespace terrace
