#pragma once

#include <terrace/conformance/ObjectiveChecks.hpp>

#include <gtest/gtest.h>

#include <string>

namespace terrace::conformance {

/// What the solver relies on in a ROL::Objective. An objective joins with these lines:
///
/// ```cpp
/// using namespace terrace::conformance;
/// struct MyObjective : ObjectiveCase {
///   MyObjective() : ObjectiveCase{makeMyObjective(), makeMyPoint()} {}
/// };
/// INSTANTIATE_TYPED_TEST_SUITE_P(Mine, ObjectiveConformance, ::testing::Types<MyObjective>);
/// ```
///
/// Batches are tested if it is a terrace::SampledObjective, work if the case has a counter.
///
/// \tparam Case  an ObjectiveCase with a default constructor; each test makes its own.
template <class Case>
struct ObjectiveConformance : ::testing::Test {
  Case subject; ///< Made for each test.

  /// Why hessVec() is not tested against the gradient; empty: it is.
  std::string withoutExactHessian() const {
    return subject.hessianUnchecked.empty() ? subject.hessianInexact : subject.hessianUnchecked;
  }
};
TYPED_TEST_SUITE_P(ObjectiveConformance);

TYPED_TEST_P(ObjectiveConformance, GradientHasTaylorSlopesOneAndTwo) {
  EXPECT_TRUE(gradientHasTaylorSlopes(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, HessianHasTaylorSlopeThree) {
  const auto reason = this->withoutExactHessian();
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(hessianHasTaylorSlopeThree(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, HessianIsLinearAndSymmetric) {
  const auto& reason = this->subject.hessianUnchecked;
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(hessianIsLinearAndSymmetric(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, UpdatesDoNotChangeTheFunction) {
  EXPECT_TRUE(updatesDoNotChangeTheFunction(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, OverwritesOutputsOnly) {
  EXPECT_TRUE(evaluationOverwritesOutputsOnly(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, IsRepeatableBitForBit) {
  EXPECT_TRUE(evaluationIsRepeatable(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, CountsItsWork) {
  if (this->subject.work == ROL::nullPtr) GTEST_SKIP() << "No counter is given.";
  EXPECT_TRUE(workIsCounted(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, ResetBatchRestoresTheFunctionBitForBit) {
  if (asSampled(this->subject) == nullptr) GTEST_SKIP() << "The objective has no batches.";
  EXPECT_TRUE(resetBatchRestoresTheFunction(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, BatchesAverageToTheFunction) {
  if (asSampled(this->subject) == nullptr) GTEST_SKIP() << "The objective has no batches.";
  const auto& reason = this->subject.batchesNotAveraged;
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(batchesAverageToTheFunction(this->subject));
}
TYPED_TEST_P(ObjectiveConformance, RefusesWrongBatches) {
  if (asSampled(this->subject) == nullptr) GTEST_SKIP() << "The objective has no batches.";
  EXPECT_TRUE(wrongBatchesAreRefused(this->subject));
}

REGISTER_TYPED_TEST_SUITE_P(ObjectiveConformance, GradientHasTaylorSlopesOneAndTwo,
                            HessianHasTaylorSlopeThree, HessianIsLinearAndSymmetric,
                            UpdatesDoNotChangeTheFunction, OverwritesOutputsOnly, IsRepeatableBitForBit,
                            CountsItsWork, ResetBatchRestoresTheFunctionBitForBit,
                            BatchesAverageToTheFunction, RefusesWrongBatches);

} // namespace terrace::conformance
