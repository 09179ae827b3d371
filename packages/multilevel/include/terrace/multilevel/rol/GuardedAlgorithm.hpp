#pragma once

#include <ROL_CombinedStatusTest.hpp>
#include <ROL_TypeU_Algorithm.hpp>

#include <iostream>
#include <utility>

namespace terrace {

/// A Type-U algorithm with a guard, a status test that setStatusTest() cannot replace.
///
/// setStatusTest() of ROL is not virtual and drops every test that was set before. Observers, checkpoints and
/// limits of a run must not be lost with them. So the algorithm that does the work is inside and asks the
/// guard first, then the status test of this object. That one begins as the tests that the algorithm brought.
template <class Real>
class GuardedAlgorithm : public ROL::TypeU::Algorithm<Real> {
public:
  /// \param algorithm  does the work; its own status tests become those of this object.
  /// \param guard      asked before every iteration.
  GuardedAlgorithm(ROL::Ptr<ROL::TypeU::Algorithm<Real>> algorithm, ROL::Ptr<ROL::StatusTest<Real>> guard)
      : algorithm_(std::move(algorithm)), guard_(std::move(guard)) {
    this->setStatusTest(ROL::makePtr<ROL::CombinedStatusTest<Real>>(*(algorithm_.get()->*statusOf())));
    algorithm_->setStatusTest(ROL::makePtr<Relay>(*this));
  }

  using ROL::TypeU::Algorithm<Real>::run;

  void run(ROL::Vector<Real>& x, const ROL::Vector<Real>& g, ROL::Objective<Real>& objective,
           std::ostream& out = std::cout) override {
    if (hasRun_ && this->state_->iter == 0) algorithm_->reset(); // as the user has reset this one
    hasRun_ = true;
    algorithm_->run(x, g, objective, out);
    *this->state_ = *algorithm_->getState();
  }

  void writeHeader(std::ostream& out) const override { algorithm_->writeHeader(out); }
  void writeName(std::ostream& out) const override { algorithm_->writeName(out); }
  void writeOutput(std::ostream& out, bool header = false) const override {
    algorithm_->writeOutput(out, header);
  }
  void writeExitStatus(std::ostream& out) const override { algorithm_->writeExitStatus(out); }

private:
  using State = ROL::TypeU::AlgorithmState<Real>;

  // The inner algorithm's status test.
  class Relay : public ROL::StatusTest<Real> {
  public:
    explicit Relay(GuardedAlgorithm& owner) : owner_(owner) {}
    bool check(ROL::AlgorithmState<Real>& state) override {
      // Type-U algorithms pass their own kind of state; it has no virtual functions to ask.
      *owner_.state_ = static_cast<const State&>(state);
      return owner_.guard_->check(state) && owner_.status_->check(state);
    }

  private:
    GuardedAlgorithm& owner_;
  };

  // The protected member of any algorithm that has its status tests.
  static constexpr auto statusOf() { return &GuardedAlgorithm::status_; }

  ROL::Ptr<ROL::TypeU::Algorithm<Real>> algorithm_;
  ROL::Ptr<ROL::StatusTest<Real>> guard_;
  bool hasRun_ = false;
};

} // namespace terrace
