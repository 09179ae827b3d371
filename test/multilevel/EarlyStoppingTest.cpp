// Early stopping: the best iterate is kept, patience is counted in work units.
#include "StdVectors.hpp"

#include <terrace/multilevel/rol/EarlyStoppingTest.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace terrace_test;

namespace {

// A run whose iterate x has the validation loss (x - 3)^2, or no loss at all at x = 1.
class ValidatedRun {
public:
  explicit ValidatedRun(double patience)
      : validation_(ROL::makePtr<terrace::Validation<double>>([](const ROL::Vector<double>& x) {
          const double at = std::sqrt(x.dot(x));
          return at == 1 ? std::numeric_limits<double>::quiet_NaN() : (at - 3) * (at - 3);
        })),
        test_(validation_, patience, work_, reason_) {}

  // False if the test stops the run at the iterate x, reached by \p work more units.
  bool step(double x, double work) {
    work_->addValue(work);
    const auto vector = makeVector(std::vector<double>{x});
    state_.iterateVec = vector;
    const bool goesOn = test_.check(state_);
    ++state_.iter;
    return goesOn;
  }

  const terrace::Validation<double>& validation() const { return *validation_; }
  double best() const { return std::sqrt(validation_->best()->dot(*validation_->best())); }
  const std::string& reason() const { return *reason_; }
  ROL::EExitStatus status() const { return state_.statusFlag; }

private:
  ROL::Ptr<terrace::WorkCounter> work_ = ROL::makePtr<terrace::WorkCounter>();
  ROL::Ptr<std::string> reason_ = ROL::makePtr<std::string>();
  ROL::Ptr<terrace::Validation<double>> validation_;
  terrace::EarlyStoppingTest<double> test_;
  ROL::AlgorithmState<double> state_;
};

} // namespace

TEST(EarlyStopping, StopsWhenPatienceIsSpentAndKeepsTheBestIterate) {
  ValidatedRun run(5);
  EXPECT_TRUE(run.step(0, 1));
  EXPECT_TRUE(run.step(2, 20)); // better: patience begins anew
  EXPECT_TRUE(run.step(5, 4));
  EXPECT_TRUE(run.reason().empty());
  EXPECT_FALSE(run.step(4.5, 1));
  EXPECT_EQ(run.reason(), "No better validation loss within the Patience of 5 units");
  EXPECT_EQ(run.status(), ROL::EXITSTATUS_USERDEFINED);
  EXPECT_EQ(run.best(), 2.0);
  EXPECT_EQ(run.validation().bestLoss(), 1.0);
  EXPECT_EQ(run.validation().bestIteration(), 1);
  EXPECT_EQ(run.validation().bestWork(), 21.0);
}

TEST(EarlyStopping, WithoutPatienceTheRunGoesOn) {
  ValidatedRun run(0);
  EXPECT_TRUE(run.step(3, 1));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(run.step(7, 1000));
  EXPECT_EQ(run.best(), 3.0);
}

TEST(EarlyStopping, ALossThatIsNotANumberIsNeverTheBest) {
  ValidatedRun run(5);
  EXPECT_TRUE(run.step(1, 1));
  EXPECT_TRUE(run.step(9, 1));
  EXPECT_TRUE(run.step(1, 1));
  EXPECT_EQ(run.best(), 9.0);
  EXPECT_EQ(run.validation().bestLoss(), 36.0);
}
