#pragma once

#include <terrace/conformance/TransferChecks.hpp>

#include <gtest/gtest.h>

namespace terrace::conformance {

/// What the solver relies on in a TransferOperator. A transfer joins with these lines:
///
/// ```cpp
/// using namespace terrace::conformance;
/// struct MyTransfer : TransferCase {
///   MyTransfer() : TransferCase{makeMyTransfer(), makeFineVector(), makeCoarseVector()} {}
/// };
/// INSTANTIATE_TYPED_TEST_SUITE_P(Mine, TransferConformance, ::testing::Types<MyTransfer>);
/// ```
///
/// \tparam Case  a TransferCase with a default constructor; each test makes its own.
template <class Case>
struct TransferConformance : ::testing::Test {
  Case subject; ///< Made for each test.
};
TYPED_TEST_SUITE_P(TransferConformance);

TYPED_TEST_P(TransferConformance, RestrictionIsTheAdjointOfProlongation) {
  EXPECT_TRUE(restrictionIsAdjoint(this->subject));
}
TYPED_TEST_P(TransferConformance, ProjectionAfterProlongationIsTheIdentity) {
  EXPECT_TRUE(projectionUndoesProlongation(this->subject));
}
TYPED_TEST_P(TransferConformance, ProlongsDualsAsTheirRieszRepresentatives) {
  EXPECT_TRUE(dualsAreProlongedAsRieszRepresentatives(this->subject));
}
TYPED_TEST_P(TransferConformance, IsLinear) {
  EXPECT_TRUE(transferIsLinear(this->subject));
}
TYPED_TEST_P(TransferConformance, OverwritesOutputsAndLeavesInputsAlone) {
  EXPECT_TRUE(outputsAreOverwrittenAndInputsAreLeftAlone(this->subject));
}
TYPED_TEST_P(TransferConformance, RefusesVectorsOfTheOtherLevel) {
  const auto& reason = this->subject.otherLevelsUnchecked;
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_TRUE(otherLevelsAreRefused(this->subject));
}

REGISTER_TYPED_TEST_SUITE_P(TransferConformance, RestrictionIsTheAdjointOfProlongation,
                            ProjectionAfterProlongationIsTheIdentity,
                            ProlongsDualsAsTheirRieszRepresentatives, IsLinear,
                            OverwritesOutputsAndLeavesInputsAlone, RefusesVectorsOfTheOtherLevel);

} // namespace terrace::conformance
