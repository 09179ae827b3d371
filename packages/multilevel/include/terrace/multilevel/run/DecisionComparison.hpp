#pragma once

#include <terrace/multilevel/run/IterationObserver.hpp>

#include <ROL_Ptr.hpp>
#include <Teuchos_Comm.hpp>
#include <Teuchos_RCP.hpp>

#include <string>
#include <utility>

namespace terrace {

/// Compares the decisions of a parallel run between its ranks, for SolverContext::decided. Ranks that decide
/// differently would wait for each other in different places, or go on with different iterates.
///
/// Debug builds of the program use it; it costs an all-reduce of 32 bytes a decision.
class DecisionComparison {
public:
  /// Talks on a duplicate of \p comm; collective.
  explicit DecisionComparison(const Teuchos::Comm<int>& comm);

  /// Collective. \param what  the decision's name. \param number  its outcome; compared to the bit.
  /// \throws std::logic_error on all ranks, with the name and two outcomes, if the ranks differ.
  void operator()(const char* what, double number) const;

private:
  Teuchos::RCP<const Teuchos::Comm<int>> comm_;
};

/// Compares the rows of a run's history between the ranks, then passes them on.
template <class Real>
class ComparedObserver : public IterationObserver<Real> {
public:
  /// \param observer  gets the rows that are the same; may be null.
  ComparedObserver(ROL::Ptr<IterationObserver<Real>> observer, DecisionComparison compare)
      : observer_(std::move(observer)), compare_(std::move(compare)) {}

  void observe(const IterationRecord<Real>& record, const ROL::Vector<Real>& iterate) override {
    compare_("iteration", record.iteration);
    compare_("level", record.level);
    compare_("value", static_cast<double>(record.value));
    compare_("gradient norm", static_cast<double>(record.gradientNorm));
    compare_("step norm", static_cast<double>(record.stepNorm));
    compare_("radius", static_cast<double>(record.radius));
    compare_("work", record.work);
    if (observer_ != ROL::nullPtr) observer_->observe(record, iterate);
  }

private:
  ROL::Ptr<IterationObserver<Real>> observer_;
  DecisionComparison compare_;
};

} // namespace terrace
